"""A network from a user's own Python file: read without running it, and traced in a process of its own."""
