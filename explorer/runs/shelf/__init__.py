"""All runs together: stored, listed, found, queued and forked."""
