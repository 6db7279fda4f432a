"""Colours, type, spacing and icons of the window, in a dark and a light form."""

import math
from dataclasses import asdict, dataclass
from functools import cache
from string import Template

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from explorer import paths
from explorer.graph.export.colours import CATEGORIES
from explorer.graph.model import Category
from explorer.gui.restyling import Restyling

RADIUS = 8  # px
TEXT_PX, SECONDARY_PX, CAPTION_PX = 13, 12, 11


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one theme, by what they are for."""

    window: str  # behind the panels
    panel: str  # left, right and bottom panels, header
    raised: str  # boxes of the graph, menus, tool tips
    field: str  # fields and buttons
    hover: str
    selected: str  # background of the selected row
    stripe: str  # over every second row of a table; nearly transparent, as tables lie on panels and on cards
    border: str
    text: str
    secondary: str  # text of less weight
    faint: str  # captions; still 4.5:1
    disabled: str  # words of what cannot be used now
    accent: str  # lines, bars, focus, links
    accent_fill: str  # background of the main button
    accent_hover: str
    on_accent: str
    danger: str
    danger_fill: str
    danger_hover: str
    on_danger: str
    success: str
    warning: str
    wire: str  # edges of the graph
    grid: str  # lines in plots
    track: str  # the empty part of a bar


DARK = Colours(
    window="#14161b", panel="#1b1e25", raised="#20242d", field="#22262f", hover="#2a2f3b", selected="#1f3048",
    stripe="#09ffffff", border="#2e3440", text="#eceff4", secondary="#b4bac6", faint="#8f97a6", disabled="#666d7c",
    accent="#5b9dff", accent_fill="#5b9dff", accent_hover="#7ab0ff", on_accent="#0b1220", danger="#ff7b82",
    danger_fill="#e5606a", danger_hover="#f0767f", on_danger="#1a0608", success="#4cc38a", warning="#f0b44e",
    wire="#7b8496", grid="#2b303b", track="#2e3440",
)  # fmt: skip
LIGHT = Colours(
    window="#f3f4f8", panel="#ffffff", raised="#ffffff", field="#f0f2f6", hover="#e9edf4", selected="#e3ebfa",
    stripe="#08142850", border="#dfe2e9", text="#14161b", secondary="#4b5262", faint="#5d6575", disabled="#9aa1af",
    accent="#2860cf", accent_fill="#2b66d9", accent_hover="#2358c4", on_accent="#ffffff", danger="#bf2b35",
    danger_fill="#c5303a", danger_hover="#ad2630", on_danger="#ffffff", success="#13734a", warning="#8a5a00",
    wire="#8b93a5", grid="#e3e6ec", track="#dfe3ea",
)  # fmt: skip

_SANS_FAMILIES = ["Inter", "Segoe UI", "SF Pro Text", "DejaVu Sans"]
_MONO_FAMILIES = ["JetBrains Mono", "DejaVu Sans Mono"]
_CHINESE_FAMILIES = ["Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC"]  # Qt's own fallback takes Japanese glyphs

# The drawings that the style sheet needs as files, in `resources/theme/THEME`: icon and colour of each.
DRAWINGS = {
    "chevron-down": ("chevron-down", "secondary"),
    "chevron-up": ("chevron-up", "secondary"),
    "chevron-left": ("chevron-left", "secondary"),
    "chevron-right": ("chevron-right", "secondary"),
    "chevron-down-disabled": ("chevron-down", "disabled"),
    "chevron-up-disabled": ("chevron-up", "disabled"),
    "check": ("check", "text"),
    "check-on-accent": ("check", "on_accent"),
}

_THEMES = {"dark": DARK, "light": LIGHT}
_name = "dark"

CATEGORY_COLOURS = CATEGORIES  # a drawing and the window show a layer alike


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


def system() -> str:
    """The theme of the desktop; "dark" where it does not say."""
    hints = QGuiApplication.styleHints()
    return "light" if hints.colorScheme() == Qt.ColorScheme.Light else "dark"


def apply(theme: str) -> None:
    """Gives the application the palette and the style sheet of `theme`; nothing where it has them already."""
    global _name
    _name = theme
    app = QApplication.instance()
    sheet = style_sheet(colours())
    if not isinstance(app, QApplication) or app.styleSheet() == sheet:
        return
    if app.styleSheet():
        app.setPalette(_palette(colours()))
        _restyling(app).exchange(sheet)
    else:
        app.setStyle("Fusion")
        app.setFont(font())
        app.setPalette(_palette(colours()))
        app.setStyleSheet(sheet)


def _restyling(app: QApplication) -> Restyling:
    made = app.findChild(Restyling)
    return Restyling(app) if made is None else made


def font(size_px: int = TEXT_PX, *, weight: QFont.Weight = QFont.Weight.Normal, mono: bool = False) -> QFont:
    """The interface's font, or the fixed-width one; figures are tabular in both."""
    return QFont(_font(size_px, weight, mono))


@cache
def _font(size_px: int, weight: QFont.Weight, mono: bool) -> QFont:
    """Kept, since its copies share the glyphs that Qt has looked up for it: one made anew is looked up anew."""
    _load_fonts()
    result = QFont()
    result.setFamilies([*(_MONO_FAMILIES if mono else _SANS_FAMILIES), *_CHINESE_FAMILIES])
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
    ratio = math.ceil(max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0))
    result = QIcon(_pixmap(icon_name, getattr(colours(), role), size, ratio))
    result.addPixmap(_pixmap(icon_name, colours().disabled, size, ratio), QIcon.Mode.Disabled)
    return result


@cache
def drawing(icon_name: str, colour_name: str) -> str:
    """The SVG text of an icon in a colour such as "#5b9dff"."""
    source = (paths.resources() / "icons" / f"{icon_name}.svg").read_text(encoding="utf-8")
    return source.replace("currentColor", colour_name)


@cache
def _pixmap(icon_name: str, colour_name: str, size: int, ratio: int) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(drawing(icon_name, colour_name).encode()))
    pixmap = QPixmap(QSize(size * ratio, size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
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
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(c.disabled))
    return palette


def style_sheet(c: Colours) -> str:
    """The style of every widget (`resources/theme/window.qss`); a widget says what it is by `setProperty("role", ...)`.

    Roles of labels: brand, title, heading (capitals over a section), strong, secondary, figure, caption, mono, error,
    warning, empty-title and empty (what to do where nothing is yet), key (of the keyboard), pill. Of buttons: primary,
    danger, flat, link, pill, field (opens a choice). Of line edits: search. Of frames and widgets: panel, canvas, card,
    notice, line, upright-line, popup, popover, segments, drop (with property `active`), header, status. Fields and
    progress bars take `state` "error".
    """
    folder = paths.resources() / "theme"
    images = folder / ("light" if c is LIGHT else "dark")
    template = Template((folder / "window.qss").read_text(encoding="utf-8"))
    mono = ", ".join(f'"{family}"' for family in [*_MONO_FAMILIES, *_CHINESE_FAMILIES])
    return template.substitute(asdict(c), images=images.as_posix(), mono=mono)


def set_state(widget: QWidget, value: str, name: str = "state") -> None:
    """Sets the property `name` that the style sheet looks at, and has the widget drawn anew."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
