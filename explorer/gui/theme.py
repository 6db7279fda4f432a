"""Colours, type, spacing and icons of the window, in a dark and a light form."""

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from explorer import paths
from explorer.graph.model import Category

GRID = 4  # px; every distance is a multiple
RADIUS = 8  # px
TEXT_PX, SECONDARY_PX, CAPTION_PX = 13, 12, 11


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one theme, by what they are for."""

    window: str  # behind the panels
    panel: str  # left, right and bottom panels, header
    raised: str  # boxes, buttons, fields
    hover: str
    selected: str  # background of the selected row
    border: str
    text: str
    secondary: str  # text of less weight
    faint: str  # captions; still 4.5:1
    accent: str  # lines, bars, focus
    accent_fill: str  # background of the main button
    on_accent: str
    danger: str
    danger_fill: str
    on_danger: str
    success: str
    warning: str
    wire: str  # edges of the graph
    grid: str  # lines in plots
    track: str  # the empty part of a bar


DARK = Colours(
    window="#14161b", panel="#1b1e26", raised="#20242d", hover="#2a2f3b", selected="#1f3048", border="#2e3440",
    text="#eceff4", secondary="#b4bac6", faint="#8f97a6", accent="#5b9dff", accent_fill="#5b9dff", on_accent="#0b1220",
    danger="#ff7b82", danger_fill="#e5606a", on_danger="#1a0608", success="#4cc38a", warning="#f0b44e", wire="#7b8496",
    grid="#2b303b", track="#2e3440",
)  # fmt: skip
LIGHT = Colours(
    window="#f3f4f8", panel="#ffffff", raised="#ffffff", hover="#eef1f6", selected="#e3ebfa", border="#dfe2e9",
    text="#14161b", secondary="#4b5262", faint="#636b7b", accent="#2f6fe4", accent_fill="#2b66d9", on_accent="#ffffff",
    danger="#c5303a", danger_fill="#c5303a", on_danger="#ffffff", success="#16794c", warning="#8a5a00", wire="#8b93a5",
    grid="#e3e6ec", track="#dfe3ea",
)  # fmt: skip

_THEMES = {"dark": DARK, "light": LIGHT}
_name = "dark"

CATEGORY_COLOURS = {
    Category.CONVOLUTION: "#4e9df0",
    Category.NORMALISATION: "#b58cf0",
    Category.ACTIVATION: "#f0b44e",
    Category.POOLING: "#f07a6a",
    Category.LINEAR: "#57c498",
    Category.MERGE: "#e07ab8",
    Category.RESHAPE: "#8a93a6",
    Category.OTHER: "#8a93a6",
    Category.INPUT: "#8a93a6",
    Category.OUTPUT: "#8a93a6",
    Category.BLOCK: "#6fb7c9",
}


def name() -> str:
    """The present theme, "dark" or "light"."""
    return _name


def colours() -> Colours:
    return _THEMES[_name]


def colour(field: str) -> QColor:
    """A colour of the present theme by its field in `Colours`."""
    return QColor(getattr(colours(), field))


def category_colour(category: Category) -> QColor:
    return QColor(CATEGORY_COLOURS[category])


def apply(theme: str) -> None:
    """Gives the application the palette and the style sheet of `theme`."""
    global _name
    _name = theme
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.setStyle("Fusion")
        app.setFont(font())
        app.setPalette(_palette(colours()))
        app.setStyleSheet(style_sheet(colours()))


def font(size_px: int = TEXT_PX, *, weight: QFont.Weight = QFont.Weight.Normal, mono: bool = False) -> QFont:
    """The interface's font, or the fixed-width one; figures are tabular in both."""
    _load_fonts()
    families = ["JetBrains Mono", "DejaVu Sans Mono"] if mono else ["Inter", "Segoe UI", "SF Pro Text", "DejaVu Sans"]
    result = QFont()
    result.setFamilies([*families, "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC"])
    result.setPixelSize(size_px)
    result.setWeight(weight)
    if not mono:
        result.setFeature(QFont.Tag("tnum"), 1)
    return result


@cache
def _load_fonts() -> None:
    for file in sorted((paths.resources() / "fonts").glob("*.?tf")):
        QFontDatabase.addApplicationFont(str(file))


def icon(icon_name: str, role: str = "text", size: int = 18) -> QIcon:
    """An icon of the one family, in the colour `role` of the present theme; ask again when the theme changes."""
    return QIcon(_pixmap(icon_name, getattr(colours(), role), size))


@cache
def _pixmap(icon_name: str, colour_name: str, size: int) -> QPixmap:
    drawing = (paths.resources() / "icons" / f"{icon_name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour_name).encode()))
    pixmap = QPixmap(QSize(size * 3, size * 3))
    pixmap.setDevicePixelRatio(3)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    return pixmap


def _palette(c: Colours) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: c.panel,
        QPalette.ColorRole.WindowText: c.text,
        QPalette.ColorRole.Base: c.raised,
        QPalette.ColorRole.AlternateBase: c.hover,
        QPalette.ColorRole.Text: c.text,
        QPalette.ColorRole.PlaceholderText: c.faint,
        QPalette.ColorRole.Button: c.raised,
        QPalette.ColorRole.ButtonText: c.text,
        QPalette.ColorRole.Highlight: c.accent_fill,
        QPalette.ColorRole.HighlightedText: c.on_accent,
        QPalette.ColorRole.ToolTipBase: c.raised,
        QPalette.ColorRole.ToolTipText: c.text,
        QPalette.ColorRole.Link: c.accent,
    }
    for role, value in roles.items():
        palette.setColor(role, QColor(value))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(c.faint))
    return palette


def style_sheet(c: Colours) -> str:
    """The style of every widget; a widget says what it is by `setProperty("role", ...)`.

    Roles: labels "title", "heading" (small capitals over a section), "secondary", "caption", "mono"; buttons "primary",
    "danger", "flat", "pill"; frames "card", "panel".
    """
    return f"""
    QToolTip {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.border}; padding: 4px 8px; }}
    QLabel[role="title"] {{ font-size: 14px; font-weight: 600; }}
    QLabel[role="heading"] {{ font-size: {CAPTION_PX}px; font-weight: 600; color: {c.faint}; }}
    QLabel[role="secondary"] {{ font-size: {SECONDARY_PX}px; color: {c.secondary}; }}
    QLabel[role="caption"] {{ font-size: {CAPTION_PX}px; color: {c.faint}; }}
    """
