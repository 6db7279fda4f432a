"""A report as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer import atomic
from explorer.report import gathering, page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from explorer.runs.shelf.store import Store


def write(
    store: Store, run: str, path: Path, language: str = "en", is_cancelled: Callable[[], bool] = lambda: False
) -> None:
    """Writes the report of `run` to `path`; what it cannot tell, it says itself.

    Raises:
        ExplorerError: There is no such run, or its events cannot be read.
        OSError: The file cannot be written.
        explorer.data.watch.Cancelled: On request.
    """
    atomic.write_text(path, page.render(gathering.gather(store, run, is_cancelled), language))
