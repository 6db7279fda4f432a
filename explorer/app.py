"""The command line: chooses between the window and a command without one.

Nothing heavy is imported before it is known what is wanted, so that the window can be on the screen first.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import importlib.util
import os
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from explorer import __version__
from explorer.bilingual import Text
from explorer.errors import ExplorerError, near

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QApplication

    from explorer.gui.main_window import MainWindow

BAD_INPUT = 2  # exit status for what the user has to change
_OPTIONS = frozenset({"-h", "--help", "--version"})
_SHOWS_WINDOW = "tour"  # the one command that needs Qt


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its module in `explorer.commands`, which has `add_arguments(parser)` and `run(args)`."""

    module: str
    summary: str


class Parser(argparse.ArgumentParser):
    """Refuses in one line, as the commands do, without the list of all options in front of it."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{self.prog}: {message}; see {self.prog} --help\n")


COMMANDS = {
    "list": Command("list_architectures", "list the architectures"),
    "summary": Command("summary", "print the layers of a network with shapes, parameters and multiply-adds"),
    "compare": Command("compare", "compare networks stage by stage with the first of them"),
    "train": Command("train", "train a network"),
    "evaluate": Command("evaluate", "test a stored moment of a training: accuracy, confusion matrix, calibration"),
    "activations": Command("activations", "save the feature maps of an image, one mosaic for each layer"),
    "filters": Command("filters", "save the filters as pictures"),
    "export": Command("export", "save the graph as a drawing or a table, or the network as code"),
    "data": Command("data", "list the data sets, show the facts of one, or download it"),
    "runs": Command("runs", "list, find, name, export, delete trainings; train those that wait"),
    "report": Command("report", "write a training as one HTML page: network, curves, settings, test"),
    "tour": Command("tour", "run through the program offscreen and save a screenshot of each step"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program; returns the exit status: 0, or 2 for bad input."""
    _fill_closed_streams()
    arguments = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # spinning threads would starve the window
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # the same for all runs on a GPU: see training.exact
    os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")  # the CPU does what torch cannot on an Apple GPU
    problem = refusal(arguments) or (_no_qt() if needs_window(arguments) else None)
    if problem is not None:
        print(f"cnn-explorer: {problem}", file=sys.stderr)
        return BAD_INPUT
    if not _is_command(arguments):
        return _window(arguments)
    command = COMMANDS.get(arguments[0])
    parser = _parser(arguments[0] if command else None)
    args = parser.parse_args(arguments)
    if command is None:
        return 0
    return _run(importlib.import_module(f"explorer.commands.{command.module}").run, args)


def _fill_closed_streams() -> None:
    """Started by a desktop, or with `2>&-`: no file of ours is taken for a closed stream, what is said goes nowhere."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is None:
            os.open(os.devnull, os.O_RDWR)  # has the lowest free number, which is the stream's
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def needs_window(arguments: Sequence[str]) -> bool:
    """Whether what is asked for needs Qt: the window, with a file to open or none, or the tour through it."""
    return not _is_command(arguments) or arguments[0] == _SHOWS_WINDOW


def refusal(arguments: Sequence[str]) -> ExplorerError | None:
    """What to say where the first argument is no command and no file that the window could open."""
    if not arguments or _is_command(arguments) or os.path.isfile(arguments[0]):
        return None
    word = arguments[0]
    close = ", ".join(near(word, COMMANDS))
    question = Text(f"Did you mean {close}? ", f"您是指 {close} 吗？") if close else Text("", "")
    return ExplorerError(
        Text(f"There is no command and no file {word!r}.", f"没有名为 {word!r} 的命令或文件。"),
        Text(f"{question.en}`--help` lists the commands.", f"{question.zh}--help 会列出全部命令。"),
    )


def _is_command(arguments: Sequence[str]) -> bool:
    return bool(arguments) and (arguments[0] in COMMANDS or arguments[0] in _OPTIONS)


def _no_qt() -> ExplorerError | None:
    missing = [name for name in ("PySide6", "pyqtgraph") if importlib.util.find_spec(name) is None]
    if not missing:
        return None
    return ExplorerError(
        Text(f"The window needs {' and '.join(missing)}, which this Python does not have.",
             f"窗口需要 {' 和 '.join(missing)}，当前 Python 中没有安装。"),
        Text("The other commands work without; main.py installs all that is needed.",
             "其他命令无需它们；main.py 会安装所需的一切。"),
    )  # fmt: skip


def create_window(argv: Sequence[str]) -> tuple[QApplication, MainWindow]:
    """The application and its window, not yet shown; for tests."""
    gc.disable()  # nothing of what is imported now is garbage, and looking for it takes its time
    from explorer.gui.window import create_window as create

    return create(list(argv))


def _parser(wanted: str | None) -> argparse.ArgumentParser:
    parser = Parser(
        prog="cnn-explorer",
        description="Explore convolutional networks. Without a command the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"CNN Explorer {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND")
    for name, command in COMMANDS.items():
        subparser = commands.add_parser(name, help=command.summary, description=command.summary.capitalize() + ".")
        if name == wanted:  # only this one's module is imported
            importlib.import_module(f"explorer.commands.{command.module}").add_arguments(subparser)
    return parser


def _run(command: object, args: argparse.Namespace) -> int:
    from explorer.commands import output

    assert callable(command)
    try:
        with output.forgiving_asides():
            return _answer(command, args)
    except BrokenPipeError:  # `... | head`
        output.silence()
        return 128 + signal.SIGPIPE if hasattr(signal, "SIGPIPE") else 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _answer(command: Callable[[argparse.Namespace], object], args: argparse.Namespace) -> int:
    from explorer.commands import output

    try:
        result = command(args)
        if isinstance(result, int):
            return result
        output.show(result, as_json=getattr(args, "json", False))
    except ExplorerError as error:
        print(f"cnn-explorer: {error}", file=sys.stderr)
        return BAD_INPUT
    return 0


def _window(arguments: list[str]) -> int:
    gc.disable()  # as in `create_window`
    from explorer.gui.window import show_window

    return show_window(arguments)
