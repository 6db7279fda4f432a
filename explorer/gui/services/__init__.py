"""Background work between the state and the core: each service watches the state and fills in what follows from it."""
