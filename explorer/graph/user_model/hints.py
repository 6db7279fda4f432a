"""What images a model takes, as far as its file says so: told from the code alone, which is not run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from explorer.graph.user_model import makers, source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from explorer.catalogue import Shape

_CHANNELS = ("in_channels", "in_chans", "in_ch", "n_channels", "num_channels", "input_channels", "channels")
_SIDES = ("img_size", "image_size", "input_size", "input_resolution", "resolution", "img_dim", "imsize")
_SHAPES = ("input_shape", "input_size", "img_shape", "image_shape", "example_input", "example_input_array", "X_shape")
# Functions that are called with the shape of a batch, as an example of one.
_EXAMPLES = ("randn", "rand", "zeros", "ones", "empty", "layer_summary", "summary")
_USUAL = {1: (28, 224, 32, 96, 64, 128, 256), 3: (224, 32, 96, 64, 28, 299, 384, 128, 256, 227)}
_MOST_CHANNELS, _LEAST_SIDE, _LARGEST_SIDE = 16, 8, 2048


def input_shapes(path: Path, suggested: Sequence[Shape] = ()) -> tuple[Shape, ...]:
    """Shapes (C, H, W) to try a model of the file with, the likeliest first: what the file names, then usual ones.

    Args:
        suggested: Shapes to try before the usual ones, such as that of the images there are.

    Raises:
        ExplorerError: As `source.models`.
    """
    tree = source.parse(path)
    channels = _first_channels(tree)
    named = [shape for shape in _named(tree, channels) if channels in (None, shape[0])]
    expected = channels or (named[0][0] if named else 3)
    usual = [(expected, side, side) for side in _USUAL.get(expected, _USUAL[3])]
    if channels is None:  # it takes what it is given, or says in another way what it wants
        usual += [(1, side, side) for side in _USUAL[1]]
    return tuple(dict.fromkeys([*named, *suggested, *usual]))


def first_channels(path: Path) -> int | None:
    """How many channels the first convolution in the file reads, where its code says it.

    It is said by a number, or by an argument or a constant that has one.

    Raises:
        ExplorerError: As `source.models`.
    """
    return _first_channels(source.parse(path))


def _first_channels(tree: ast.Module) -> int | None:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    known = _numbers(tree)
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        first = call.args[0]
        channels = known.get(first.id) if isinstance(first, ast.Name) else _number(first)
        if makers.last_name(call.func) == "Conv2d" and channels is not None:
            return channels
    return next((known[name] for name in _CHANNELS if name in known), None)


def _named(tree: ast.Module, channels: int | None) -> Iterator[Shape]:
    """The shapes of images in the file: what is called so first, then what an example is made of; the last first."""
    nodes = list(ast.walk(tree))
    for name, value in reversed([pair for node in nodes for pair in _labelled(node)]):
        shape = _shape(value)
        if name in _SHAPES and shape is not None:
            yield shape
    numbers = _numbers(tree)
    for name in _SIDES:
        side = numbers.get(name, 0)
        if _LEAST_SIDE <= side <= _LARGEST_SIDE:
            yield (channels or 3, side, side)
    calls = [node for node in nodes if isinstance(node, ast.Call) and makers.last_name(node.func) in _EXAMPLES]
    for call in sorted(calls, key=lambda call: (-call.lineno, -call.col_offset)):
        named = [keyword.value for keyword in call.keywords if keyword.arg == "size"]
        for given in (ast.Tuple(call.args, ast.Load()), *call.args, *named):
            shape = _shape(given)
            if shape is not None:
                yield shape


def _labelled(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names with the expressions that are given to them: assignments, keywords, and the keys of dictionaries."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((makers.last_name(target), value) for target in targets)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield makers.last_name(target), value
        case ast.keyword(arg=str(name), value=value):
            yield name, value
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
        case ast.arguments():
            yield from _defaults(node)


def _shape(value: ast.expr) -> Shape | None:
    """The shape of an image that an expression writes out: with or without the batch, or as a call that makes one."""
    if isinstance(value, ast.Call) and makers.last_name(value.func) in _EXAMPLES:
        return _shape(ast.Tuple(value.args, ast.Load())) or (_shape(value.args[0]) if value.args else None)
    if not isinstance(value, ast.Tuple | ast.List) or len(value.elts) not in (3, 4):
        return None
    numbers = [_number(part) for part in value.elts][-3:]
    if None in numbers:
        return None
    channels, height, width = (number or 0 for number in numbers)
    fits = 1 <= channels <= _MOST_CHANNELS and min(height, width) >= _LEAST_SIDE
    return (channels, height, width) if fits and max(height, width) <= _LARGEST_SIDE else None


def _numbers(tree: ast.Module) -> dict[str, int]:
    """The numbers that names stand for: defaults of arguments, and constants of the file."""
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.arguments):
            pairs = ((name, _number(value)) for name, value in _defaults(node))
            found |= {name: number for name, number in pairs if number is not None}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and (number := _number(statement.value)) is not None:
            found |= {target.id: number for target in statement.targets if isinstance(target, ast.Name)}
    return found


def _defaults(given: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    positional = [*given.posonlyargs, *given.args]
    named = [
        *zip(reversed(positional), reversed(given.defaults), strict=False),
        *zip(given.kwonlyargs, given.kw_defaults, strict=True),
    ]
    yield from ((argument.arg, value) for argument, value in named if value is not None)


def _number(value: ast.expr | None) -> int | None:
    if isinstance(value, ast.Constant) and isinstance(value.value, int) and not isinstance(value.value, bool):
        return value.value
    return None
