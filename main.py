"""Starts CNN Explorer: `python3 main.py` opens the window, `python3 main.py --help` lists the commands."""

import sys

if sys.version_info < (3, 11):
    sys.exit("CNN Explorer needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")

from explorer.launch import main

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
