"""What goes in: data sets, batches, images."""
