"""How long work tells what it does, and how it is told to end. No torch."""

from collections.abc import Callable

from explorer.bilingual import Text
from explorer.errors import ExplorerError

Progress = Callable[[Text, float | None], None]
IsCancelled = Callable[[], bool]


class Cancelled(ExplorerError):  # noqa: N818 (what the user wanted is no error)
    """The user took the request back; nothing half-done is left that a later request would trip over."""

    def __init__(self) -> None:
        super().__init__(Text("Cancelled.", "已取消。"))


class Watch:
    """Passes on progress, and ends the work by `Cancelled` once the user wants that."""

    def __init__(self, progress: Progress | None = None, is_cancelled: IsCancelled | None = None) -> None:
        self._progress = progress
        self._is_cancelled = is_cancelled

    def check(self) -> None:
        """Call it often.

        Raises:
            Cancelled: The user wants no more of it.
        """
        if self._is_cancelled is not None and self._is_cancelled():
            raise Cancelled

    def report(self, what: Text, fraction: float | None = None) -> None:
        """Says what is being done, and how much of it is; checks as well."""
        self.check()
        if self._progress is not None:
            self._progress(what, fraction)

    def part(self, first: float, last: float) -> "Watch":
        """A watch for work that is the part from `first` to `last` (0-1) of this one's."""

        def progress(what: Text, fraction: float | None) -> None:
            if self._progress is not None:
                self._progress(what, None if fraction is None else first + (last - first) * fraction)

        return Watch(progress, self._is_cancelled)
