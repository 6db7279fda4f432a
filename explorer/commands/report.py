"""`report RUN`: a run as one HTML page, to hand in or to keep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer import paths
from explorer.bilingual import Text
from explorer.commands.arguments import add_json
from explorer.commands.files import writing_to
from explorer.errors import ExplorerError
from explorer.runs.shelf.store import Store

if TYPE_CHECKING:
    import argparse

_ENDINGS = (".html", ".htm")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="id, number, or `last`")
    parser.add_argument("--out", type=Path, metavar="FILE.html", required=True, help="where it is written")
    parser.add_argument("--language", choices=("en", "zh"), default="en", help="of the page (en)")
    parser.add_argument("--runs-dir", type=Path, metavar="DIR", help="where runs are kept")
    add_json(parser)


def run(args: argparse.Namespace) -> dict[str, Any] | str:
    if args.out.suffix.lower() not in _ENDINGS:
        raise ExplorerError(
            Text(
                f"A report is a page: {args.out.name} does not end in .html.",
                f"报告是网页，而 {args.out.name} 不以 .html 结尾。",
            ),
            Text("Write --out report.html.", "请写成 --out report.html。"),
        )
    store = Store(args.runs_dir or paths.runs())
    try:
        record = store.find(args.run)
        from explorer.report import writing

        with writing_to(args.out):
            writing.write(store, record.id, args.out, args.language)
    finally:
        store.close()
    return {"run": record.id, "file": str(args.out)} if args.json else str(args.out)
