"""Fields for numbers that say what is wrong with what was typed, and step as one thinks of the number."""

import math
from collections.abc import Callable

from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox, QToolTip

from explorer.gui import theme

Explain = Callable[[str], str]  # from what was typed to why it cannot be; "" where it can

_PLAIN = QLocale(QLocale.Language.C)
_PLAIN.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)


class WholeField(QSpinBox):
    """A whole number; out of range it is marked, explained, and corrected to the nearest when the field is left."""

    def __init__(self, minimum: int, maximum: int, *, explain: Explain, step: int = 1) -> None:
        super().__init__(minimum=minimum, maximum=maximum, singleStep=step)
        self._explain = explain
        _prepare(self)
        self.lineEdit().textEdited.connect(self._check)

    def _check(self, typed: str) -> None:
        _mark(self, "" if _is_number(typed, int, self.minimum(), self.maximum()) else self._explain(typed))

    def validate(self, typed: str, position: int) -> tuple[QValidator.State, str, int]:
        is_fine = _is_number(typed, int, self.minimum(), self.maximum())
        return (_state(typed, is_fine, "0123456789-"), typed, position)

    def fixup(self, typed: str) -> str:
        _mark(self, "")
        try:
            return str(min(max(int(typed), self.minimum()), self.maximum()))
        except ValueError:
            return str(self.value())

    def wheelEvent(self, event: QWheelEvent) -> None:
        _wheel_only_with_focus(self, event, super().wheelEvent)


class DoublingField(WholeField):
    """A whole number whose arrows double and halve, such as a batch size."""

    def stepBy(self, steps: int) -> None:
        value = max(self.value(), 1)
        for _ in range(abs(steps)):  # to the next power of two
            value = 1 << value.bit_length() if steps > 0 else 1 << max((value - 1).bit_length() - 1, 0)
        self.setValue(value)
        self.lineEdit().selectAll()


class DecimalField(QDoubleSpinBox):
    """A number of any size, written as short as it goes; the arrows go 1, 2, 5, 10.

    Out of range it is marked, explained, and again what it was before when the field is left: the nearest number would
    be one that nobody means, such as a learning rate of 0.000000001.
    """

    def __init__(self, minimum: float, maximum: float, *, explain: Explain) -> None:
        super().__init__(decimals=9, minimum=minimum, maximum=maximum)
        self._explain = explain
        _prepare(self)
        self.lineEdit().textEdited.connect(self._check)

    def _check(self, typed: str) -> None:
        _mark(self, "" if _is_number(typed, float, self.minimum(), self.maximum()) else self._explain(typed))

    def validate(self, typed: str, position: int) -> tuple[QValidator.State, str, int]:
        is_fine = _is_number(typed, float, self.minimum(), self.maximum())
        return (_state(typed, is_fine, "0123456789.,eE+-"), typed, position)

    def fixup(self, typed: str) -> str:
        _mark(self, "")
        return self.textFromValue(self.value())

    def valueFromText(self, typed: str) -> float:
        return _decimal(typed)

    def textFromValue(self, value: float) -> str:
        return f"{value:.9f}".rstrip("0").rstrip(".")

    def stepBy(self, steps: int) -> None:
        value = self.value()
        for _ in range(abs(steps)):
            value = _next_round(value) if steps > 0 else -_next_round(-value)
        self.setValue(value)
        self.lineEdit().selectAll()

    def wheelEvent(self, event: QWheelEvent) -> None:
        _wheel_only_with_focus(self, event, super().wheelEvent)


def _next_round(value: float) -> float:
    """The next of 1, 2, 5, 10, ... times a power of ten above `value`; downwards for negative numbers."""
    if value == 0:
        return 1e-6
    size = abs(value)
    power = 10.0 ** math.floor(math.log10(size) + 1e-9)
    steps = (1, 2, 5, 10) if value > 0 else (10, 5, 2, 1, 0.5)
    if value > 0:
        return next(factor * power for factor in steps if factor * power > size * 1.0001)
    return -next(factor * power for factor in steps if factor * power < size * 0.9999)


def _decimal(typed: str) -> float:
    number = float(typed.strip().replace(",", "."))
    if not math.isfinite(number):
        raise ValueError(typed)
    return number


def _is_number(typed: str, kind: type, minimum: float, maximum: float) -> bool:
    try:
        number = int(typed) if kind is int else _decimal(typed)
    except ValueError:
        return False
    return minimum <= number <= maximum


def _state(typed: str, is_fine: bool, characters: str) -> QValidator.State:
    if is_fine:
        return QValidator.State.Acceptable
    is_on_the_way = all(character in characters for character in typed.strip())
    return QValidator.State.Intermediate if is_on_the_way else QValidator.State.Invalid


def _prepare(field: QAbstractSpinBox) -> None:
    field.setLocale(_PLAIN)
    field.setKeyboardTracking(False)
    field.setAccelerated(True)
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.setProperty("role", "plain")  # no arrows; see the style sheet
    field.lineEdit().setTextMargins(6, 0, 6, 0)  # the style sheet does not reach them
    field.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToNearestValue)


def _mark(field: QAbstractSpinBox, why: str) -> None:
    """Shows the field as wrong, with the reason under it, or as right again."""
    theme.set_state(field, "error" if why else "")
    if why:
        QToolTip.showText(field.mapToGlobal(QPoint(0, field.height())), why, field)
    else:
        QToolTip.hideText()


def _wheel_only_with_focus(field: QAbstractSpinBox, event: QWheelEvent, turn: Callable[[QWheelEvent], None]) -> None:
    # A number must not change because the page under the mouse was being scrolled.
    if field.hasFocus():
        turn(event)
    else:
        event.ignore()
