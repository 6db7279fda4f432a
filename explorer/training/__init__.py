"""How a model learns: the configuration, the loop as a generator of events, devices."""
