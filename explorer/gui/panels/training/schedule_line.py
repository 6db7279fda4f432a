"""The learning rate over a run, drawn small."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.gui import theme
from explorer.gui.text import tr
from explorer.training.config import TrainConfig
from explorer.training.schedules import lr_at

_POINTS = 240
_HEIGHT, _PAD = 48, 5  # px


class ScheduleLine(QWidget):
    """A line over all steps, from 0 at the bottom to the highest rate at the top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rates: tuple[float, ...] = ()
        self._config = TrainConfig()
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def rates(self) -> tuple[float, ...]:
        """What is drawn, from the first step to the last."""
        return self._rates

    @property
    def words(self) -> str:
        """The same in one line."""
        if not self._rates:
            return ""
        first, highest, last = self._rates[0], max(self._rates), self._rates[-1]
        said = [first] if first == highest else [first, highest]
        said += [last] if last != said[-1] else []
        rates = " → ".join(_short(rate) for rate in said)
        return tr("training.schedule_line", rates=rates, epochs=self._config.epochs)

    def show_schedule(self, config: TrainConfig | None, steps_per_epoch: int) -> None:
        """Draws what `config` says; nothing for None."""
        self._rates = ()
        if config is not None:
            self._config = config
            total = config.epochs * steps_per_epoch
            points = min(total, _POINTS)
            places = [round(place * (total - 1) / max(points - 1, 1)) for place in range(points)]
            self._rates = tuple(lr_at(config, step, steps_per_epoch) for step in places)
        self.setAccessibleName(self.words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.setBrush(theme.colour("field"))
        painter.drawRoundedRect(frame, 6, 6)
        if not self._rates:
            return
        highest, last = max(self._rates), max(len(self._rates) - 1, 1)
        area = frame.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        line = [
            QPointF(area.left() + area.width() * place / last, area.bottom() - area.height() * rate / highest)
            for place, rate in enumerate(self._rates)
        ]
        if len(line) == 1:
            line.append(QPointF(area.right(), line[0].y()))
        below = QPolygonF([*line, QPointF(area.right(), area.bottom()), QPointF(area.left(), area.bottom())])
        wash = theme.colour("accent")
        wash.setAlphaF(0.14)
        painter.setPen(QPen(wash, 0))
        painter.setBrush(wash)
        painter.drawPolygon(below)
        painter.setPen(QPen(theme.colour("accent"), 1.6))
        painter.drawPolyline(QPolygonF(line))


def _short(rate: float) -> str:
    return f"{rate:.2g}"
