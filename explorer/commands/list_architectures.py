"""`list`: every architecture with year, parameters and default input."""

import argparse
from typing import Any

from explorer import catalogue
from explorer.commands.arguments import add_json
from explorer.commands.table import table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_json(parser)


def run(args: argparse.Namespace) -> dict[str, Any] | str:
    cards = catalogue.cards().values()
    if args.json:
        return {"architectures": [_entry(card) for card in cards]}
    rows = [
        [card.name, card.title, str(card.year), f"{card.params:,}", "x".join(map(str, card.input_shape))]
        for card in cards
    ]
    return table(["name", "title", "year", "parameters", "input"], rows, frozenset({3}))


def _entry(card: catalogue.Card) -> dict[str, Any]:
    return {
        "name": card.name,
        "title": card.title,
        "year": card.year,
        "params": card.params,
        "input_shape": list(card.input_shape),
        "classes": card.classes,
        "min_size": card.min_size,
        "source": card.source,
        "settings": {
            setting.name: {
                "default": setting.default,
                "choices": list(setting.choices),
                "minimum": setting.minimum,
                "maximum": setting.maximum,
                "about": str(setting.about),
            }
            for setting in card.settings
        },
    }
