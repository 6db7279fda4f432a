"""Pieces of HTML; every text that comes in is escaped here."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def tag(name: str, text: str, role: str = "") -> str:
    """An element that holds `text`."""
    kind = f' class="{role}"' if role else ""
    return f"<{name}{kind}>{escape(text)}</{name}>"


def paragraph(text: str, role: str = "") -> str:
    return tag("p", text, role)


def section(title: str, *parts: str) -> str:
    """Finished pieces under a title."""
    return f"<section>\n<h2>{escape(title)}</h2>\n" + "\n".join(part for part in parts if part) + "\n</section>"


def details(title: str, content: str) -> str:
    """A finished piece that is folded away."""
    return f"<details><summary>{escape(title)}</summary>{content}</details>"


def cells(
    heads: Sequence[str], rows: Iterable[Sequence[str]], role: str = "", numbers: frozenset[int] = frozenset()
) -> str:
    """A table; the columns `numbers` are set flush right."""

    def line(name: str, row: Sequence[str]) -> str:
        kinds = (' class="number"' if column in numbers else "" for column in range(len(row)))
        return (
            "<tr>"
            + "".join(f"<{name}{kind}>{escape(cell)}</{name}>" for kind, cell in zip(kinds, row, strict=True))
            + "</tr>"
        )

    head = f"<thead>{line('th', heads)}</thead>" if heads else ""
    body = "\n".join(line("td", row) for row in rows)
    return f'<div class="wide"><table class="{role}">{head}<tbody>{body}</tbody></table></div>'
