"""Writing files where the user wants them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from explorer.errors import unwritable


@contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """Turns what the system says of a folder or file that cannot be written into words for the user.

    Raises:
        ExplorerError: An `OSError` came up inside.
    """
    try:
        yield
    except OSError as error:
        raise unwritable(path, error) from error
