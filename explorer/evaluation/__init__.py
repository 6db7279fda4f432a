"""How well a network does: scores over a whole test set."""
