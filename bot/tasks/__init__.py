"""Tasks: briefs, offers, whose each is, and the hand-off; what coordinators do with them, and what is told."""
