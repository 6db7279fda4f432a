"""The charts as they are seen, with their legend, as a picture; and the points behind them as a table."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QImageWriter, QPainter, QPen
from PySide6.QtSvg import QSvgGenerator

from explorer import atomic, paths
from explorer.gui import theme
from explorer.gui.widgets.charts import frame as chart_frame
from explorer.gui.widgets.charts import ink as chart_ink
from explorer.runs.curves import curve_csv, mean_csv

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from explorer.gui.panels.labs.curves_drawing import Drawn
    from explorer.gui.widgets.charts.frame import Frame
    from explorer.gui.widgets.charts.ink import Picture

CHART = QSize(560, 380)
RATIO = 2  # pixels of the file to one of the layout
_ROW, _MARGIN, _COLUMN = 20, 16, 240


@dataclass(frozen=True, slots=True)
class Page:
    """What is exported: each chart with its words, and what is drawn for the legend."""

    charts: Sequence[tuple[Frame, Picture]]
    drawn: Sequence[Drawn]

    @property
    def size(self) -> QSize:
        """In pixels of the layout."""
        width = CHART.width() * max(len(self.charts), 1)
        rows = -(-len(self.drawn) // max(width // _COLUMN, 1))
        return QSize(width, CHART.height() + rows * _ROW + 2 * _MARGIN)


def image(page: Page) -> QImage:
    """The page in twice the size of its layout."""
    made = QImage(page.size * RATIO, QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(RATIO)
    painter = QPainter(made)
    _paint(painter, page, fineness=RATIO)
    painter.end()
    return made


def write_png(page: Page, path: Path) -> None:
    """Writes the page as a picture.

    Raises:
        OSError: It cannot be written.
    """
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"PNG").write(image(page))
    atomic.write_bytes(path, bytes(content.data()))


def write_svg(page: Page, path: Path) -> None:
    """Writes the page as a drawing; its curves are no denser than half a pixel.

    Raises:
        OSError: It cannot be written.
    """
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(page.size)
    generator.setViewBox(QRectF(0, 0, page.size.width(), page.size.height()))
    generator.setTitle(paths.APP_NAME)
    painter = QPainter(generator)
    _paint(painter, page, fineness=RATIO)
    painter.end()
    atomic.write_bytes(path, bytes(content.data()))


def write_csv(drawn: Sequence[Drawn], path: Path) -> None:
    """Writes all points, neither smoothed nor thinned out; the means where runs that repeat each other are one.

    Raises:
        OSError: It cannot be written.
    """
    text = io.StringIO()
    if any(len(one.runs) > 1 for one in drawn):
        several = (mean_csv.Source(one.name, [run.points for run in one.runs], one.runs[0].macs) for one in drawn)
        mean_csv.write(text, several)
    else:
        runs = (one.runs[0] for one in drawn)
        curve_csv.write(text, (curve_csv.Source(run.name, run.points, run.macs, run.rate) for run in runs))
    atomic.write_text(path, text.getvalue())


def _paint(painter: QPainter, page: Page, *, fineness: float) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, page.size.width(), page.size.height()), theme.colour("panel"))
    for rank, (frame, picture) in enumerate(page.charts):
        whole = QRectF(rank * CHART.width(), 0, CHART.width(), CHART.height())
        chart_frame.paint(painter, frame, picture, whole)
        chart_ink.paint(painter, picture, chart_frame.inside(whole), fineness=fineness)
    _paint_legend(painter, page)


def _paint_legend(painter: QPainter, page: Page) -> None:
    columns = max(page.size.width() // _COLUMN, 1)
    rows = math.ceil(len(page.drawn) / columns)
    font = theme.font(theme.SECONDARY_PX)
    painter.setFont(font)
    for rank, drawn in enumerate(page.drawn):
        column, row = divmod(rank, max(rows, 1))
        left, top = _MARGIN + column * _COLUMN, CHART.height() + _MARGIN + row * _ROW
        painter.setPen(QPen(QColor(drawn.colour), 2.5))
        painter.drawLine(left, top + _ROW // 2, left + 18, top + _ROW // 2)
        painter.setPen(theme.colour("text"))
        room = _COLUMN - 40
        name = QFontMetricsF(font).elidedText(drawn.label, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(left + 26, top, room, _ROW), Qt.AlignmentFlag.AlignVCenter, name)
