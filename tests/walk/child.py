"""One walk in this process, through the program as `main.py` starts it; its end is the program's own."""

import argparse
import json
import os
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from explorer import app
from explorer.gui import window as program
from tests.walk.props import Props
from tests.walk.steps import Step
from tests.walk.walker import Walker
from tests.walk.watch import Watch

END_S = 90.0  # a training step of a large network may have to end


def main(argv: Sequence[str] | None = None) -> int:
    args = _arguments(argv)
    folder: Path = args.folder
    _stay_at_home(folder)
    defects = (folder / "defects.txt").open("w", encoding="utf-8")
    log = (folder / "steps.jsonl").open("w", encoding="utf-8")
    walkers: list[Walker] = []

    def on_defect(words: str) -> None:
        defects.write(f"{words}\n{'-' * 80}\n")
        defects.flush()
        for walker in walkers:
            walker.stop()

    props, watch = Props(folder / "props"), Watch(on_defect, args.hang)
    watch.install()
    _answer_dialogs(props, random.Random(args.seed))
    given = None if args.replay is None else read(args.replay)
    create = program.create_window

    def create_watched(words: Sequence[str]) -> Any:
        application, window = create(words)
        walker = Walker(window, props, log, seed=args.seed, count=args.steps, given=given, beat=watch.beat)
        walkers.append(walker)
        window.closing.disconnect()  # connected again behind `end`: from then on the window need not answer
        window.closing.connect(walker.end)
        window.closing.connect(lambda: watch.end(END_S))
        window.closing.connect(window.findChild(program.Session)._end)
        began = window.painted if args.early else window.state.ready_changed
        began.connect(walker.begin)
        window.painted.connect(lambda: watch.begin(window))
        return application, window

    program.create_window = create_watched
    return app.main([])


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="an empty folder, for all that the walk writes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--replay", type=Path)
    parser.add_argument("--hang", type=float, default=5.0, help="seconds")
    parser.add_argument("--early", action="store_true", help="begin before torch has been loaded")
    return parser.parse_args(argv)


def _stay_at_home(folder: Path) -> None:
    """Settings and runs lie in the walk's own folder, and nothing is loaded from the net."""
    os.environ["CNN_EXPLORER_HOME"] = str(folder / "home")
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        os.environ[name] = os.environ[name.upper()] = "http://127.0.0.1:9"
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ""


def read(path: Path) -> list[Step]:
    """Steps that a walk has written down."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Step(**line) for line in lines if "slow" not in line]


def _answer_dialogs(props: Props, rng: random.Random) -> None:
    """The system's own dialogs and programs cannot be walked through: they answer at once."""

    def some(choose: Callable[[], str]) -> str:
        return "" if rng.random() < 0.2 else choose()

    def save(*args: Any, **_: Any) -> tuple[str, str]:
        name = Path(str(args[2])).name if len(args) > 2 and args[2] else "export.png"
        odd = rng.choice(("", "", "", "no ending", "没有/such folder/x.svg"))
        return some(lambda: str(props.exports / (odd or f"{rng.randrange(100)} {name}"))), ""

    QFileDialog.getOpenFileName = lambda *_, **__: (some(lambda: str(props.any_file(rng))), "")  # type: ignore[method-assign]
    QFileDialog.getSaveFileName = save  # type: ignore[method-assign]
    QFileDialog.getExistingDirectory = lambda *_, **__: some(lambda: str(rng.choice(props.folders)))  # type: ignore[method-assign]
    QDesktopServices.openUrl = lambda *_: rng.random() < 0.5  # type: ignore[method-assign]


if __name__ == "__main__":
    sys.exit(main())
