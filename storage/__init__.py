"""What is kept: tables, migrations, and functions named by the question they answer."""
