"""Weights of a few stored moments, kept between two looks: going to and fro in time need not read them again."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from explorer.runs.folder.checkpoint import Snapshot

BUDGET = 256 << 20  # bytes of weights


class MomentCache:
    """Reads moments; those read last stay, as long as they fit in `budget` bytes. For one thread at a time."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = budget
        self._kept: OrderedDict[tuple[Path, int, int], Snapshot] = OrderedDict()

    def read(self, path: Path) -> Snapshot:
        """The moment in the file `path`, as it is now; not to be changed.

        Raises:
            ExplorerError: The file is missing or damaged.
        """
        from explorer.runs.folder import checkpoint  # imports torch

        try:
            about = path.stat()
        except OSError:
            return checkpoint.read_moment(path)  # which says what is wrong
        key = (path, about.st_mtime_ns, about.st_size)
        found = self._kept.pop(key, None) or checkpoint.read_moment(path)
        self._kept[key] = found
        while sum(size for _, _, size in self._kept) > self._budget:
            self._kept.popitem(last=False)
        return found
