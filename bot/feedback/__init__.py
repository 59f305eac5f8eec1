"""Anonymous feedback in conversation: how it is heard, answered and handed to its inbox, without a trace."""
