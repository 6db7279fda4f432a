"""Fields for numbers: what can be typed, and what the arrows do."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.gui.widgets.fields.number_field import DecimalField, DoublingField, WholeField


def why(typed: str) -> str:
    return f"{typed!r} cannot be"


def typed(qtbot: QtBot, field: WholeField | DecimalField, text: str) -> None:
    field.selectAll()
    qtbot.keyClicks(field, text)


@pytest.fixture
def epochs(qtbot: QtBot) -> WholeField:
    field = WholeField(1, 100, explain=why)
    qtbot.addWidget(field)
    field.setValue(10)
    return field


def test_what_cannot_be_is_marked_and_corrected_to_the_nearest(qtbot: QtBot, epochs: WholeField) -> None:
    typed(qtbot, epochs, "500")
    assert epochs.property("state") == "error"
    qtbot.keyClick(epochs, Qt.Key.Key_Return)
    assert epochs.value() == 100
    assert not epochs.property("state")
    typed(qtbot, epochs, "0")
    assert epochs.property("state") == "error"
    qtbot.keyClick(epochs, Qt.Key.Key_Return)
    assert epochs.value() == 1


def test_a_good_number_is_not_marked(qtbot: QtBot, epochs: WholeField) -> None:
    typed(qtbot, epochs, "42")
    assert not epochs.property("state")
    qtbot.keyClick(epochs, Qt.Key.Key_Return)
    assert epochs.value() == 42


def test_letters_are_not_taken(qtbot: QtBot, epochs: WholeField) -> None:
    typed(qtbot, epochs, "3x5")
    assert epochs.text() == "35"


def test_batch_sizes_double_and_halve(qtbot: QtBot) -> None:
    field = DoublingField(1, 65536, explain=why)
    qtbot.addWidget(field)
    field.setValue(64)
    field.stepUp()
    assert field.value() == 128
    field.stepDown()
    field.stepDown()
    assert field.value() == 32
    field.setValue(100)
    field.stepUp()
    assert field.value() == 128
    field.setValue(100)
    field.stepDown()
    assert field.value() == 64


@pytest.mark.parametrize(("text", "value"), [("0.05", 0.05), ("1e-4", 0.0001), ("0,3", 0.3), (".5", 0.5)])
def test_a_rate_is_read_as_one_writes_it(qtbot: QtBot, text: str, value: float) -> None:
    field = DecimalField(1e-9, 1000, explain=why)
    qtbot.addWidget(field)
    typed(qtbot, field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == pytest.approx(value)


def test_a_rate_is_written_short_and_steps_one_two_five(qtbot: QtBot) -> None:
    field = DecimalField(1e-9, 1000, explain=why)
    qtbot.addWidget(field)
    field.setValue(0.1)
    assert field.text() == "0.1"
    seen = []
    for _ in range(4):
        field.stepUp()
        seen.append(field.text())
    assert seen == ["0.2", "0.5", "1", "2"]
    field.setValue(0.1)
    seen = []
    for _ in range(4):
        field.stepDown()
        seen.append(field.text())
    assert seen == ["0.05", "0.02", "0.01", "0.005"]


def test_nothing_typed_leaves_the_number(qtbot: QtBot) -> None:
    field = DecimalField(1e-9, 1000, explain=why)
    qtbot.addWidget(field)
    field.setValue(0.25)
    field.clear()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == 0.25


def test_the_wheel_turns_it_only_with_focus(qtbot: QtBot, epochs: WholeField) -> None:
    epochs.show()
    epochs.clearFocus()
    turn = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(epochs, turn)
    assert epochs.value() == 10


@pytest.mark.parametrize("text", ["-3", "0", "5000"])
def test_a_rate_that_cannot_be_is_marked_and_goes_back(qtbot: QtBot, text: str) -> None:
    field = DecimalField(1e-9, 1000, explain=why)
    qtbot.addWidget(field)
    field.setValue(0.25)
    typed(qtbot, field, text)
    assert field.property("state") == "error"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == 0.25
    assert not field.property("state")
