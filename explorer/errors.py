"""The one exception that is meant for the user."""

import errno
from collections.abc import Iterable

from explorer.bilingual import Text

_LONGEST = 300
_LONGEST_TEXT = 10_000
_CLOSE = 0.6  # of 1, for names that are equal
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_FORBIDDEN_HINT = Text("Allow writing there, or choose another place.", "请允许写入该处，或选择其他位置。")
_FULL_HINT = Text("Make room there, or choose another place.", "请腾出空间，或选择其他位置。")


class ExplorerError(Exception):
    """Something the user did or gave cannot be done: what happened, and what to do about it.

    Everything else that is raised is a defect of the program.
    """

    def __init__(self, message: Text, hint: Text | None = None) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.language("en")

    def language(self, code: str) -> str:
        """Message and hint on one line, in `code` ("en" or "zh"); in Chinese no space stands between sentences."""
        parts = [self.message] if self.hint is None else [self.message, self.hint]
        return ("" if code == "zh" else " ").join(part.language(code) for part in parts)


def unwritable(place: object, error: Exception) -> ExplorerError:
    """What to say where the system does not let `place`, a file or a folder, be written."""
    reason = reason_of(error)
    return ExplorerError(
        Text(f"{place} cannot be written: {reason}.", f"无法写入 {place}：{reason}。"),
        _FORBIDDEN_HINT if isinstance(error, OSError) and error.errno in _FORBIDDEN else _FULL_HINT,
    )


def unreadable(place: object, error: OSError, hint: Text | None = None) -> ExplorerError:
    """What to say where the system does not let `place`, a file or a folder, be read."""
    reason = reason_of(error)
    return ExplorerError(Text(f"{place} cannot be read: {reason}.", f"无法读取 {place}：{reason}。"), hint)


def reason_of(error: Exception) -> str:
    """Why the system or the data base refused, in its own words."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


class BatchTooLarge(ExplorerError):  # noqa: N818 - it says what happened
    """A batch does not fit in memory; `fits` images do: it was tried."""

    def __init__(self, message: Text, hint: Text, fits: int) -> None:
        super().__init__(message, hint)
        self.fits = fits


def near(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Those of `known` that `name` is probably a misspelling of, the nearest first; in any case of letters.

    Of a name with a slash the part after it counts too: `resnet50` is near `torchvision/resnet50`; and so do the words
    of a name in another order: `inception_mnist` is near `mnist_inception`.
    """
    from difflib import SequenceMatcher

    def score(other: str) -> float:
        pairs = ((wanted, other), (wanted, other.rpartition("/")[2]), (_in_order(wanted), _in_order(other)))
        return max(SequenceMatcher(None, *pair).ratio() for pair in pairs)

    wanted = name.lower()
    scores = {other: score(other.lower()) for other in known}
    close = [other for other, score in scores.items() if score >= _CLOSE]
    return sorted(close, key=lambda other: -scores[other])[:most]


def _in_order(name: str) -> str:
    """The words of a name by the alphabet."""
    return "_".join(sorted(name.replace("-", "_").replace(" ", "_").split("_")))


def said_by(error: BaseException) -> str:
    """What an exception of foreign code says: its first line in printable characters, at most 300 of them."""
    try:
        words = str(error)
    except Exception:  # noqa: BLE001 - it is foreign code that puts them into words
        return ""
    line = words[:_LONGEST_TEXT].strip().split("\n")[0].rstrip()
    line = line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
    return "".join(letter if letter.isprintable() else "?" for letter in line)
