"""The cards of all architectures as the text of `resources/catalogue/cards.json`.

Run `python -m explorer.architectures.shipped` after a card has changed; a test holds the file true.
"""

import json
import math
import re

from explorer import atomic, catalogue, paths
from explorer.catalogue import LECTURE, Card


def cards_json() -> str:
    """One card a line: the lecture by year, and by chapter in each; then the zoo, each family from small to large."""
    declared = [card for card, _ in catalogue.load_all().values()]
    lines = (json.dumps(card.to_json(), ensure_ascii=False) for card in sorted(declared, key=_place))
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _place(card: Card) -> tuple[bool, int, float, str, int]:
    if card.family == LECTURE:
        chapter = re.search(r"d2l\.ai (\d+\.\d)", card.source)
        return False, card.year, float(chapter[1]) if chapter else math.inf, card.title, card.params
    family = re.split(r"[-\d]| [A-Z][a-z]+$", card.title)[0]
    return True, card.year, 0, family, card.params


if __name__ == "__main__":
    atomic.write_text(paths.resources() / "catalogue" / "cards.json", cards_json())
