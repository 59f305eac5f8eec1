"""What people ask about what is kept of them: to see it, and to be forgotten."""
