"""`data`: the data sets there are, the facts of one, and downloading it."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from explorer.bilingual import Text
from explorer.commands.arguments import add_json
from explorer.commands.table import table
from explorer.data import cards
from explorer.data.cards import CARDS, DatasetCard
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.data.facts import Facts

_SHOWN_CLASSES = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="data set, as `data` lists it, or folder:PATH")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="where the files of a data set are")
    parser.add_argument("--download", action="store_true", help="download NAME if it is not there yet")
    add_json(parser)


def run(args: argparse.Namespace) -> dict[str, Any] | str:
    if args.name is None:
        if args.download or args.data_dir is not None:
            raise ExplorerError(
                Text("It is not said which data set.", "没有指定数据集。"),
                Text("`data` alone lists them.", "单独使用 data 命令会列出它们。"),
            )
        return {"datasets": [_entry(card) for card in CARDS.values()]} if args.json else _listing()
    card = cards.find(args.name)
    if not _is_there(card, args.data_dir):
        if not args.download:
            return _told(card, args.data_dir, as_json=args.json)
        _download(card)
    return _facts(card, args.data_dir, as_json=args.json)


def _is_there(card: DatasetCard, data_dir: Path | None) -> bool:
    if not card.needs_download:
        return True
    from explorer.data import files

    return files.is_there(card, None if data_dir is None else data_dir.expanduser())


def _told(card: DatasetCard, data_dir: Path | None, *, as_json: bool) -> dict[str, Any] | str:
    """What is known of a data set that is not there."""
    if data_dir is not None:
        raise ExplorerError(
            Text(f"The files of {card.title.en} are not in {data_dir}.", f"{data_dir} 中没有 {card.title.zh} 的文件。"),
            Text("Without --data-dir they can be downloaded.", "不使用 --data-dir 时可以下载。"),
        )
    if as_json:
        return _entry(card)
    size = f"{card.download_mb:,} MB to download: data {card.name} --download"
    return "\n".join([f"{card.title}: {card.about}", f"{card.source}.", size])


def _listing() -> str:
    rows = [
        [
            card.name,
            f"{card.images:,}",
            f"{card.channels}x{card.size}x{card.size}",
            str(len(card.classes)),
            f"{card.download_mb:,} MB" if card.needs_download else "carried",
            "" if not card.needs_download else "yes" if _is_there(card, None) else "no",
        ]
        for card in CARDS.values()
    ]
    head = ["name", "images", "size", "classes", "download", "is there"]
    return table(head, rows, frozenset({1, 2, 3, 4}))


def _entry(card: DatasetCard) -> dict[str, Any]:
    return {
        "name": card.name,
        "title": str(card.title),
        "about": str(card.about),
        "source": card.source,
        "train_images": card.train_images,
        "test_images": card.test_images,
        "shape": [card.channels, card.size, card.size],
        "classes": list(card.classes),
        "download_mb": card.download_mb,
        "is_there": _is_there(card, None),
    }


def _download(card: DatasetCard) -> None:
    from explorer.data import files
    from explorer.data.watch import Watch

    total = card.download_bytes
    with tqdm(total=total, unit="B", unit_scale=True, file=sys.stderr, disable=not sys.stderr.isatty()) as bar:

        def show(what: Text, fraction: float | None) -> None:
            bar.set_description_str(str(what), refresh=False)
            if fraction is not None:
                bar.update(max(0, round(fraction * total) - bar.n))

        files.fetch(card, Watch(show))


def _facts(card: DatasetCard, data_dir: Path | None, *, as_json: bool) -> dict[str, Any] | str:
    from explorer.data import datasets
    from explorer.data.facts import facts_of

    facts = facts_of(datasets.load(card.name, data_dir))
    known = {"name": card.name, "title": str(card.title), "source": card.source}
    return {**known, **facts.to_json()} if as_json else _written(card, facts)


def _written(card: DatasetCard, facts: "Facts") -> str:
    numbers = {
        "images": f"{facts.train_images:,} for training, {facts.test_images:,} for testing",
        "size": "x".join(map(str, facts.shape)),
        "mean": " ".join(f"{value:.4f}" for value in facts.mean),
        "deviation": " ".join(f"{value:.4f}" for value in facts.std),
        "memory": f"{facts.size_bytes / 1e6:,.1f} MB",
    }
    lines = [f"{card.title}: {card.about}", *(f"{name:<10} {value}" for name, value in numbers.items())]
    lines += [str(note) for note in facts.notes]
    rows = [
        [name, f"{train:,}", f"{test:,}"]
        for name, train, test in zip(facts.classes, facts.train_counts, facts.test_counts, strict=True)
    ]
    lines += ["", table(["class", "training", "testing"], rows[:_SHOWN_CLASSES], frozenset({1, 2}))]
    if len(rows) > _SHOWN_CLASSES:
        lines.append(f"and {len(rows) - _SHOWN_CLASSES} more classes; --json lists them all")
    return "\n".join(lines)
