"""Projects: cards, who belongs, suggestions with a promised answer, and what a group is told of them."""
