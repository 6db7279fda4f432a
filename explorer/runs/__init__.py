"""Training that lasts: plan, execution on a thread, history, storage on disk."""
