"""The drawing of a layer graph, and what stands beside it."""
