"""Sessions: who they are, what they have done so far, and which of their calls are under way."""
