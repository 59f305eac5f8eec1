"""What staff are nudged about: a thought for themselves now and then, and the answers they have promised."""
