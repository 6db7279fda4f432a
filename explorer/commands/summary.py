"""`summary`: the layers of a network with shapes, parameters, multiply-adds and receptive fields."""

import argparse
from typing import Any

from explorer.commands.arguments import add_choice, add_json, choice_from
from explorer.commands.own_model import add_model, own_model
from explorer.commands.table import table
from explorer.graph.model import Block, Category, LayerGraph, Node


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_choice(parser, name_is_optional=True)
    add_model(parser)
    parser.add_argument(
        "--mode", choices=("eval", "train"), default="eval", help="train: what runs in training only, too"
    )
    add_json(parser)


def run(args: argparse.Namespace) -> dict[str, Any] | str:
    graph = own_model(args) if args.model else _known(args)
    return as_json(graph) if args.json else as_text(graph)


def _known(args: argparse.Namespace) -> LayerGraph:
    choice = choice_from(args)
    from explorer.graph.trace import graph_of  # here, so that a wrong name needs no torch

    return graph_of(choice, args.mode)


def as_json(graph: LayerGraph) -> dict[str, Any]:
    """The graph in the form that scripts rely on; shapes without the batch dimension."""
    return {
        "architecture": graph.architecture,
        "input_shape": list(graph.input_shape),
        "params": graph.params,
        "macs": graph.macs,
        "activation_bytes": graph.activation_bytes,
        "layers": [_layer(node) for node in _layers(graph)],
        "blocks": [_block(block) for block in graph.blocks[1:]],
    }


def as_text(graph: LayerGraph) -> str:
    rows = [
        [node.path, node.kind, _shape(node.output_shape), f"{node.params:,}", f"{node.macs:,}", _field(node)]
        for node in _layers(graph)
    ]
    head = ["layer", "kind", "output", "parameters", "multiply-adds", "receptive field"]
    totals = (
        f"\n{graph.params:,} parameters, {graph.macs:,} multiply-adds, {graph.activation_bytes:,} bytes of activations "
        f"for one image of {_shape(graph.input_shape)}"
    )
    return table(head, rows, frozenset({3, 4, 5})) + totals


def _layers(graph: LayerGraph) -> list[Node]:
    return [node for node in graph.nodes if node.category not in (Category.INPUT, Category.OUTPUT)]


def _layer(node: Node) -> dict[str, Any]:
    field = node.receptive_field
    return {
        "path": node.path,
        "kind": node.kind,
        "output_shape": list(node.output_shape),
        "params": node.params,
        "macs": node.macs,
        "receptive_field": None if field is None or field.whole else _size(field.size),
        "sees_whole_image": field is not None and field.whole,
    }


def _size(size: tuple[int, int]) -> int | list[int]:
    return size[0] if size[0] == size[1] else list(size)


def _block(block: Block) -> dict[str, Any]:
    return {
        "path": block.path,
        "kind": block.kind,
        "output_shape": list(block.output_shape),
        "params": block.params,
        "macs": block.macs,
    }


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(str(number) for number in shape)


def _field(node: Node) -> str:
    field = node.receptive_field
    if field is None:
        return "-"
    return "whole image" if field.whole else f"{field.size[0]}x{field.size[1]}"
