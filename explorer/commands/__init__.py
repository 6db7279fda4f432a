"""The commands that need no window, one module each: `add_arguments(parser)` and `run(args)`.

`run` returns the object to print as JSON when `--json` was given, else the text to print; whatever else it has to say
goes to standard error.
"""
