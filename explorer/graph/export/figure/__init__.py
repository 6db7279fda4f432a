"""A network as the figure of a paper: its course as volumes, beside it the blocks that it repeats. Black on white."""
