"""Words and numbers that are shown, and messages."""
