"""Building stones that know nothing of the program: data in, signals out."""
