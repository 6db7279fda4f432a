"""A run as one HTML page, to hand in or to keep: what was trained, how it went, where it errs. No Qt."""
