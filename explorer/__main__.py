"""`python -m explorer`: the same as main.py, in an environment that has the dependencies."""

import sys

from explorer.app import main

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
