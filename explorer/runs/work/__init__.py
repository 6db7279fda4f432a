"""From a plan to a trained network, on the thread or in the process that does it."""
