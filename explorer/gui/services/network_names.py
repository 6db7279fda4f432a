"""What a network is called on a line: its title, and what of it is not as it was published."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from explorer import catalogue
from explorer.graph.user_model import own
from explorer.gui.text import language, say, table, tr

if TYPE_CHECKING:
    from explorer.card import Value
    from explorer.catalogue import Choice


def name(choice: Choice) -> str:
    """Such as "LeNet (ReLU, maximum pooling)"; the name itself where the network is not known any more."""
    return _name(choice.architecture, tuple(choice.settings.items()), language())


@lru_cache(1024)
def _name(architecture: str, settings: tuple[tuple[str, Value], ...], _language: str) -> str:
    """Kept: a table of a thousand runs asks for it with every letter that is typed."""
    if architecture.startswith(own.PREFIX):
        path, _, class_name = architecture.rpartition(":")
        return class_name or path.rpartition("/")[2]
    card = catalogue.cards().get(architecture)
    if card is None:
        return architecture
    chosen = dict(settings)
    told = [
        _words(say(setting.title), chosen[setting.name])
        for setting in card.settings
        if setting.name in chosen and chosen[setting.name] != setting.default
    ]
    title = say(card.titles)
    return tr("architectures.named", title=title, settings=tr("architectures.comma").join(told)) if told else title


def _words(title: str, value: Value) -> str:
    if isinstance(value, bool):
        return title if value else tr("architectures.without", title=title)
    key = f"architectures.value_{value}"
    if isinstance(value, str):
        return tr(key) if key in table() else value
    return f"{title} {value:g}"
