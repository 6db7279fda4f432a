"""What a command prints on standard output, whatever that is."""

import errno
import io
import json
import os
import sys

from explorer.errors import unwritable


def show(result: object, *, as_json: bool) -> None:
    """Prints what a command returned: text, or with `as_json` one JSON object.

    Characters that the output cannot show are replaced, in JSON by their numbers.

    Raises:
        BrokenPipeError: Nobody reads on, as after `| head`.
        ExplorerError: It cannot be written.
    """
    if result is None:
        return
    can_show_all = _makes_do_with_its_encoding()
    text = json.dumps(result, ensure_ascii=not can_show_all) if as_json else result
    try:
        if sys.stdout is None:  # the program was started with it closed
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        print(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        silence()
        raise unwritable("Standard output", error) from error


def silence() -> None:
    """Has nothing more written to standard output, which would fail once more when the program ends."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _makes_do_with_its_encoding() -> bool:
    """Whether the output takes every character; one that does not has others replaced from now on."""
    if not isinstance(sys.stdout, io.TextIOWrapper) or sys.stdout.encoding.lower().startswith("utf"):
        return True
    sys.stdout.reconfigure(errors="replace")
    return False
