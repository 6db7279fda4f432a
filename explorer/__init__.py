"""CNN Explorer: pick a convolutional network, see its graph, train it, look inside.

The packages, from the bottom up: `catalogue` (what architectures declare), `architectures`, `graph` and
`data` (a network, its layer graph, its images), `training` and `inspection` (how it learns, what
happens inside), `runs` (training that lasts), `gui` (the window) and `app` (the command line).
"""

__version__ = "0.1.0"
