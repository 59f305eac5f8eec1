"""Votes: called under a rule that the group was told of, cast by text, counted when they close."""
