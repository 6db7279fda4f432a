"""What is known of a data set before a training is planned; a folder is counted, and a terminal told meanwhile."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tqdm import tqdm

from explorer.data import class_folders
from explorer.data.watch import Watch

if TYPE_CHECKING:
    from explorer.bilingual import Text
    from explorer.data.cards import DatasetCard

_UNSAID_SECONDS = 0.5  # what takes no longer is not spoken of


def card_of(dataset: str) -> DatasetCard:
    """The card of `dataset`; an archive is unpacked for it, as the training would.

    Raises:
        ExplorerError: There is no such data set, or the folder cannot be used.
    """
    is_quiet = not sys.stderr.isatty()
    with tqdm(bar_format="{desc}", file=sys.stderr, leave=False, delay=_UNSAID_SECONDS, disable=is_quiet) as line:

        def show(what: Text, fraction: float | None) -> None:
            line.set_description_str(f"{what}{'' if fraction is None else f' {fraction:.0%}'}")

        return class_folders.card(dataset, watch=Watch(show))
