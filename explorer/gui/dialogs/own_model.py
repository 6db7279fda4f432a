"""Asks what has to be known before a user's model file is opened."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer.catalogue import Shape
from explorer.errors import ExplorerError
from explorer.graph.user_model.source import ModelClass
from explorer.gui import theme
from explorer.gui.services.own_models import Opening
from explorer.gui.text import language, tr
from explorer.gui.widgets.fields.choice_box import ChoiceBox
from explorer.gui.widgets.fields.dialog_buttons import dialog_buttons
from explorer.gui.widgets.fields.size_field import SizeField, read_shape
from explorer.gui.widgets.words.elided_label import ElidedLabel

Take = Callable[[str, Shape, Mapping[str, str]], None]
_FIELD_WIDTH = 220
_SIDES = (28, 32, 64, 96, 128, 224)


class OwnModelDialog(QDialog):
    """Says that the file is run, where it has not been said before; asks for class, arguments and input size.

    Args:
        take: Opens the model: class, input size, text for each argument. What it refuses is said in the dialog.
    """

    def __init__(self, opening: Opening, take: Take, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("ownModel")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("models.dialog_title", name=opening.path.name))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._opening, self._take = opening, take
        self.classes, self.input_size = ChoiceBox(), SizeField()
        self.fields: dict[str, QLineEdit] = {}
        self._arguments = QGridLayout()
        self.refusal = _label("error", "")
        self.refusal.hide()
        self.accept_button = QPushButton(tr("models.open_button" if opening.is_trusted else "models.run_button"))
        self._offer()
        self._lay_out()
        self._show_arguments()
        self.classes.currentIndexChanged.connect(self._show_arguments)

    def _offer(self) -> None:
        opening = self._opening
        self.classes.setObjectName("ownClass")
        self.classes.setAccessibleName(tr("models.class"))
        self.classes.offer([(model.name, model.name) for model in opening.models])
        if opening.models:
            self.classes.choose(opening.likeliest)
        self.input_size.setObjectName("ownSize")
        self.input_size.setAccessibleName(tr("models.input"))
        self.input_size.setToolTip(tr("models.input_tip"))
        usual = [(channels, side, side) for channels in (3, 1) for side in _SIDES]
        self.input_size.show_sizes(list(dict.fromkeys([*opening.input_shapes, *usual])), opening.input_shape)
        self.input_size.setEnabled(bool(opening.models))  # an exported program says itself what it takes

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(14)
        layout.addWidget(_label("title", self._opening.path.name))
        path = ElidedLabel()
        path.setProperty("role", "caption")
        path.setText(str(self._opening.path))
        path.setToolTip(str(self._opening.path))
        layout.addWidget(path)
        if not self._opening.is_trusted:
            layout.addWidget(_warning())
        form = QGridLayout()
        form.setVerticalSpacing(8)
        form.setColumnStretch(0, 1)
        if self._opening.models:
            _add(form, 0, tr("models.class"), self.classes)
        _add(form, 1, tr("models.input"), self.input_size)
        layout.addLayout(form)
        if self._opening.models:
            layout.addWidget(_label("heading", tr("models.arguments").upper()))
            self._arguments.setVerticalSpacing(8)
            self._arguments.setColumnStretch(0, 1)
            layout.addLayout(self._arguments)
        layout.addWidget(self.refusal)
        layout.addStretch()
        layout.addLayout(dialog_buttons(self, tr("models.cancel"), self.accept_button, self._on_accept))
        self.setMinimumWidth(480)

    def _show_arguments(self) -> None:
        """A field for each argument of the chosen class, with its default in grey."""
        while (item := self._arguments.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.fields.clear()
        model = self._model()
        for row, argument in enumerate(model.arguments if model else ()):
            field = QLineEdit()
            field.setObjectName(f"argument_{argument.name}")
            field.setPlaceholderText(tr("models.must_give") if argument.default is None else argument.default)
            field.setAccessibleName(argument.name)
            name = f"{argument.name}: {argument.annotation}" if argument.annotation else argument.name
            _add(self._arguments, row, name, field)
            self.fields[argument.name] = field
        if not self.fields:
            self._arguments.addWidget(_label("secondary", tr("models.no_arguments")), 0, 0, 1, 2)
        self._refuse("")

    def _model(self) -> ModelClass | None:
        chosen = self.classes.currentData()
        return next((model for model in self._opening.models if model.name == chosen), None)

    def _on_accept(self) -> None:
        shape = read_shape(self.input_size.currentText(), self._opening.input_shape[0])
        if shape is None or min(shape) < 1:
            self._refuse(tr("models.bad_size"))
            return
        model = self._model()
        given = {name: field.text() for name, field in self.fields.items() if field.text().strip()}
        try:
            self._take("" if model is None else model.name, shape, given)
        except ExplorerError as error:
            self._refuse(error.language(language()))
            return
        self.accept()

    def _refuse(self, words: str) -> None:
        self.refusal.setText(words)
        self.refusal.setVisible(bool(words))
        self.adjustSize()


def _warning() -> QFrame:
    frame = QFrame()
    frame.setObjectName("runsCode")
    frame.setProperty("role", "card")
    sign = QLabel()
    sign.setPixmap(theme.icon("alert-triangle", "warning", 20).pixmap(20, 20))
    column = QVBoxLayout()
    column.setSpacing(4)
    column.addWidget(_label("strong", tr("models.runs_code")))
    column.addWidget(_label("secondary", tr("models.runs_code_why")))
    row = QHBoxLayout(frame)
    row.setContentsMargins(14, 12, 14, 12)
    row.setSpacing(12)
    row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(column, 1)
    return frame


def _label(role: str, words: str) -> QLabel:
    label = QLabel(words)
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label


def _add(form: QGridLayout, row: int, name: str, field: QWidget) -> None:
    label = QLabel(name)
    label.setProperty("role", "label")
    label.setBuddy(field)
    field.setFixedWidth(_FIELD_WIDTH)
    form.addWidget(label, row, 0)
    form.addWidget(field, row, 1)
