"""What a command prints on standard output, and says beside it on standard error, whatever these are."""

import errno
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TextIO, cast

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
        _to_nowhere(sys.stdout)


@contextmanager
def forgiving_asides() -> Iterator[None]:
    """Within, what is said on standard error ends no work: nobody may read it any more, or its disk may be full."""
    former = sys.stderr
    with ExitStack() as stack:
        stream = former if former is not None else stack.enter_context(open(os.devnull, "w", encoding="utf-8"))
        sys.stderr = cast("TextIO", _Aside(stream))
        try:
            yield
        finally:
            sys.stderr = former


class _Aside:
    """A stream that is written to nowhere from the moment on at which it cannot be written."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError:
            _to_nowhere(self._stream)
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            _to_nowhere(self._stream)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _to_nowhere(stream: TextIO) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _makes_do_with_its_encoding() -> bool:
    """Whether the output takes every character; one that does not has others replaced from now on."""
    if not isinstance(sys.stdout, io.TextIOWrapper) or sys.stdout.encoding.lower().startswith("utf"):
        return True
    sys.stdout.reconfigure(errors="replace")
    return False
