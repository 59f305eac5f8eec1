"""The relay: words between people of one group, without numbers."""
