"""What a model looks like: its layer graph, traced, costed, laid out and exported."""
