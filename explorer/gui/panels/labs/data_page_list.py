"""Which data sets there are, as rows to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.data import cards
from explorer.graph import labels
from explorer.gui.text import say, tr
from explorer.gui.widgets.tables.row_list import Heading, Item, Link, Row
from explorer.gui.widgets.words.numerals import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from explorer.data.cards import DatasetCard

OPEN_FOLDER, OPEN_ARCHIVE = "folder?", "archive?"


def items(folders: Sequence[str], there: Mapping[str, float]) -> tuple[Item, ...]:
    """Rows of all known data sets and of `folders`; `there` is the share of each that has been downloaded."""
    carried = [card for card in cards.CARDS.values() if not card.needs_download]
    others = [card for card in cards.CARDS.values() if card.needs_download]
    return (
        Heading("carried", tr("data.carried")),
        *(_row(card, there) for card in carried),
        Heading("folders", tr("data.folders")),
        *(_folder_row(name) for name in folders),
        Link(OPEN_FOLDER, tr("data.open_folder"), "folder-open", tr("data.open_folder_tip")),
        Link(OPEN_ARCHIVE, tr("data.open_archive"), "file", tr("data.open_archive_tip")),
        Heading("downloaded", tr("data.downloaded")),
        *(_row(card, there) for card in others),
    )


def _folder_row(name: str) -> Row:
    return Row(name, "", say(cards.short_title(name)), 0.0, "", name.removeprefix(cards.FOLDER_PREFIX))


def _row(card: DatasetCard, there: Mapping[str, float]) -> Row:
    share = there.get(card.name, 0.0)
    note = tr("data.row_note", title=say(card.title), about=say(card.about))
    if card.needs_download:
        note = f"{note}\n{_where(card, share)}"
    return Row(card.name, f"{card.size}²", say(card.title), share, labels.count(card.images), note)


def _where(card: DatasetCard, share: float) -> str:
    megabytes = count(card.download_mb)
    if share >= 1:
        return tr("data.row_there")
    if share > 0:
        return tr("data.row_part", percent=f"{share:.0%}", megabytes=megabytes)
    return tr("data.row_missing", megabytes=megabytes)
