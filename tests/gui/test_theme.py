"""The looks: readable pairs of colours, tabular figures, Simplified Chinese glyphs, drawings that are really there."""

import ast
import re
from dataclasses import asdict, fields
from pathlib import Path
from string import Template

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from explorer import paths
from explorer.graph.model import Category
from explorer.gui import theme

THEMES = {"dark": theme.DARK, "light": theme.LIGHT}
WORDS = ("text", "secondary", "faint", "accent", "danger", "success", "warning")
BACKGROUNDS = ("window", "panel", "raised", "field", "hover", "selected")


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of WCAG 2, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", THEMES)
def test_every_word_can_be_read_on_every_background(name: str) -> None:
    colours = asdict(THEMES[name])
    pairs = [(word, background) for word in WORDS for background in BACKGROUNDS]
    pairs += [("on_accent", "accent_fill"), ("on_accent", "accent_hover")]
    pairs += [("on_danger", "danger_fill"), ("on_danger", "danger_hover")]
    too_faint = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: round(value, 2) for pair, value in too_faint.items() if value < 4.5} == {}


def test_every_category_has_a_colour() -> None:
    assert set(theme.CATEGORY_COLOURS) == set(Category)


@pytest.mark.parametrize("name", THEMES)
def test_style_sheet_uses_known_colours_and_drawings_that_exist(name: str) -> None:
    sheet = theme.style_sheet(THEMES[name])
    assert "$" not in sheet
    drawings = re.findall(r'url\("([^"]+)"\)', sheet)
    assert drawings
    assert all(f"/{name}/" in drawing for drawing in drawings)
    assert {drawing.rsplit("/", 1)[1].removesuffix(".svg") for drawing in drawings} == set(theme.DRAWINGS)


@pytest.mark.parametrize("name", THEMES)
def test_shipped_drawings_are_the_icons_in_the_colours_of_the_theme(name: str) -> None:
    for file_name, (icon, colour) in theme.DRAWINGS.items():
        shipped = (paths.resources() / "theme" / name / f"{file_name}.svg").read_text()
        assert shipped == theme.drawing(icon, getattr(THEMES[name], colour))


def test_every_colour_is_used_by_the_style_sheet_or_from_python() -> None:
    template = Template((paths.resources() / "theme" / "window.qss").read_text())
    known = {field.name for field in fields(theme.Colours)} | {"images", "mono"}
    assert set(template.get_identifiers()) <= known


@pytest.mark.parametrize("name", THEMES)
def test_apply_changes_what_is_on_the_screen(qtbot: QtBot, name: str) -> None:
    theme.apply("light" if name == "dark" else "dark")
    panel = QFrame()
    panel.setProperty("role", "panel")
    panel.resize(20, 20)
    qtbot.addWidget(panel)
    panel.show()
    theme.apply(name)
    assert theme.name() == name
    assert panel.grab().toImage().pixelColor(10, 10).name() == THEMES[name].panel
    assert panel.palette().windowText().color().name() == THEMES[name].text


def test_figures_are_tabular_also_where_the_style_sheet_sets_the_size(qtbot: QtBot) -> None:
    theme.apply("dark")
    label = QLabel("1")
    label.setProperty("role", "secondary")
    qtbot.addWidget(label)
    label.show()
    for font in (theme.font(), theme.font(mono=True), label.font()):
        widths = {QFontMetricsF(font).horizontalAdvance(figure) for figure in "0123456789"}
        assert len(widths) == 1
    assert label.font().pixelSize() == theme.SECONDARY_PX


def _families(text: str, font: QFont) -> list[str]:
    layout = QTextLayout(text, font)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return [run.rawFont().familyName() for run in layout.glyphRuns()]


def test_latin_is_inter_and_chinese_is_simplified(qtbot: QtBot) -> None:
    assert _families("Layer", theme.font()) == ["Inter"]
    assert _families("3x3", theme.font(mono=True)) == ["JetBrains Mono"]
    chinese = _families("直接", theme.font())
    if chinese == ["Inter"]:
        pytest.skip("no Chinese font on this machine")
    assert chinese[0].endswith(("CJK SC", "YaHei", "PingFang SC"))


@pytest.mark.parametrize("name", THEMES)
def test_icons_are_drawn_whole_in_the_colour_asked_for(qtbot: QtBot, name: str) -> None:
    theme.apply(name)
    image = theme.icon("player-stop", "accent", 24).pixmap(QSize(24, 24), 1.0).toImage()
    drawn = [(x, y) for x in range(24) for y in range(24) if image.pixelColor(x, y).alpha() > 200]
    assert (min(drawn)[0], max(drawn)[0]) == (4, 19)  # the square of the drawing, from 5 to 19 with its line
    x, y = drawn[0]
    assert image.pixelColor(x, y).name() == theme.colours().accent


@pytest.mark.parametrize("name", THEMES)
def test_arrow_of_a_combo_box_shows(qtbot: QtBot, name: str) -> None:
    theme.apply(name)
    box = QComboBox()
    box.addItem("")
    box.resize(120, 28)
    qtbot.addWidget(box)
    box.show()
    image = box.grab().toImage()
    arrow = theme.colours().secondary
    near = [image.pixelColor(x, y) for x in range(100, 118) for y in range(8, 20)]
    background = theme.colours().field
    assert any(contrast(pixel.name(), background) > contrast(arrow, background) * 0.6 for pixel in near)


def test_set_state_draws_the_widget_anew(qtbot: QtBot) -> None:
    theme.apply("dark")
    button = QPushButton("words")
    button.resize(90, 30)
    qtbot.addWidget(button)
    button.show()
    before = button.grab().toImage().pixelColor(10, 15).name()
    theme.set_state(button, "danger", "role")
    after = button.grab().toImage().pixelColor(10, 15).name()
    assert (before, after) == (theme.DARK.field, theme.DARK.danger_fill)


def _words_of_the_gui() -> set[str]:
    words: set[str] = set()
    for file in Path(theme.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
    return words


def test_every_icon_is_used() -> None:
    shipped = {file.stem for file in (paths.resources() / "icons").glob("*.svg")} - {"app"}
    assert shipped - _words_of_the_gui() == set()


def test_every_icon_asked_for_by_name_is_there() -> None:
    for file in Path(theme.__file__).parent.rglob("*.py"):
        for asked in re.findall(r'theme\.icon\(\s*"([^"]+)"', file.read_text(encoding="utf-8")):
            assert (paths.resources() / "icons" / f"{asked}.svg").is_file(), (file, asked)
