"""What is typed into and chosen from."""
