"""Images that come in, and maps, filters and answers that come out."""
