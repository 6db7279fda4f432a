"""Looking into the weights of a run: images through them, their tests, and what they are taught."""
