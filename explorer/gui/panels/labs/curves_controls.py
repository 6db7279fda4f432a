"""What of the curves is to be seen and how: axis, smoothing, scales, and what can be done with the drawing."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QSlider, QVBoxLayout, QWidget

from explorer.gui import theme
from explorer.gui.panels.labs.curves_drawing import MOST_SMOOTHING, QUANTITIES, Settings
from explorer.gui.text import tr
from explorer.gui.widgets.charts.ink import Look, Sign, paint_line, paint_sign
from explorer.gui.widgets.fields.named_clicks import named_clicks
from explorer.gui.widgets.fields.segmented import Segmented
from explorer.runs.curves.curve_points import Axis

EXPORTS = ("csv", "png", "svg", "copy")
_CURVES = ("train", "test", "raw")
_MEAN = ("repeats",)
_SCALES = ("log_y", "log_x")
_SLIDER = round(100 * MOST_SMOOTHING)  # hundredths
_LEAST_WIDTH = 600  # px; of the upper line in its fewest words


class CurvesControls(QWidget):
    """Two lines of switches over the charts.

    Signals:
        changed: `settings` are others.
        reset_wanted: The charts are to show everything again.
        export_wanted(str): One of `EXPORTS`.
    """

    changed = Signal()
    reset_wanted = Signal()
    export_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = Settings()
        self._is_taking = False  # the switches follow the settings, not the other way
        self.axis = Segmented(tuple(Axis))
        self.axis.setObjectName("curvesAxis")
        self._smoothing_name, self._smoothing_value = QLabel(), QLabel()
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setRange(0, _SLIDER)
        self.smoothing.setPageStep(5)
        self.smoothing.setObjectName("curvesSmoothing")
        self.pills = {name: QPushButton() for name in (*QUANTITIES, *_CURVES, *_SCALES, *_MEAN)}
        self.reset, self.export = QPushButton(), QPushButton()
        self._menu = QMenu(self)
        self._actions = {name: self._menu.addAction("") for name in EXPORTS}
        self._key = SignKey()
        self._lay_out()
        self._show_settings()
        self._connect()
        self.retranslate()

    @property
    def settings(self) -> Settings:
        return self._settings

    def take(self, settings: Settings) -> None:
        """Shows these."""
        if settings != self._settings:
            self._settings = settings
            self._is_taking = True
            self._show_settings()
            self._is_taking = False
            self._enable()
            self.changed.emit()

    def _lay_out(self) -> None:
        self._smoothing_name.setProperty("role", "secondary")
        self._smoothing_value.setProperty("role", "secondary")
        self._smoothing_value.setFixedWidth(34)
        self.smoothing.setMinimumWidth(44)  # gives way before the words do
        self.smoothing.setMaximumWidth(120)
        self.reset.setObjectName("curvesReset")
        self.export.setObjectName("curvesExport")
        self.export.setMenu(self._menu)
        smoothing = (self._smoothing_name, self.smoothing, self._smoothing_value)
        upper = self._upper = _line(self.axis, 12, *smoothing, self.pills["repeats"], None, self.reset, self.export)
        for name, pill in self.pills.items():
            pill.setCheckable(True)
            pill.setProperty("role", "pill")
            pill.setObjectName(f"curves-{name}")
            pill.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        groups = ([self.pills[name] for name in group] for group in (QUANTITIES, _CURVES, _SCALES))
        first, second, third = groups
        lower = _line(*first, 10, *second, 10, *third, None, self._key)
        self.setMinimumWidth(_LEAST_WIDTH)  # else it would be that of the words shown now
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(upper)
        column.addLayout(lower)

    def _connect(self) -> None:
        self.axis.picked.connect(self._on_axis)
        self.smoothing.valueChanged.connect(self._on_smoothing)
        for name, pill in self.pills.items():
            pill.toggled.connect(self._on_quantity if name in QUANTITIES else self._on_look)
        self.reset.clicked.connect(self.reset_wanted)
        named_clicks(self._actions, self).connect(self.export_wanted)

    def _show_settings(self) -> None:
        chosen = self._settings
        self.axis.choose(chosen.axis)
        self.smoothing.setValue(round(100 * chosen.smoothing))
        self._smoothing_value.setText(f"{chosen.smoothing:.2f}")
        for name, pill in self.pills.items():
            pill.setChecked(name in chosen.quantities if name in QUANTITIES else bool(getattr(chosen, name)))

    def _on_axis(self, axis: str) -> None:
        self._set(axis=Axis(axis))

    def _on_look(self) -> None:
        self._set(**{name: self.pills[name].isChecked() for name in (*_CURVES, *_SCALES, *_MEAN)})

    def _on_smoothing(self, hundredths: int) -> None:
        self._smoothing_value.setText(f"{hundredths / 100:.2f}")
        self._set(smoothing=hundredths / 100)

    def _on_quantity(self) -> None:
        chosen = tuple(name for name in QUANTITIES if self.pills[name].isChecked())
        if self._is_taking:
            return
        if chosen:
            self._set(quantities=chosen)
        else:  # one of them is always there
            self.pills[self._settings.quantities[0]].setChecked(True)

    def _set(self, **values: object) -> None:
        settings = replace(self._settings, **values)  # type: ignore[arg-type]
        if settings != self._settings and not self._is_taking:
            self._settings = settings
            self._enable()
            self.changed.emit()

    def _enable(self) -> None:
        self.pills["raw"].setEnabled(self._settings.smoothing > 0 and self._settings.train)

    def offer(self, *, can_reset: bool, can_export: bool, has_repeats: bool) -> None:
        """What can be done now."""
        self.pills["repeats"].setEnabled(has_repeats)
        self.reset.setEnabled(can_reset)
        self.export.setEnabled(can_export)

    def retranslate(self) -> None:
        axes = tuple(Axis)
        names = {str(axis): tr(f"curves.axis_{axis}") for axis in axes}
        self.axis.set_words(tr("curves.axis"), names, {str(axis): tr(f"curves.axis_{axis}_tip") for axis in axes})
        self._smoothing_name.setText(tr("curves.smoothing"))
        for widget in (self._smoothing_name, self.smoothing):
            widget.setToolTip(tr("curves.smoothing_tip"))
        self.smoothing.setAccessibleName(tr("curves.smoothing"))
        for name, pill in self.pills.items():
            pill.setText(tr(f"curves.show_{name}"))
            pill.setToolTip(tr(f"curves.show_{name}_tip"))
        for button, key in ((self.reset, "reset"), (self.export, "export")):
            button.setAccessibleName(tr(f"curves.{key}"))
            button.setToolTip(tr(f"curves.{key}_tip"))
        self._fit()
        for name, action in self._actions.items():
            action.setText(tr(f"curves.export_{name}"))
        self._key.retranslate()
        self.restyle()

    def _fit(self) -> None:
        """Leaves out words that an icon or a tool tip says too, where the upper line has no room for them."""
        for has_words in (True, False):
            self._smoothing_name.setVisible(has_words)
            self._smoothing_value.setVisible(has_words)
            self.reset.setText(tr("curves.reset") if has_words else "")
            self.export.setText(tr("curves.export") if has_words else "")
            self._upper.invalidate()
            if self._upper.minimumSize().width() <= self.width():
                return

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def restyle(self) -> None:
        self.reset.setIcon(theme.icon("maximize", "secondary", 16))
        self.export.setIcon(theme.icon("download", "secondary", 16))
        self._key.update()


class SignKey(QWidget):
    """What the lines and the signs in the charts mean; the colours are those of the runs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[tuple[Sign | Look, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def retranslate(self) -> None:
        lines = (Look.LINE, tr("curves.train")), (Look.POINTS, tr("curves.test"))
        self._words = (*lines, *((sign, tr(f"curves.sign_{sign}")) for sign in Sign))
        self.setAccessibleName(", ".join(words for _, words in self._words))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        measure = self.fontMetrics()
        return QSize(sum(measure.horizontalAdvance(words) + 32 for _, words in self._words), 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font(theme.CAPTION_PX))
        measure, left = painter.fontMetrics(), 0
        for sign, words in self._words:
            room = measure.horizontalAdvance(words)
            if left + 16 + room > self.width():
                break
            paint = paint_sign if isinstance(sign, Sign) else paint_line
            paint(painter, sign, QPointF(left + 7, self.height() / 2), theme.colours().faint)  # type: ignore[arg-type]
            painter.setPen(theme.colour("faint"))
            painter.drawText(left + 16, 0, room + 2, self.height(), Qt.AlignmentFlag.AlignVCenter, words)
            left += room + 30
        painter.end()


def _line(*parts: QWidget | int | None) -> QHBoxLayout:
    """Widgets beside each other; a number is a gap of so many pixels, None takes what is left over."""
    row = QHBoxLayout()
    row.setSpacing(6)
    for part in parts:
        if part is None:
            row.addStretch(1)
        elif isinstance(part, int):
            row.addSpacing(part)
        else:
            row.addWidget(part)
    return row
