"""What the user calls a run, and says of it: `about.json` in the folder of the run. No torch."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import category

from explorer import atomic
from explorer.runs.folder import plain_json
from explorer.runs.folder.names import ABOUT

_DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # of which the end may be missing
LONGEST_NAME, LONGEST_NOTE, LONGEST_TAG = 120, 20_000, 40  # characters


@dataclass(frozen=True, slots=True)
class About:
    """The user's own words about a run; make it with `of`.

    Attributes:
        name: One line; "" where the run has none.
        tags: In the order they were given, each once.
    """

    name: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str = "", note: str = "", tags: Iterable[str] = ()) -> "About":
        """With surplus spaces and lines, signs that are none, commas in tags and what is too long taken away."""
        name, note, tags = _clean(name), _clean(note), [_clean(tag) for tag in tags]
        words = (" ".join(tag.replace(",", " ").split()).lstrip("#")[:LONGEST_TAG].strip() for tag in tags)
        line = " ".join(name.split())[:LONGEST_NAME].strip()
        return cls(line, note.strip()[:LONGEST_NOTE], tuple(dict.fromkeys(word for word in words if word)))

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "note": self.note, "tags": list(self.tags)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "About":
        """What `to_json` gave; also of a file that was written by hand, or by another version.

        Raises:
            TypeError: The tags are no list.
        """
        tags = data.get("tags") or ()
        if isinstance(tags, str):
            raise TypeError("tags are not a list")
        return cls.of(str(data.get("name") or ""), str(data.get("note") or ""), (str(tag) for tag in tags))


def _clean(words: str) -> str:
    """Without what steers a terminal or turns the direction of the text around it, and what is no character."""
    return "".join(
        sign for sign in words if sign in "\n\t" or not (category(sign) in ("Cc", "Cs") or sign in _DIRECTIONS)
    )


def read(run_folder: Path) -> About:
    """What is said of the run; nothing where the file is missing, as of older runs, or damaged."""
    try:
        return About.from_json(json.loads(atomic.read_text(run_folder / ABOUT)))
    except (OSError, ValueError, TypeError, AttributeError):
        return About()


def write(run_folder: Path, about: About) -> None:
    """Replaces what is said of the run.

    Raises:
        OSError: The folder cannot be written; the former words stay.
    """
    atomic.write_text(run_folder / ABOUT, plain_json.dumps(about.to_json(), indent=1))
