"""The export from the window: what the dialog offers and shows, and the file with its notice."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.graph import views
from explorer.graph.colouring import ColourBy
from explorer.graph.export import onnx_needs
from explorer.graph.layout import layout
from explorer.gui import text
from explorer.gui.dialogs.export import FORMS, ExportDialog
from explorer.gui.dialogs.export_desk import ExportDesk
from explorer.gui.state import AppState, Level
from explorer.gui.widgets.words.notices import Notices
from tests.graph.graphs import carried

MakeDesk = Callable[[str], ExportDesk]


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[MakeDesk]:
    made: list[ExportDesk] = []

    def make_desk(name: str = "lenet") -> ExportDesk:
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(900, 700)
        graph = carried(name)
        picture = layout(graph, views.open_blocks(graph, views.Detail.LAYERS))
        state = AppState(catalogue.find(name).default_choice())
        desk = ExportDesk(state, None, Notices(window), lambda: (graph, picture, ColourBy.MACS), window)
        made.append(desk)
        return desk

    yield make_desk
    for desk in made:
        desk.close()


def opened(qtbot: QtBot, desk: ExportDesk) -> ExportDialog:
    dialog = desk.open()
    assert dialog is not None
    ready(qtbot, dialog)
    return dialog


def ready(qtbot: QtBot, dialog: ExportDialog) -> None:
    qtbot.waitUntil(lambda: not dialog._previews.is_busy)


def save_as(monkeypatch: pytest.MonkeyPatch, path: Path) -> list[str]:
    proposed: list[str] = []

    def answer(_parent: object, _title: str, name: str, _filter: str) -> tuple[str, str]:
        proposed.append(Path(name).name)
        return str(path), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    return proposed


def write(qtbot: QtBot, desk: ExportDesk, dialog: ExportDialog) -> None:
    with qtbot.waitSignal(desk._exports.written, timeout=60000):
        dialog.accept_button.click()


@pytest.mark.parametrize(("kind", "suffix"), [(kind, suffix) for kind in FORMS for suffix in FORMS[kind]])
def test_every_form_has_a_preview_and_words_in_both_languages(
    make: MakeDesk, qtbot: QtBot, kind: str, suffix: str
) -> None:
    for language in ("en", "zh"):
        text.set_language(language)
        dialog = opened(qtbot, make("lenet"))
        dialog.choose(kind, suffix)
        ready(qtbot, dialog)
        assert dialog.request.suffix == suffix
        assert dialog.request.figure == (kind == "figure")
        assert dialog.request.language == language
        is_drawing = kind in ("drawing", "figure")
        assert dialog.picture.isVisibleTo(dialog) == is_drawing
        assert dialog.lines.isVisibleTo(dialog) != is_drawing
        assert dialog.lines.text() or is_drawing
        assert not dialog.picture.pixmap().isNull() or not is_drawing
        assert dialog.scales.isVisibleTo(dialog) == (suffix == ".png")
        assert dialog.theme.isVisibleTo(dialog) == (kind == "drawing")
        assert not any("export." in button.text() for button in dialog.kinds._buttons.values())
        dialog.reject()


def test_a_png_of_the_figure_has_the_scale_that_was_chosen(
    make: MakeDesk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make("resnet18")
    dialog = opened(qtbot, desk)
    dialog.choose("figure", ".png")
    dialog.scales.choose(3)
    ready(qtbot, dialog)
    words = dialog._size.text()
    proposed = save_as(monkeypatch, tmp_path / "net")  # the ending is added
    write(qtbot, desk, dialog)
    assert proposed == ["resnet18-figure.png"]
    with Image.open(tmp_path / "net.png") as image:
        width, height = image.size
    told = [int(word) for word in words.split() if word.isdigit()]
    assert abs(told[0] - width) <= 1
    assert abs(told[1] - height) <= 1


def test_the_notice_says_where_and_opens_the_folder(
    make: MakeDesk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make("lenet")
    dialog = opened(qtbot, desk)
    save_as(monkeypatch, tmp_path / "lenet.svg")
    seen: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: bool(seen.append(url.toLocalFile()) or True))
    write(qtbot, desk, dialog)
    assert "avg pool" in (tmp_path / "lenet.svg").read_text(encoding="utf-8")
    (message,) = desk._notices.shown()
    assert message.words == "Saved: lenet.svg"
    assert str(tmp_path) in message.hint
    desk._notices._shown[0].offer_button.click()
    assert seen == [str(tmp_path)]


def test_the_next_export_begins_as_the_last_one_was(
    make: MakeDesk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make("lenet")
    dialog = opened(qtbot, desk)
    dialog.choose("table", ".json")
    save_as(monkeypatch, tmp_path / "lenet.json")
    write(qtbot, desk, dialog)
    assert json.loads((tmp_path / "lenet.json").read_text(encoding="utf-8"))["params"] == 61_706
    assert opened(qtbot, desk).request.suffix == ".json"


def test_where_no_file_can_be_there_is_one_clear_message(
    make: MakeDesk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make("lenet")
    (tmp_path / "file").write_text("not a folder")
    dialog = opened(qtbot, desk)
    save_as(monkeypatch, tmp_path / "file" / "net.svg")
    with qtbot.waitSignal(desk._state.noticed) as told:
        dialog.accept_button.click()
    assert told.args[2] == Level.ERROR
    assert "\n" not in str(told.args[0])


def test_without_the_packages_for_onnx_the_dialog_says_what_to_install(
    make: MakeDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    dialog = opened(qtbot, make("lenet"))
    dialog.choose("model", ".onnx")
    ready(qtbot, dialog)
    assert "pip install onnx onnxscript onnxruntime" in dialog.lines.text()
    assert not dialog.accept_button.isEnabled()
    dialog.choose("model", ".py")
    ready(qtbot, dialog)
    assert dialog.accept_button.isEnabled()
    assert "class LeNet" in dialog.lines.text()


def test_onnx_is_written_with_the_weights_that_are_shown_and_checked(
    make: MakeDesk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(name)
    assert onnx_needs.can_compare()
    desk = make("lenet")
    dialog = opened(qtbot, desk)
    dialog.choose("model", ".onnx")
    ready(qtbot, dialog)
    save_as(monkeypatch, tmp_path / "lenet.onnx")
    with qtbot.waitSignal(desk._exports.written, timeout=60000):
        dialog.accept_button.click()
        assert [message.words for message in desk._notices.shown()] == ["Writing lenet.onnx…"]
    assert (tmp_path / "lenet.onnx").stat().st_size > 4 * 61_706
    message = desk._notices.shown()[-1]
    assert "Checked with ONNX Runtime" in message.hint


def test_without_a_graph_there_is_no_dialog(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    state = AppState(catalogue.find("lenet").default_choice())
    desk = ExportDesk(state, None, Notices(window), lambda: None, window)
    assert desk.open() is None
    desk.close()


def test_the_drawing_has_the_colours_of_the_window(qtbot: QtBot, make: MakeDesk) -> None:
    assert opened(qtbot, make("lenet")).request.colour_by is ColourBy.MACS


def test_a_figure_is_copied_for_slides(qtbot: QtBot, make: MakeDesk) -> None:
    desk = make("lenet")
    dialog = opened(qtbot, desk)
    dialog.choose("figure", ".svg")
    ready(qtbot, dialog)
    QGuiApplication.clipboard().clear()
    dialog.copy_button.click()
    qtbot.waitUntil(lambda: not QGuiApplication.clipboard().image().isNull())
    image = QGuiApplication.clipboard().image()
    assert image.height() > 1000  # sharp on a slide, though the figure is small
    assert image.pixelColor(1, 1).name() == "#ffffff"
    assert "clipboard" in desk._notices.shown()[-1].words
    assert dialog.isVisible()  # for another one
    dialog.choose("table", ".md")
    assert not dialog.copy_button.isVisible()
    dialog.reject()
