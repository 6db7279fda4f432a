"""The curves page: choosing runs, drawing them on any axis, following the one that trains, exporting."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.graph import shipped
from explorer.graph.effort import training_macs
from explorer.gui.panels.labs import curves_drawing, curves_memory
from explorer.gui.panels.labs import curves_words as words
from explorer.gui.panels.labs.curves_controls import CurvesControls
from explorer.gui.panels.labs.curves_drawing import Drawer, Settings, ShownRun, Wish, Words, alone
from explorer.gui.panels.labs.curves_page import CurvesPage
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState
from explorer.gui.text import set_language
from explorer.gui.widgets.charts.ink import Look, Sign
from explorer.gui.widgets.charts.scale import Scale
from explorer.runs.curves.curve_points import Axis, points_of
from explorer.runs.folder.about import About
from explorer.runs.shelf.store import Store
from explorer.training.events import Finished, LearningRateChanged
from tests.gui.recorded_runs import executor, history, plan, recorded, wait_until

WORDS = Words("train", "test", "changed", "early", "best {epoch}")


@dataclass
class Bench:
    qtbot: QtBot
    state: AppState
    store: Store
    control: RunControl
    page: CurvesPage
    notices: list[Any]

    def wait(self, holds: Any) -> None:
        wait_until(self.qtbot, holds)

    def wait_for_curves(self, runs: int) -> None:
        """Until so many runs are drawn as they are now."""
        self.wait(lambda: len({trace.key for trace in self.traces("loss")}) == runs and not self.is_busy)

    @property
    def is_busy(self) -> bool:
        return self.page._worker.is_busy or self.page._is_stale or self.page.feed._pause.isActive()

    def traces(self, quantity: str) -> tuple[Any, ...]:
        picture = self.page.charts[quantity].picture
        return () if picture is None else picture.traces


def store_run(store: Store, *, epochs: int = 3, name: str = "", **shape: Any) -> str:
    record = store.create(plan(epochs))
    recorder = store.recorder(record.id)
    for event in [*recorded(record.id, epochs=epochs, **shape), Finished(record.id)]:
        recorder.append(event)
    recorder.close()
    if name:
        store.describe(record.id, About.of(name))
    return record.id


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    store = Store(tmp_path / "runs")
    for name in ("", "wide", "deep"):
        store_run(store, name=name, seed=len(name))
    state = AppState(catalogue.find("lenet").default_choice())
    control = RunControl(state, store, execute=executor(pause=0.01))
    wait_until(qtbot, lambda: len(state.runs) == 3)
    page = CurvesPage(state, control)
    qtbot.addWidget(page)
    page.resize(1280, 700)
    page.show()
    notices: list[Any] = []
    state.noticed.connect(lambda *said: notices.append(said))
    yield Bench(qtbot, state, store, control, page, notices)
    page.close_services()
    control.close()
    store.close()
    state.set_language("en")


def test_runs_ticked_elsewhere_are_there_at_once(bench: Bench) -> None:
    newest, middle, oldest = (record.id for record in bench.state.runs)
    bench.state.set_compared((newest, oldest))
    bench.page.begin()
    bench.wait_for_curves(2)
    bench.state.set_compared((middle, oldest))
    bench.wait(lambda: {trace.key for trace in bench.traces("loss")} == {middle, oldest})


def test_nothing_ticked_shows_the_newest_run(bench: Bench) -> None:
    bench.page.begin()
    bench.wait_for_curves(1)
    assert bench.page.shown.runs == (bench.state.runs[0].id,)
    looks = [trace.look for trace in bench.traces("accuracy")]
    assert looks == [Look.RAW, Look.LINE, Look.POINTS]
    assert bench.page.table.figures.rowCount() == 1


def test_settings_and_colours_come_back(bench: Bench, qtbot: QtBot) -> None:
    page, (newest, middle, _) = bench.page, (record.id for record in bench.state.runs)
    page.begin()
    page.controls.axis.picked.emit("time")
    page.controls.smoothing.setValue(40)
    for name in ("log_y", "test", "accuracy"):
        page.controls.pills[name].click()
    page.shown.show(middle)
    page.shown.paint(newest, 7)
    kept = json.loads(json.dumps(page.kept()))
    other = CurvesPage(bench.state, bench.control)
    qtbot.addWidget(other)
    other.recall(kept)
    assert other.controls.settings == page.controls.settings
    assert other.controls.settings.quantities == ("loss", "lr")
    assert other.controls.axis.chosen == "time"
    assert [other.controls.pills[name].isChecked() for name in ("log_y", "log_x", "test", "accuracy")] == [
        True, False, False, False
    ]  # fmt: skip
    other.shown.show(middle, newest)
    assert [other.shown.colours[run] for run in (middle, newest)] == [page.shown.colours[middle], 7]
    other.close_services()


@pytest.mark.parametrize(
    "kept", [{}, {"settings": 3, "colours": []}, {"settings": {"axis": "x", "smoothing": 9, "quantities": ["x"]}}]
)
def test_settings_that_are_none_are_left_out(kept: dict[str, Any]) -> None:
    assert curves_memory.settings(kept) == Settings()
    assert curves_memory.colours(kept) == {}


def test_a_click_on_a_test_goes_to_its_evaluation(bench: Bench) -> None:
    bench.page.begin()
    bench.wait_for_curves(1)
    asked: list[Any] = []
    bench.state.evaluation_requested.connect(lambda *what: asked.append(what))
    bench.page.charts["accuracy"].point_picked.emit(bench.state.runs[0].id, 1)
    assert asked == [(bench.state.runs[0].id, 2)]


def test_a_click_ticks_and_a_colour_can_be_changed(bench: Bench) -> None:
    bench.page.begin()
    bench.wait_for_curves(1)
    runs = bench.page.side.list
    second = runs.visualRect(runs.rows.index(1)).center()
    bench.qtbot.mouseClick(runs.viewport(), Qt.MouseButton.LeftButton, pos=second)
    bench.wait_for_curves(2)
    colours = {trace.colour for trace in bench.traces("loss")}
    assert len(colours) == 2
    asked: list[str] = []
    runs.colour_wanted.connect(lambda run, where: asked.append(run))
    bench.qtbot.wait(QGuiApplication.styleHints().mouseDoubleClickInterval() + 50)
    bench.qtbot.mouseClick(runs.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(42, second.y()))
    assert asked == [bench.state.runs[1].id]
    bench.page.shown.paint(asked[0], 5)
    bench.wait(lambda: {trace.colour for trace in bench.traces("loss")} != colours)


def test_search_finds_by_name_and_network(bench: Bench) -> None:
    bench.page.begin()
    bench.page.side.search.setText("wide lenet")
    assert [record.about.name for record in bench.page.side.list.rows.found] == ["wide"]
    bench.page.side.search.setText("nothing such")
    assert bench.page.side._empty.isVisibleTo(bench.page)
    bench.page.side.search.clear()
    bench.page.side.all.click()
    bench.wait_for_curves(3)
    bench.page.side.none.click()
    assert bench.page._empty.text() == "No run is chosen"
    bench.page.side.only.click()
    assert bench.page.side.list.rows.found == ()


@pytest.mark.parametrize("axis", list(Axis))
def test_every_axis(bench: Bench, axis: Axis) -> None:
    bench.page.begin()
    bench.wait_for_curves(1)
    bench.page.controls.axis.button(axis).click()
    expected = {Axis.STEP: 120.0, Axis.EPOCH: 3.0, Axis.TIME: 15 * 0.05}.get(axis)
    bench.wait(lambda: not bench.is_busy and bench.page.charts["loss"]._frame is not None)
    if axis is Axis.MACS:
        record = bench.state.runs[0]
        bench.wait(lambda: bench.page.feed._macs.of(record.plan) is not None and bench.traces("loss") != ())
        graph = shipped.load("lenet")
        assert graph is not None
        expected = 120.0 * record.plan.config.batch_size * training_macs(graph)
    bench.wait(lambda: bench.traces("loss") != () and bench.traces("loss")[0].x[-1] == pytest.approx(expected))
    assert bench.page.note.isVisible() == (axis in (Axis.TIME, Axis.MACS))


def test_zoom_is_shared_along_x_and_can_be_undone(bench: Bench) -> None:
    bench.page.begin()
    bench.wait_for_curves(1)
    bench.page.charts["loss"].zoom_wanted.emit((1.0, 2.0), (0.1, 0.5))
    bench.wait(lambda: bench.page.charts["accuracy"].picture.x.low == 1.0)  # type: ignore[union-attr]
    loss = bench.page.charts["loss"].picture
    assert loss is not None
    assert (loss.x.high, loss.y.low, loss.y.high) == (2.0, 0.1, 0.5)
    bench.page.controls.reset.click()
    bench.wait(lambda: bench.page.charts["loss"].picture.x.low == 0.0)  # type: ignore[union-attr]


def test_the_run_that_trains_is_followed(bench: Bench) -> None:
    bench.page.begin()
    bench.wait_for_curves(1)
    bench.control.start(plan(12))  # longer than news of it take, also on a busy machine
    bench.wait(lambda: bench.state.training is not None)
    run = bench.state.training

    def points() -> int:
        return max((len(trace.x) for trace in bench.traces("loss") if trace.key == run), default=0)

    bench.wait(lambda: points() > 0)
    before = points()
    bench.wait(lambda: points() > before)
    bench.wait(lambda: bench.state.training is None)
    bench.wait(lambda: points() == 480)


def test_nothing_is_drawn_while_nobody_looks(bench: Bench) -> None:
    bench.page.begin()
    bench.wait_for_curves(1)
    bench.page.hide()
    bench.page.side.all.click()
    bench.qtbot.wait(300)
    assert not bench.page._worker.is_busy
    assert bench.state.history(bench.state.runs[1].id) is None
    bench.page.show()
    bench.wait_for_curves(3)


def test_exports(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.state.set_compared(tuple(record.id for record in bench.state.runs))
    bench.page.begin()
    bench.wait_for_curves(3)
    for kind in ("csv", "png", "svg"):
        path = tmp_path / f"out.{kind}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, path=path: (str(path), ""))
        bench.page.controls.export_wanted.emit(kind)
        bench.wait(lambda path=path: path.exists())
    with (tmp_path / "out.csv").open() as file:
        assert len(list(csv.reader(file))) == 1 + 3 * 120
    image = QImage(str(tmp_path / "out.png"))
    assert image.width() == 2 * 3 * 560
    assert len({image.pixel(x, 300) for x in range(200, 1000, 3)}) > 3
    assert QSvgRenderer(str(tmp_path / "out.svg")).isValid()
    assert "wide" in (tmp_path / "out.svg").read_text(encoding="utf-8")
    bench.wait(lambda: len(bench.notices) == 3)
    bench.page.controls.export_wanted.emit("copy")
    bench.wait(lambda: len(bench.notices) == 4)
    assert QGuiApplication.clipboard().image().width() == image.width()


def test_a_file_that_cannot_be_written_is_said(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.page.begin()
    bench.wait_for_curves(1)
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "file" / "x.csv"), ""))
    bench.page.controls.export_wanted.emit("csv")
    bench.wait(lambda: bool(bench.notices))
    assert "x.csv cannot be written" in bench.notices[0][0].en


def test_one_quantity_is_always_there(bench: Bench) -> None:
    bench.page.begin()
    pills = bench.page.controls.pills
    for name in ("loss", "accuracy", "lr"):
        pills[name].click()
    assert bench.page.controls.settings.quantities == ("lr",)
    assert pills["lr"].isChecked()


def test_the_language_changes(bench: Bench) -> None:
    bench.page.begin()
    bench.state.set_language("zh")
    bench.page.retranslate()
    assert bench.page.controls.pills["loss"].text() == "损失"


def test_work_and_time_in_words() -> None:
    assert [words.work(value) for value in (None, 0.0, 999.0, 1.25e12)] == ["", "0", "999", "1.25 T"]
    assert words.at(Axis.TIME, 187) == "after 3 min 07 s"
    axis = words.frame("loss", Settings(axis=Axis.TIME)).x_ticks
    assert [said for _, said in axis(Scale(0, 40), 5)] == ["0 s", "10 s", "20 s", "30 s", "40 s"]
    assert [said for _, said in axis(Scale(0, 120), 5)] == ["0:00", "0:30", "1:00", "1:30", "2:00"]


# -- what is drawn of the points


def picture(settings: Settings, quantity: str = "loss", *, runs: int = 1, **values: Any) -> Any:
    made = history("r", epochs=4, steps_per_epoch=50)
    made.apply(LearningRateChanged("r", 100, 0.02, 0.2))
    shown = tuple(alone(ShownRun(points_of(made, 64), f"#{rank}", "#ff0000")) for rank in range(runs))
    return Drawer().picture(shown, settings, Wish(quantity, QSize(300, 200), 1.0, **values), WORDS)


def test_without_smoothing_the_steps_are_the_curve() -> None:
    found = picture(Settings(smoothing=0.0))
    assert [trace.look for trace in found.traces] == [Look.FINE, Look.POINTS]
    assert [trace.look for trace in picture(Settings(train=False)).traces] == [Look.POINTS]
    assert [trace.look for trace in picture(Settings(test=False, raw=False)).traces] == [Look.LINE]


def test_raw_values_of_many_runs_are_left_out() -> None:
    looks = [trace.look for trace in picture(Settings(), runs=curves_drawing.MOST_RAW + 1).traces]
    assert Look.RAW not in looks
    assert len(looks) == 2 * (curves_drawing.MOST_RAW + 1)


def test_marks() -> None:
    loss, accuracy = picture(Settings()), picture(Settings(), "accuracy")
    assert [(mark.sign, mark.x) for mark in loss.marks] == [(Sign.CHANGE, 2.0), (Sign.BEST, 4.0)]
    assert [mark.sign for mark in accuracy.marks] == [Sign.BEST]
    assert accuracy.marks[0].words == "#0: best 4"


def test_ranges_hold_what_is_seen() -> None:
    whole = picture(Settings())
    assert (whole.x.low, whole.x.high, whole.y.low) == (0, 4, 0)
    part = picture(Settings(), x=(3.0, 4.0))
    assert part.y.high < 0.6 * whole.y.high
    log = picture(Settings(log_y=True, log_x=True))
    assert log.x.is_log
    assert log.y.is_log
    assert 0 < log.y.low < min(np.nanmin(trace.y) for trace in log.traces if trace.look is not Look.RAW)
    assert not picture(Settings(log_y=True), "accuracy").y.is_log


def test_the_rate_is_drawn_in_levels() -> None:
    (trace,) = picture(Settings(axis=Axis.STEP), "lr").traces
    assert trace.look is Look.LEVELS
    assert trace.x.tolist() == [1, 200]
    assert trace.y == pytest.approx([0.1, 0.1])


def test_the_rate_of_a_schedule_is_drawn_step_by_step() -> None:
    made = history("r", epochs=4, steps_per_epoch=50)
    made.apply(LearningRateChanged("r", 50, 0.01, 0.1))
    run = ShownRun(points_of(made, 64), "#1", "#ff0000", None, lambda number: 1 / number)
    settings = Settings(axis=Axis.STEP)
    drawn = Drawer().picture((alone(run),), settings, Wish("lr", QSize(300, 200), 1.0), WORDS)
    assert drawn is not None
    (trace,) = drawn.traces
    assert {1.0, 50.0, 51.0, float(run.points.step)} <= set(trace.x.tolist())
    assert trace.y == pytest.approx(1 / trace.x)


def test_nothing_on_an_axis_that_is_not_known() -> None:
    assert picture(Settings(axis=Axis.MACS)) is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_axes_can_be_chosen_in_the_smallest_window(qtbot: QtBot, language: str) -> None:
    set_language(language)
    controls = CurvesControls()
    qtbot.addWidget(controls)
    controls.resize(600, 90)  # of 820, beside the list of runs
    controls.show()
    buttons = [controls.axis.button(axis) for axis in Axis]
    qtbot.waitUntil(lambda: all(button.width() >= button.sizeHint().width() for button in buttons))
    assert controls.export.geometry().right() < 600
    assert controls.export.accessibleName()
    assert not controls.export.text()
    controls.resize(1000, 90)
    assert controls.export.text() == controls.export.accessibleName()
