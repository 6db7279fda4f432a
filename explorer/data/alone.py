"""Keeping two downloads, of this program or of two, from writing the same files. No torch."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from explorer import file_lock
from explorer.bilingual import Text
from explorer.data.watch import Watch

NAME = ".download.lock"
_PAUSE = 0.1  # seconds between two tries


@contextmanager
def alone_in(folder: Path, watch: Watch) -> Iterator[None]:
    """Waits until nobody else works in `folder`, which is made if need be; says so, and can be cancelled meanwhile.

    The system frees it when its process ends, however that happens. Where the file system knows no locks there is no
    waiting: the checksum then finds what two have spoilt.

    Raises:
        OSError: The folder cannot be made, or not be written to.
        Cancelled: The user wants no more of it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / NAME).open("ab") as file:
        while not file_lock.take(file):
            watch.report(Text(f"Waiting for another download to {folder}", f"正在等待另一个下载完成：{folder}"))
            time.sleep(_PAUSE)
        yield
