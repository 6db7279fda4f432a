"""No connection holds the object that makes it: PySide would free it neither when it is let go nor as garbage."""

import ast
import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

import explorer.gui
from explorer.gui.widgets.fields.named_clicks import named_clicks

GUI = Path(explorer.gui.__file__).parent
MAKERS = {"connect", "singleShot"}


def captures_self(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Name) and part.id == "self" for part in ast.walk(node))


def holding(source: str) -> Iterator[int]:
    """Lines with a connection to a lambda that captures `self`."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in MAKERS:
            for part in ast.walk(call):
                if isinstance(part, ast.Lambda) and captures_self(part):
                    yield call.lineno


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("button.clicked.connect(lambda: self.go(1))", [1]),
        ("\nQTimer.singleShot(0, lambda: self.go())", [2]),
        ("for name in names:\n    button.clicked.connect(lambda _=False, name=name: self.go(name))", [2]),
        ("button.clicked.connect(self.go)", []),
        ("button.clicked.connect(lambda: close())", []),
        ("work.request(lambda: self.go())", []),
    ],
)
def test_finds_what_holds(source: str, lines: list[int]) -> None:
    assert list(holding(source)) == lines


def test_no_connection_holds_its_object() -> None:
    found = {
        f"{path.relative_to(GUI)}:{line}"
        for path in sorted(GUI.rglob("*.py"))
        for line in holding(path.read_text(encoding="utf-8"))
    }
    assert not found, "connect a bound method, or use named_clicks"


def test_clicks_are_told_by_name_and_hold_nothing(qtbot: QtBot) -> None:
    class Bar(QWidget):
        def __init__(self) -> None:
            super().__init__()
            self.buttons = {name: QPushButton(self) for name in ("in", "out")}
            self.clicked: list[str] = []
            named_clicks(self.buttons, self).connect(self.note)

        def note(self, name: str) -> None:
            self.clicked.append(name)

    bar = Bar()
    for name in ("out", "in", "out"):
        bar.buttons[name].click()
    assert bar.clicked == ["out", "in", "out"]
    there = weakref.ref(bar)
    del bar
    gc.collect()
    assert there() is None
