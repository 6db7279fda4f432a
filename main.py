"""Starts CNN Explorer: `python3 main.py` opens the window, `python3 main.py --help` lists the commands."""

import sys

if sys.version_info < (3, 11):
    sys.exit("CNN Explorer needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")

STOPPED = 130  # by Ctrl-C, as a shell says it


def main() -> int:
    """Runs the program with what stands on the command line; returns the exit status."""
    try:
        from explorer.launch import main as launch

        return launch(sys.argv[1:])
    except KeyboardInterrupt:  # while it is being loaded; later each command has its own way to end
        return STOPPED


if __name__ == "__main__":
    raise SystemExit(main())
