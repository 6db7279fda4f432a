"""Breaks text into lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# A word with what follows it closely, or one Chinese character with the punctuation that may not begin a line.
_PIECE = re.compile(r"[\u2e80-\uffef][\uff0c\u3002\u3001\uff1a\uff1b\uff09]*|[^\s\u2e80-\uffef]+\s*|\s+")


def wrapped(text: str, room: float, measure: Callable[[str], float]) -> list[str]:
    """`text` in lines of at most `room`, broken between words and between Chinese characters.

    A word that alone is wider than `room` gets a line of its own.
    """
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and measure((lines[-1] + piece).rstrip()) > room:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]
