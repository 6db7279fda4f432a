"""Asks what is to be written of a graph, and shows beforehand what it is going to look like."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from explorer import catalogue
from explorer.errors import ExplorerError
from explorer.gui import text
from explorer.gui.background import Latest
from explorer.gui.text import tr
from explorer.gui.widgets.fields.choice_box import ChoiceBox
from explorer.gui.widgets.fields.dialog_buttons import dialog_buttons
from explorer.gui.widgets.fields.segmented import Segmented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.graph.export import Request
    from explorer.graph.export.preview import Preview

FORMS: dict[str, tuple[str, ...]] = {
    "drawing": (".svg", ".pdf", ".png"),
    "figure": (".svg", ".pdf", ".png"),
    "table": (".md", ".csv", ".tex", ".json"),
    "model": (".py", ".onnx"),
}
OWN_FORMS = (".onnx",)  # of a model of the user, whose code is in its file
SCALES = (1, 2, 3, 4)
_SHOWN = QSize(420, 440)  # px; room for the preview
_FORM_WIDTH, _FIELD_WIDTH = 340, 190
_SLIDE = 2400  # px; of the longer side of a picture for the clipboard
_CM = 2.54 / 96  # centimetres for each pixel


class ExportDialog(QDialog):
    """What to write, in which form, language and colours.

    Args:
        request: The graph as it is shown.

    Signals:
        chosen(Request): Write this; its suffix is the form.
        copy_wanted(Request): Put this on the clipboard, as an image.
    """

    chosen = Signal(object)
    copy_wanted = Signal(object)

    def __init__(self, request: Request, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("export.title", name=title))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._request, self._title = request, title
        self._previews = Latest("export preview", self)
        self._previews.done.connect(self._show_preview)
        self._previews.failed.connect(self._show_problem)
        self._is_own = request.choice is not None and catalogue.own(request.choice.architecture) is not None
        self._forms = {kind: forms for kind, forms in {**FORMS, "model": _model_forms(request)}.items() if forms}
        self.kinds = Segmented(tuple(self._forms))
        self.forms, self.scales = ChoiceBox(), ChoiceBox()
        self.language, self.theme = Segmented(("en", "zh")), Segmented(("light", "dark"))
        self._about, self._size = _label("secondary"), _label("caption")
        self._labels: dict[QWidget, QLabel] = {}
        self.picture, self.lines = QLabel(), QLabel()
        self.accept_button, self.copy_button = QPushButton(tr("export.write")), QPushButton(tr("export.copy"))
        self._name()
        self._lay_out()
        self.kinds.picked.connect(self._on_kind)
        self.language.picked.connect(self._refresh)
        self.theme.picked.connect(self._refresh)
        self.forms.currentIndexChanged.connect(self._refresh)
        self.scales.currentIndexChanged.connect(self._show_size)
        self._page = (0.0, 0.0)
        self._on_kind(self.kinds.chosen)
        self.accept_button.setFocus()

    def _name(self) -> None:
        self.kinds.setObjectName("exportKinds")
        self.copy_button.setToolTip(tr("export.copy_tip"))
        words = {kind: tr(f"export.{self._word(kind)}") for kind in self._forms}
        tips = {kind: tr(f"export.{self._word(kind)}_about") for kind in self._forms}
        self.kinds.set_words(tr("export.what"), words, tips)
        self.forms.setObjectName("exportForm")
        self.forms.setAccessibleName(tr("export.form"))
        self.scales.setAccessibleName(tr("export.scale"))
        self.scales.offer([(scale, f"{scale}×") for scale in SCALES])
        self.scales.choose(2)
        languages = {"en": "English", "zh": "中文"}
        self.language.set_words(tr("export.language"), languages, languages)
        self.language.choose(text.language())
        themes = {name: tr(f"export.{name}") for name in ("light", "dark")}
        self.theme.set_words(tr("export.theme"), themes, themes)
        self.theme.choose("light")

    def _lay_out(self) -> None:
        heading = _label("title")
        heading.setText(self._title)
        left = QVBoxLayout()
        left.setSpacing(14)
        left.addWidget(heading)
        left.addWidget(self.kinds)
        left.addWidget(self._about)
        left.addLayout(self._fields())
        left.addWidget(self._size)
        left.addStretch()
        buttons = dialog_buttons(self, tr("export.cancel"), self.accept_button, self._on_accept)
        buttons.insertWidget(0, self.copy_button)
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(self._on_copy)
        left.addLayout(buttons)
        side = QWidget()
        side.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        side.setFixedWidth(max(_FORM_WIDTH, self.kinds.sizeHint().width()))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(24, 20, 20, 16)
        layout.setSpacing(24)
        layout.addWidget(side)
        layout.addWidget(self._frame(), 1)
        layout.setSizeConstraint(QHBoxLayout.SizeConstraint.SetFixedSize)

    def _fields(self) -> QGridLayout:
        form = QGridLayout()
        form.setVerticalSpacing(10)
        form.setColumnStretch(0, 1)
        fields = (("form", self.forms), ("language", self.language), ("theme", self.theme), ("scale", self.scales))
        for row, (key, field) in enumerate(fields):
            label = QLabel(tr(f"export.{key}"))
            label.setProperty("role", "label")
            label.setBuddy(field)
            self._labels[field] = label
            if isinstance(field, ChoiceBox):
                field.setFixedWidth(_FIELD_WIDTH)
            form.addWidget(label, row, 0)
            form.addWidget(field, row, 1, Qt.AlignmentFlag.AlignRight)
        return form

    def _frame(self) -> QFrame:
        """Where the preview is shown: a picture, or the first lines of a text."""
        frame = QFrame()
        frame.setProperty("role", "card")
        frame.setFixedSize(_SHOWN + QSize(24, 24))
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setAccessibleName(tr("export.preview"))
        self.lines.setProperty("role", "mono")
        self.lines.setProperty("size", "small")
        self.lines.setTextFormat(Qt.TextFormat.PlainText)
        self.lines.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(12, 12, 12, 12)
        for label in (self.picture, self.lines):
            label.setFixedSize(_SHOWN)
            layout.addWidget(label)
        return frame

    # -- what is chosen ---------------------------------------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """A preview is being drawn."""
        return self._previews.is_busy

    @property
    def request(self) -> Request:
        """What the fields say."""
        return replace(
            self._request,
            suffix=str(self.forms.currentData()),
            figure=self.kinds.chosen == "figure",
            language=self.language.chosen,
            theme=self.theme.chosen,
            scale=float(self.scales.currentData()),
        )

    def choose(self, kind: str, suffix: str) -> None:
        """Sets the fields, where what they are to say is offered."""
        if kind in self._forms:
            self._on_kind(kind)
            self.forms.choose(suffix)

    def _word(self, kind: str) -> str:
        """The key of what `kind` is called."""
        return "own_model" if kind == "model" and self._is_own else kind

    def _on_kind(self, kind: str) -> None:
        self.kinds.choose(kind)
        self.forms.offer([(suffix, tr(f"export.form_{suffix[1:]}")) for suffix in self._forms[kind]])
        if self.forms.currentIndex() < 0:
            self.forms.setCurrentIndex(0)
        self._about.setText(tr(f"export.{self._word(kind)}_about"))
        self._refresh()

    def _refresh(self, *_: Any) -> None:
        """Offers what matters for the form that is chosen, and has the preview made."""
        request, kind = self.request, self.kinds.chosen
        self.copy_button.setVisible(kind in ("drawing", "figure"))
        self._offer(self.scales, request.suffix == ".png")
        self._offer(self.language, kind != "model" and request.suffix != ".json")
        self._offer(self.theme, kind == "drawing")
        room = (_SHOWN.width(), _SHOWN.height())
        ratio = self.devicePixelRatioF()
        room = (int(room[0] * ratio), int(room[1] * ratio))

        def work() -> Preview:
            from explorer.graph.export import onnx_needs
            from explorer.graph.export.preview import preview

            if request.suffix == ".onnx":
                onnx_needs.check()
            return preview(request, room)

        self._previews.request(work)

    def _offer(self, field: QWidget, is_offered: bool) -> None:
        """Shows a field only where it matters."""
        field.setVisible(is_offered)
        self._labels[field].setVisible(is_offered)

    def _on_accept(self) -> None:
        self.chosen.emit(self.request)
        self.accept()

    def _on_copy(self) -> None:
        request = self.request
        if request.suffix != ".png" and any(self._page):  # no scale was asked for: sharp on a slide
            request = replace(request, scale=min(max(_SLIDE / max(self._page), 1.0), float(SCALES[-1])))
        self.copy_wanted.emit(replace(request, suffix=".png"))

    def done(self, result: int) -> None:
        self._previews.leave()
        super().done(result)

    # -- preview ----------------------------------------------------------------------------------------------------

    def _show_preview(self, made: Preview) -> None:
        is_drawing = bool(made.pixels)
        self._page = made.page
        self.accept_button.setEnabled(True)
        self.picture.setVisible(is_drawing)
        self.lines.setVisible(not is_drawing)
        self.lines.setWordWrap(False)
        if is_drawing:
            width, height = made.size
            image = QImage(made.pixels, width, height, 3 * width, QImage.Format.Format_RGB888)
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(self.devicePixelRatioF())
            self.picture.setPixmap(pixmap)
        else:
            self.lines.setWordWrap(not made.text)
            self.lines.setText(made.text or tr("export.onnx_about", shape=self._input()))
        self._show_size()

    def _show_problem(self, error: Exception) -> None:
        if not isinstance(error, ExplorerError):
            raise error
        self._page = (0.0, 0.0)
        self.accept_button.setEnabled(False)
        self.picture.hide()
        self.lines.show()
        self.lines.setWordWrap(True)
        self.lines.setText(error.language(text.language()))
        self._show_size()

    def _input(self) -> str:
        return "×".join(map(str, self._request.graph.input_shape))

    def _show_size(self, *_: Any) -> None:
        """How large the drawing is: pixels of a PNG, centimetres of the others."""
        width, height = self._page
        if not width:
            self._size.setText("")
        elif self.forms.currentData() == ".png":
            scale = self.scales.currentData()
            self._size.setText(tr("export.pixels", width=round(width * scale), height=round(height * scale)))
        else:
            self._size.setText(tr("export.centimetres", width=f"{width * _CM:.1f}", height=f"{height * _CM:.1f}"))


def _model_forms(request: Request) -> tuple[str, ...]:
    """In which forms the network itself can be written."""
    if request.choice is None:
        return ()
    return FORMS["model"] if catalogue.own(request.choice.architecture) is None else OWN_FORMS


def filters(suffixes: Sequence[str]) -> str:
    """What a file dialog offers."""
    return ";;".join(f"{tr(f'export.form_{suffix[1:]}')} (*{suffix})" for suffix in suffixes)


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label
