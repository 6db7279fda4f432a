"""The networks that `compare` is given: architectures, and models in files of the user."""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from explorer import catalogue
from explorer.bilingual import Text
from explorer.catalogue import Card, Choice, Shape
from explorer.commands.arguments import assignments, parse_settings, parse_shape
from explorer.commands.own_model import path_and_class
from explorer.errors import ExplorerError
from explorer.graph.compare.same_input import common_shape
from explorer.graph.model import LayerGraph
from explorer.graph.user_model import exported, own, source
from explorer.graph.user_model.source import ModelClass

_OWN_SUFFIXES = (".py", exported.SUFFIX)


@dataclass(frozen=True, slots=True)
class _File:
    """A model in a file of the user; an exported program has no `model`."""

    path: Path
    model: ModelClass | None


def choices(args: argparse.Namespace) -> list[Choice]:
    """What `names`, `--input`, `--same-input` and `--set` mean; models of the user are known to the catalogue then.

    Raises:
        ExplorerError: A name, a file, a setting or an input that does not fit.
    """
    if len(args.names) < 2:
        raise ExplorerError(
            Text("One network alone cannot be compared.", "只有一个网络，无法比较。"),
            Text("Name two or more.", "请给出两个或更多名称。"),
        )
    networks = [_network(name) for name in args.names]
    told = _told(args.settings, [_settings(network) for network in networks])
    given = None if args.input is None else parse_shape(args.input)
    shape = given or next((network.input_shape for network in networks if isinstance(network, Card)), None)
    chosen = [
        network.choose(input_shape=given, settings=parse_settings(network, texts))
        if isinstance(network, Card)
        else _choose(network, shape, given, texts)
        for network, texts in zip(networks, told, strict=True)
    ]
    if not args.same_input:
        return chosen
    common = common_shape(chosen)
    if common is None:
        raise ExplorerError(
            Text("There is no input shape that all of these take.", "没有这些网络都接受的输入形状。"),
            Text("Leave out --same-input.", "请去掉 --same-input。"),
        )
    return [replace(choice, input_shape=common) for choice in chosen]


def graph_of(choice: Choice) -> LayerGraph:
    """The graph of a choice; the code of a user's model runs in a process of its own.

    Raises:
        ExplorerError: The network cannot be built or run so.
    """
    if catalogue.own(choice.architecture) is not None:
        return own.graph_of(choice)
    from explorer.graph import trace  # here, so that a wrong name needs no torch

    return trace.graph_of(choice)


def names(chosen: Sequence[Choice]) -> list[str]:
    """Titles; where two are equal with the settings that differ among them, or else with their number."""
    titles = [catalogue.find(choice.architecture).title for choice in chosen]
    called = [_with_settings(choice, title, chosen) for choice, title in zip(chosen, titles, strict=True)]
    counts = Counter(called)
    return [f"{name} ({place})" if counts[name] > 1 else name for place, name in enumerate(called, start=1)]


def _with_settings(choice: Choice, title: str, chosen: Sequence[Choice]) -> str:
    equals = [other for other in chosen if other.architecture == choice.architecture]
    differ = [
        f"{key}={value}" for key, value in choice.settings.items() if len({str(o.settings[key]) for o in equals}) > 1
    ]
    return f"{title} ({', '.join(differ)})" if differ else title


# -- one network ----------------------------------------------------------------------------------------------------


def _network(name: str) -> Card | _File:
    path, class_name = path_and_class(name)
    suffix = path.suffix.lower()
    if suffix not in _OWN_SUFFIXES:
        return catalogue.find(name)
    path = path.expanduser().absolute()
    return _File(path, None if suffix == exported.SUFFIX else source.choose(path, class_name))


def _settings(network: Card | _File) -> frozenset[str]:
    if isinstance(network, Card):
        return frozenset(setting.name for setting in network.settings)
    return frozenset() if network.model is None else frozenset(argument.name for argument in network.model.arguments)


def _choose(network: _File, shape: Shape | None, given: Shape | None, texts: Sequence[str]) -> Choice:
    """A model of the user at `shape`, an exported program at that of its export where no other is `given`."""
    if network.model is None:
        shape = given or exported.describe(network.path).input_shape
    elif shape is None:
        raise ExplorerError(
            Text("It is not said what images the models take.", "没有指定模型的输入形状。"),
            Text("Add --input CxHxW, such as --input 3x224x224.", "请加上 --input CxHxW，例如 --input 3x224x224。"),
        )
    values = dict(assignments(texts))
    model = own.describe(network.path, network.model, shape, values)
    for name in values.keys() - _settings(network):
        model.card.choose(settings={name: values[name]})  # says which there are
    catalogue.add_own(model)
    return model.card.default_choice()


def _told(texts: Sequence[str], known: Sequence[frozenset[str]]) -> list[list[str]]:
    """For each network, of which the settings are `known`, the "KEY=VALUE" texts that are meant for it."""
    told: list[list[str]] = [[] for _ in known]
    for text in texts:
        place, colon, rest = text.partition(":")
        if colon and place.strip().isdigit():
            if not 1 <= int(place) <= len(known):
                raise ExplorerError(
                    Text(f"There is no network {place} here.", f"没有第 {place} 个网络。"),
                    Text(f"Write a number from 1 to {len(known)}.", f"请写 1 到 {len(known)} 之间的数。"),
                )
            told[int(place) - 1].append(rest)
            continue
        key = text.partition("=")[0].strip()
        having = [k for k, names_of_one in enumerate(known) if key in names_of_one]
        for k in having or range(len(known)):  # where none has it, it is refused as for one network
            told[k].append(text)
    return told
