"""What can be chosen of the architecture: input size, classes, and its own settings; applied at once."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from explorer import catalogue
from explorer.bilingual import Text
from explorer.catalogue import MINE, Card, Choice, Setting, Shape, Value
from explorer.errors import ExplorerError
from explorer.gui import theme
from explorer.gui.state import AppState
from explorer.gui.text import say, table, tr
from explorer.gui.widgets.choice_box import ChoiceBox
from explorer.gui.widgets.number_field import DecimalField, WholeField
from explorer.gui.widgets.size_field import SizeField

MOST_CLASSES = 100_000
_USUAL_SIZES = (28, 32, 64, 96, 128, 224)
_FIELD_WIDTH = 124


class ArchitectureSettingsPanel(QWidget):
    """The form for the present choice; a value that the architecture refuses is explained under the form."""

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._shown: Card | None = None  # what the form is made for
        self._show: list[Callable[[Choice], None]] = []  # one for each field
        self._size = SizeField()
        self._heading = QLabel()
        self._heading.setProperty("role", "heading")
        self._reset = QPushButton()
        self._reset.setObjectName("resetSettings")
        self._reset.setProperty("role", "link")
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
        self._reset.clicked.connect(self._on_reset)
        state.choice_changed.connect(self._on_choice_changed)
        state.language_changed.connect(self._rebuild)
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
        layout.addLayout(self._form)
        layout.addWidget(self._refusal)
        layout.addWidget(self._limits)

    def _rebuild(self) -> None:
        for row in self.findChildren(QWidget, "settingRow", Qt.FindChildOption.FindDirectChildrenOnly):
            self._form.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._show.clear()
        self._last_field: QWidget = self._reset
        self._heading.setText(tr("architectures.settings").upper())
        self._reset.setText(tr("architectures.reset"))
        self._reset.setToolTip(tr("architectures.reset_tip"))
        card = self._state.card
        self._shown = card
        self._add_size(card)
        if card.family != MINE:
            self._add_classes()
        for setting in card.settings:
            self._add_setting(setting)
        self._limits.setText(tr("models.no_training_program"))
        own = catalogue.own(card.name)
        self._limits.setVisible(own is not None and not own.class_name)
        self._on_choice_changed()

    def _on_choice_changed(self) -> None:
        if self._state.card != self._shown:
            self._rebuild()
            return
        self._refuse(None)
        for show in self._show:
            show(self._state.choice)
        self._reset.setVisible(self._state.choice != self._state.card.default_choice())

    # -- the fields -------------------------------------------------------------------------------------------------

    def _add(self, title: str, about: str, field: QWidget) -> None:
        label = QLabel(title, wordWrap=True)  # or a long one would push the field out of the panel
        label.setProperty("role", "label")
        label.setToolTip(about)
        label.setBuddy(field)
        field.setToolTip(about)
        field.setAccessibleName(title)
        field.setFixedWidth(_FIELD_WIDTH)
        for line in field.findChildren(QLineEdit):
            line.setAcceptDrops(False)  # an image dropped here is meant for the window
        row = QWidget(self)
        row.setObjectName("settingRow")
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label, 1)
        layout.addWidget(field)
        self._form.addWidget(row)
        row.show()
        self.setTabOrder(self._last_field, field)  # else the fields of another network come after all of the window
        self._last_field = field

    def _add_size(self, card: Card) -> None:
        field = self._size = SizeField()
        field.setObjectName("inputSize")
        field.entered.connect(self._on_size)
        field.misread.connect(self._on_misread)
        sizes = _sizes(card)
        self._add(tr("architectures.input_size"), tr("architectures.input_size_tip"), field)
        self._show.append(lambda choice: field.show_sizes(sizes, choice.input_shape))

    def _add_classes(self) -> None:
        field = WholeField(1, MOST_CLASSES, explain=_explain(1, MOST_CLASSES))
        field.setObjectName("classesField")
        field.setKeyboardTracking(False)
        field.valueChanged.connect(self._on_classes)
        self._add(tr("architectures.classes"), tr("architectures.classes_tip"), field)
        self._show.append(lambda choice: _show_number(field, choice.classes))

    def _add_setting(self, setting: Setting) -> None:
        take = partial(self._on_setting, setting.name)
        field = _field(setting, take)
        field.setObjectName(f"setting_{setting.name}")
        self._add(say(setting.title), say(setting.about), field)
        self._show.append(lambda choice: _show_value(field, setting.of(choice.settings)))

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
        whole = WholeField(int(low), int(high), explain=_explain(low, high))
        whole.setKeyboardTracking(False)
        whole.valueChanged.connect(take)
        return whole
    decimal = DecimalField(low, high, explain=_explain(low, high))
    decimal.setKeyboardTracking(False)
    decimal.valueChanged.connect(take)
    return decimal


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
