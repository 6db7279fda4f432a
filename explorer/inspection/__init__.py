"""What happens inside a model: activations, filters, statistics, attribution."""
