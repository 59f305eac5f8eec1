"""Broadcasts: the same words to many people, each in their own language and channel, once."""
