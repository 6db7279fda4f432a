"""What can be chosen of the architecture: input size, classes, and its own settings; applied at once."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from explorer import catalogue
from explorer.bilingual import Text
from explorer.catalogue import MINE, Card, Setting, Shape, Value
from explorer.errors import ExplorerError
from explorer.gui import theme
from explorer.gui.state import AppState
from explorer.gui.text import say, table, tr
from explorer.gui.widgets.fields.choice_box import ChoiceBox
from explorer.gui.widgets.fields.number_field import DecimalField, WholeField
from explorer.gui.widgets.fields.size_field import SizeField

MOST_CLASSES = 100_000
_USUAL_SIZES = (28, 32, 64, 96, 128, 224)
_FIELD_WIDTH = 124


class _Row(QWidget):
    """A field with its name before it."""

    def __init__(self, field: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.field = field
        self._label = QLabel(wordWrap=True)  # or a long one would push the field out of the panel
        self._label.setProperty("role", "label")
        self._label.setBuddy(field)
        field.setFixedWidth(_FIELD_WIDTH)
        for line in field.findChildren(QLineEdit):
            line.setAcceptDrops(False)  # an image dropped here is meant for the window
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._label, 1)
        layout.addWidget(field)

    def set_words(self, title: str, about: str) -> None:
        self._label.setText(title)
        self.field.setAccessibleName(title)
        for widget in (self._label, self.field):
            widget.setToolTip(about)


class ArchitectureSettingsPanel(QWidget):
    """The form for the present choice; a value that the architecture refuses is explained under the form."""

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._shown: Card | None = None  # what the form is made for
        self._sizes: list[Shape] = []  # that are offered
        self._heading = QLabel()
        self._heading.setProperty("role", "heading")
        self._reset = QPushButton(self)  # before the fields, also for the Tab key
        self._reset.setObjectName("resetSettings")
        self._reset.setProperty("role", "link")
        self._size, self._classes = SizeField(), _whole_field(1, MOST_CLASSES)
        self._rows = _Row(self._size, self), _Row(self._classes, self)  # of every network
        self._own_rows: list[_Row] = []  # of this one
        self._refusal = QLabel(wordWrap=True)
        self._refusal.setObjectName("settingsRefusal")
        self._refusal.hide()
        self._refusal.setProperty("role", "error")
        self._limits = QLabel(wordWrap=True)
        self._limits.setObjectName("ownModelLimits")
        self._limits.setProperty("role", "caption")
        self._form = QVBoxLayout()
        self._form.setSpacing(4)
        self._lay_out()
        self._connect()
        self._rebuild()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._heading)
        top.addStretch()
        top.addWidget(self._reset)
        layout = QVBoxLayout(self)
        layout.setSpacing(4)
        layout.setContentsMargins(16, 4, 12, 4)
        layout.addLayout(top)
        layout.addSpacing(2)
        for row in self._rows:
            self._form.addWidget(row)
        layout.addLayout(self._form)
        layout.addWidget(self._refusal)
        layout.addWidget(self._limits)

    def _connect(self) -> None:
        self._size.setObjectName("inputSize")
        self._size.entered.connect(self._on_size)
        self._size.misread.connect(self._on_misread)
        self._classes.setObjectName("classesField")
        self._classes.valueChanged.connect(self._on_classes)
        self._reset.clicked.connect(self._on_reset)
        self._state.choice_changed.connect(self._on_choice_changed)
        self._state.language_changed.connect(self._rebuild)

    def _rebuild(self) -> None:
        """For another network, or in another language."""
        self._heading.setText(tr("architectures.settings").upper())
        self._reset.setText(tr("architectures.reset"))
        self._reset.setToolTip(tr("architectures.reset_tip"))
        for row, name in zip(self._rows, ("input_size", "classes"), strict=True):
            row.set_words(tr(f"architectures.{name}"), tr(f"architectures.{name}_tip"))
        card = self._shown = self._state.card
        self._sizes = _sizes(card)
        self._rows[1].setVisible(card.family != MINE)
        self._make_own_rows(card)
        self._limits.setText(tr("models.no_training_program"))
        own = catalogue.own(card.name)
        self._limits.setVisible(own is not None and not own.class_name)
        self._on_choice_changed()

    def _make_own_rows(self, card: Card) -> None:
        for row in self._own_rows:
            self._form.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._own_rows = [
            _Row(_field(setting, partial(self._on_setting, setting.name)), self) for setting in card.settings
        ]
        before: QWidget = self._classes  # for the Tab key; else the fields come after all of the window
        for setting, row in zip(card.settings, self._own_rows, strict=True):
            row.field.setObjectName(f"setting_{setting.name}")
            row.set_words(say(setting.title), say(setting.about))
            self._form.addWidget(row)
            row.show()
            self.setTabOrder(before, row.field)
            before = row.field

    def _on_choice_changed(self) -> None:
        choice, card = self._state.choice, self._state.card
        if card != self._shown:
            self._rebuild()
            return
        self._refuse(None)
        self._size.show_sizes(self._sizes, choice.input_shape)
        _show_number(self._classes, choice.classes)
        for setting, row in zip(card.settings, self._own_rows, strict=True):
            _show_value(row.field, setting.of(choice.settings))
        self._reset.setVisible(choice != card.default_choice())

    # -- what the user does -----------------------------------------------------------------------------------------

    def _on_size(self, shape: Shape) -> None:
        self._choose(shape=shape)

    def _on_misread(self, typed: str) -> None:
        self._refuse(ExplorerError(_MISREAD))

    def _on_classes(self, classes: int) -> None:
        self._choose(classes=classes)

    def _on_setting(self, name: str, value: Value) -> None:
        self._choose(settings={**self._state.choice.settings, name: value})

    def _on_reset(self) -> None:
        self._state.set_choice(self._state.card.default_choice())

    def _choose(
        self, *, shape: Shape | None = None, classes: int | None = None, settings: dict[str, Value] | None = None
    ) -> None:
        now = self._state.choice
        try:
            choice = self._state.card.choose(
                input_shape=shape or now.input_shape,
                classes=classes or now.classes,
                settings=now.settings if settings is None else settings,
            )
        except ExplorerError as error:
            self._refuse(error)
        else:
            self._refuse(None)
            self._state.set_choice(choice)

    def _refuse(self, error: ExplorerError | None) -> None:
        theme.set_state(self._size, "" if error is None else "error")
        self._refusal.setVisible(error is not None)
        if error is not None:
            self._refusal.setText("\n".join(say(text) for text in (error.message, error.hint) if text is not None))


_MISREAD = Text(
    "Write channels × height × width, such as 3 × 96 × 96, or one number for both sides.",
    "请按 通道 × 高 × 宽 填写，例如 3 × 96 × 96；只写一个数表示正方形。",
)


def _sizes(card: Card) -> list[Shape]:
    """The sizes offered: the default first, then usual ones that the architecture takes, in grey and in colour."""
    channels, height, width = card.input_shape
    sides = [(height, width), *((side, side) for side in _USUAL_SIZES if (side, side) != (height, width))]
    shapes = [(count, *side) for count in dict.fromkeys((channels, 1, 3)) for side in sides]
    return [shape for shape in shapes if card.takes(shape)]


def _field(setting: Setting, take: Callable[[Value], None]) -> QWidget:
    choices = (True, False) if isinstance(setting.default, bool) else setting.choices
    if choices:
        options = ChoiceBox()
        options.offer([(choice, _words(choice)) for choice in choices])
        options.activated.connect(lambda place: take(options.itemData(place)))
        return options
    if isinstance(setting.default, str):
        line = QLineEdit()
        line.editingFinished.connect(lambda: take(line.text().strip()) if line.isModified() else None)
        return line
    low, high = setting.minimum or 0, setting.maximum if setting.maximum is not None else MOST_CLASSES
    if isinstance(setting.default, int):
        whole = _whole_field(int(low), int(high))
        whole.valueChanged.connect(take)
        return whole
    decimal = DecimalField(low, high, explain=_explain(low, high))
    decimal.setKeyboardTracking(False)
    decimal.valueChanged.connect(take)
    return decimal


def _whole_field(low: int, high: int) -> WholeField:
    field = WholeField(low, high, explain=_explain(low, high))
    field.setKeyboardTracking(False)
    return field


def _words(value: Value) -> str:
    if isinstance(value, bool):
        return tr("architectures.on" if value else "architectures.off")
    if isinstance(value, float):
        return f"{value:g}"
    key = f"architectures.value_{value}"
    return tr(key) if key in table() else str(value)


def _explain(low: float, high: float) -> Callable[[str], str]:
    return lambda _: tr("architectures.out_of_range", low=f"{low:g}", high=f"{high:g}")


def _show_value(field: QWidget, value: Value) -> None:
    if isinstance(field, ChoiceBox):
        field.choose(value)
    elif isinstance(field, WholeField | DecimalField):
        _show_number(field, value)
    elif isinstance(field, QLineEdit):
        field.setText(str(value))


def _show_number(field: WholeField | DecimalField, value: Value) -> None:
    field.blockSignals(True)
    field.setValue(value)  # type: ignore[arg-type]
    field.blockSignals(False)
