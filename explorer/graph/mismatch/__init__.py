"""When shapes do not fit: what was expected, what came, and which change of a number would make it fit."""
