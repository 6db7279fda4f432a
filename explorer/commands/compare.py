"""`compare`: networks stage by stage against the first of them, and what each change buys."""

import argparse
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from explorer.bilingual import Text
from explorer.commands import compared
from explorer.commands.arguments import add_json
from explorer.commands.files import writing_to
from explorer.commands.table import table
from explorer.graph import labels
from explorer.graph.compare.align import Change
from explorer.graph.compare.stages import Comparison, Side, Stage, compare
from explorer.graph.views import Detail

_NONE = "-"
DETAILS = ("stages", "blocks", "layers", "operations")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "names",
        metavar="NAME",
        nargs="+",
        help="architectures, or models of your own as FILE.py:CLASS or FILE.pt2; the others are compared to the first",
    )
    parser.add_argument(
        "--input",
        metavar="CxHxW",
        help="shape of one image, the same for all networks; a FILE.py takes that of the first architecture by default",
    )
    parser.add_argument("--same-input", action="store_true", help="one input shape that all of the networks take")
    parser.add_argument(
        "--set",
        metavar="[N:]KEY=VALUE",
        action="append",
        default=[],
        dest="settings",
        help="a setting of the N-th network, such as 2:ratio=4; without N of each that has it",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="also draw the graphs side by side: .svg or .png")
    parser.add_argument("--detail", choices=DETAILS, default="blocks", help="what is drawn open (blocks)")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--language", choices=("en", "zh"), default="en", help="of the drawing")
    add_json(parser)


def run(args: argparse.Namespace) -> dict[str, Any] | str:
    from explorer.graph.compare import drawing

    choices = compared.choices(args)
    if args.out is not None:
        drawing.check(args.out)  # before anything is built
    comparison = compare([compared.graph_of(choice) for choice in choices], compared.names(choices))
    if args.out is not None:
        with writing_to(args.out):
            drawing.write(comparison, args.out, Detail(args.detail), language=args.language, theme=args.theme)
    return as_json(comparison) if args.json else as_text(comparison)


# -- what is printed ------------------------------------------------------------------------------------------------


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison in the form that scripts rely on; the first network is the reference."""
    networks = [
        {"name": name, "architecture": graph.architecture, "input_shape": list(graph.input_shape), **asdict(totals)}
        for name, graph, totals in zip(comparison.names, comparison.graphs, comparison.totals, strict=True)
    ]
    for network, pairs, remark in zip(networks[1:], comparison.alignments, comparison.remarks, strict=True):
        counts = Counter(pair.change for pair in pairs)
        network["layers_against_the_first"] = {str(change): counts[change] for change in Change}
        network["remark"] = _both(remark)
    return {"networks": networks, "stages": [_stage(comparison, stage) for stage in comparison.stages]}


def _stage(comparison: Comparison, stage: Stage) -> dict[str, Any]:
    sides = [
        None
        if side is None
        else {
            "sizes": side.sizes,
            **asdict(side.totals),
            "paths": [graph.nodes[index].path for index in side.nodes],
        }
        for graph, side in zip(comparison.graphs, stage.sides, strict=True)
    ]
    return {"name": stage.name.en, "sides": sides, "sentences": [_both(text) for text in stage.sentences]}


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}


def as_text(comparison: Comparison) -> str:
    """A table of the figures, and under it the sentences."""
    head = ["stage", "network", "maps", "parameters", "multiply-adds", "memory", "receptive field", "depth", "layers"]
    rows = [_row("whole" if k == 0 else "", comparison, k, None) for k in range(len(comparison.graphs))]
    for stage in comparison.stages:
        rows += [_row(stage.name.en if k == 0 else "", comparison, k, stage) for k in range(len(comparison.graphs))]
    figures = table(head, rows, frozenset(range(3, len(head))))
    return f"{figures}\n\n{_sentences(comparison)}"


def _row(title: str, comparison: Comparison, k: int, stage: Stage | None) -> list[str]:
    name = comparison.names[k]
    if stage is None:
        whole = tuple(range(len(comparison.graphs[k].nodes)))
        sides: tuple[Side | None, ...] = tuple(
            Side(whole, totals, labels.shape(graph.input_shape))
            for graph, totals in zip(comparison.graphs, comparison.totals, strict=True)
        )
    else:
        sides = stage.sides
    first, side = sides[0], sides[k]
    if side is None:
        return [title, name, *[_NONE] * 7]
    sums, reference = side.totals, None if first is None or k == 0 else first.totals

    def written(key: str) -> str:
        amount: int = getattr(sums, key)
        before = 0 if reference is None else getattr(reference, key)
        return f"{amount:,} ({_factor(amount / before)})" if before else f"{amount:,}"

    amounts = [written(key) for key in ("params", "macs", "activation_bytes")]
    field = str(sums.receptive_field) if sums.receptive_field else _NONE
    return [title, name, side.sizes or _NONE, *amounts, field, str(sums.depth), str(sums.layers)]


def _factor(times: float) -> str:
    """To three digits, without an exponent where it is large."""
    return f"{times:,.0f}x" if times >= 1000 else f"{times:.3g}x"


def _sentences(comparison: Comparison) -> str:
    paragraphs = []
    for k, name in enumerate(comparison.names[1:]):
        lines = [f"{name} against {comparison.names[0]}", f"  whole: {comparison.remarks[k].en}"]
        lines += [f"  {stage.name.en}: {stage.sentences[k].en}" for stage in comparison.stages if stage.sentences[k].en]
        paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs)
