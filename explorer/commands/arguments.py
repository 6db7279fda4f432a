"""Arguments that several commands share."""

import argparse
import re
from collections.abc import Sequence

from explorer import catalogue
from explorer.bilingual import Text
from explorer.catalogue import Choice, Shape, Value
from explorer.errors import ExplorerError

_OPTIONS = ("classes", "input")  # of every architecture


def add_choice(
    parser: argparse.ArgumentParser, *, name_is_optional: bool = False, name: str = "architecture, as `list` prints it"
) -> None:
    """Adds the options that decide a network: NAME, which help says to be `name`, `--input`, `--classes`, `--set`."""
    count = "?" if name_is_optional else None
    parser.add_argument("name", metavar="NAME", nargs=count, help=name)
    parser.add_argument("--input", metavar="CxHxW", help="shape of one image, such as 3x96x96")
    parser.add_argument("--classes", type=int, metavar="N", help="number of classes")
    parser.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], dest="settings", help="a setting of the architecture"
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object on standard output")


def choice_from(args: argparse.Namespace) -> Choice:
    """The network that the options of `add_choice` mean.

    Raises:
        ExplorerError: An unknown name or setting, or a value that the architecture does not take.
    """
    if args.name is None:
        raise no_name()
    card = catalogue.find(args.name)
    shape = None if args.input is None else parse_shape(args.input)
    return card.choose(input_shape=shape, classes=args.classes, settings=parse_settings(card, args.settings))


def no_name() -> ExplorerError:
    return ExplorerError(
        Text("It is not said which architecture.", "没有指定网络结构。"),
        Text("`list` shows them.", "list 命令会列出它们。"),
    )


def parse_shape(text: str) -> Shape:
    """(C, H, W) from "CxHxW".

    Raises:
        ExplorerError: It is not three positive numbers.
    """
    match = re.fullmatch(r"\s*(\d+)\s*[x×*,]\s*(\d+)\s*[x×*,]\s*(\d+)\s*", text, re.IGNORECASE)
    if match is None or 0 in (numbers := tuple(int(number) for number in match.groups())):
        raise ExplorerError(
            Text(f"{text!r} is not an input shape.", f"{text!r} 不是输入形状。"),
            Text("Write channels x height x width, such as 1x28x28.", "请写成 通道x高x宽，例如 1x28x28。"),
        )
    channels, height, width = numbers
    return channels, height, width


def assignments(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs (key, value) from "KEY=VALUE" texts.

    Raises:
        ExplorerError: A text is no assignment.
    """
    pairs = []
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            raise ExplorerError(
                Text(f"{text!r} is not a setting.", f"{text!r} 不是有效的设置。"),
                Text("Write KEY=VALUE, such as ratio=4.", "请写成 键=值，例如 ratio=4。"),
            )
        pairs.append((key.strip(), value))
    return pairs


def parse_settings(card: catalogue.Card, texts: Sequence[str]) -> dict[str, Value]:
    """Settings of `card` from "KEY=VALUE" texts.

    Raises:
        ExplorerError: A text is no assignment, or its value does not fit.
    """
    known = {setting.name: setting for setting in card.settings}
    pairs = assignments(texts)
    for key, value in pairs:
        if key in _OPTIONS and key not in known:
            raise ExplorerError(
                Text(f"{key!r} is not a setting.", f"{key!r} 不是设置。"),
                Text(f"Write --{key} {value}.", f"请写成 --{key} {value}。"),
            )
    return {key: known[key].parse(value) if key in known else value for key, value in pairs}  # `choose` refuses others
