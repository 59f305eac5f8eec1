"""What is said, and when. Pure: no clock, no network, no database, no channel."""
