"""The curves page: runs that repeat each other as one, and which of two is better."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.catalogue import Choice
from explorer.gui.panels.labs.curves_drawing import Drawer, Drawn, Settings, ShownRun, Wish, Words
from explorer.gui.panels.labs.curves_page import CurvesPage
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState
from explorer.gui.widgets.charts import ink
from explorer.gui.widgets.charts.ink import Band, Look, Picture, Trace
from explorer.gui.widgets.charts.scale import Scale
from explorer.runs.curves.curve_points import Axis, points_of
from explorer.runs.folder.about import About
from explorer.runs.shelf.repeats import seeded
from explorer.runs.shelf.store import Store
from explorer.training.events import Finished, LearningRateChanged
from tests.gui.recorded_runs import LENET, executor, history, plan, recorded, wait_until

WORDS = Words("train", "test", "changed", "early", "best {epoch}")
BN = Choice("lenet_bn", (1, 28, 28), 10, {})


def store_run(store: Store, seed: int, choice: Choice = LENET, *, changes: bool = False) -> str:
    record = store.create(seeded(plan(3, choice=choice), seed))
    recorder = store.recorder(record.id)
    slowness = 1.0 if choice == BN else 2.5
    for event in recorded(record.id, epochs=3, seed=seed, slowness=slowness):
        recorder.append(event)
    if changes:
        recorder.append(LearningRateChanged(record.id, 100, 0.02, 0.2))
    recorder.append(Finished(record.id))
    recorder.close()
    return record.id


@dataclass
class Bench:
    qtbot: QtBot
    state: AppState
    store: Store
    page: CurvesPage

    def wait(self, holds: Any) -> None:
        wait_until(self.qtbot, holds)

    def show(self, *runs: str) -> None:
        self.state.set_compared(runs)
        self.page.begin()
        self.wait(lambda: not self.page.feed.missing and not self.is_busy)

    def wait_for_traces(self, keys: set[str]) -> None:
        self.wait(lambda: {trace.key for trace in self.traces("loss")} == keys and not self.is_busy)

    @property
    def is_busy(self) -> bool:
        page = self.page
        return page._worker.is_busy or page._is_stale or page.feed._pause.isActive() or not page.shown.runs

    def traces(self, quantity: str) -> tuple[Any, ...]:
        picture = self.page.charts[quantity].picture
        return () if picture is None else picture.traces

    def cells(self, row: int) -> list[str]:
        figures = self.page.table.figures
        return [str(figures.index(row, column).data()) for column in range(figures.columnCount())]


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    store = Store(tmp_path / "runs")
    for choice in (LENET, BN):
        for seed in range(3):
            store_run(store, seed, choice)
    state = AppState(catalogue.find("lenet").default_choice())
    control = RunControl(state, store, execute=executor(pause=0.01))
    wait_until(qtbot, lambda: len(state.runs) == 6)
    page = CurvesPage(state, control)
    qtbot.addWidget(page)
    page.resize(1280, 700)
    page.show()
    yield Bench(qtbot, state, store, page)
    page.close_services()
    control.close()
    store.close()
    state.set_language("en")


def test_repeats_become_one_line_with_a_band_and_come_apart_again(bench: Bench) -> None:
    *bn, first = [record.id for record in bench.state.runs][:4]  # the last one of the other network too
    runs = bn[::-1]
    bench.show(*runs, first)
    pill = bench.page.controls.pills["repeats"]
    assert pill.isEnabled()
    assert not pill.isChecked()
    bench.wait_for_traces({*runs, first})
    pill.click()
    bench.wait_for_traces({runs[0], first})
    looks = {(trace.key, trace.look): trace for trace in bench.traces("accuracy")}
    mean = looks[runs[0], Look.POINTS]
    tests = np.array([bench.state.history(run).epoch_test_accuracies for run in runs])  # type: ignore[union-attr]
    assert mean.y == pytest.approx(tests.mean(axis=0))
    assert mean.band.deviations == pytest.approx(tests.std(axis=0, ddof=1))
    assert mean.band.counts.tolist() == [3, 3, 3]
    assert looks[first, Look.POINTS].band is None
    assert (runs[0], Look.RAW) not in looks
    shown = bench.page.shown
    assert {shown.colour(run) for run in runs} == {mean.colour}
    assert shown.colour(first) != mean.colour
    pill.click()
    bench.wait_for_traces({*runs, first})
    assert len({shown.colour(run) for run in (*runs, first)}) == 4


def test_the_table_has_means_and_deviations(bench: Bench) -> None:
    runs = [record.id for record in reversed(bench.state.runs)]
    bench.show(*runs)
    bench.page.controls.pills["repeats"].click()
    bench.wait_for_traces({runs[0], runs[3]})
    lenet, bn = bench.cells(0), bench.cells(1)
    assert (lenet[0], bn[0]) == ("#1 LeNet ×3", "#4 LeNet + batch norm ×3")
    finals = [record.test_accuracy for record in bench.state.runs[3:]]
    mean, deviation = 100 * np.mean(finals), 100 * np.std(finals, ddof=1)  # type: ignore[arg-type]
    assert lenet[4] == f"{mean:.2f} ± {deviation:.2f}%"
    assert lenet[7] == "120"
    bench.page.controls.pills["repeats"].click()
    bench.wait(lambda: bench.page.table.figures.rowCount() == 6)
    assert "±" not in "".join(bench.cells(0))


def test_which_is_better_is_said_below_in_both_languages(bench: Bench) -> None:
    runs = [record.id for record in reversed(bench.state.runs)]
    bench.show(*runs)
    said = bench.page.verdict
    assert said.isVisible()
    assert said.text().startswith("LeNet + batch norm is better than LeNet by ")
    assert "3 runs each" in said.text()
    assert "best epochs" in said.toolTip()
    bench.state.set_language("zh")
    bench.page.retranslate()
    assert "测试准确率高" in said.text()
    bench.state.set_language("en")
    bench.page.shown.hide(runs[2])
    bench.wait(lambda: said.text().startswith("2 and 3 runs cannot tell"))
    bench.page.shown.hide(*runs[:2])
    bench.wait(lambda: not said.isVisible())


def test_runs_named_by_the_user_are_still_repeats(bench: Bench) -> None:
    runs = [record.id for record in reversed(bench.state.runs)]
    bench.store.describe(runs[1], About.of("the lucky one"))
    renamed = tuple(replace(r, about=About.of("the lucky one")) if r.id == runs[1] else r for r in bench.state.runs)
    bench.state.set_runs(renamed)
    bench.show(*runs[:3])
    assert [[record.id for record in group.runs] for group in bench.page.feed.groups()] == [runs[:3]]
    bench.page.controls.pills["repeats"].click()
    bench.wait_for_traces({runs[0]})
    assert bench.cells(0)[0] == "#1 LeNet ×3"


def test_a_run_whose_rate_was_changed_stands_alone(bench: Bench) -> None:
    changed = store_run(bench.store, 9, changes=True)
    bench.page._control.refresh()
    bench.wait(lambda: len(bench.state.runs) == 7)
    runs = [record.id for record in reversed(bench.state.runs)]
    bench.show(runs[0], runs[1], changed)
    bench.page.controls.pills["repeats"].click()
    bench.wait_for_traces({runs[0], changed})


def test_the_means_are_exported(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [record.id for record in reversed(bench.state.runs)][:3]
    bench.show(*runs)
    bench.page.controls.pills["repeats"].click()
    bench.wait_for_traces({runs[0]})
    for kind in ("csv", "svg"):
        path = tmp_path / f"out.{kind}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, path=path: (str(path), ""))
        bench.page.controls.export_wanted.emit(kind)
        bench.wait(lambda path=path: path.exists())
    with (tmp_path / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 120
    assert (rows[0]["runs"], rows[0]["count"], rows[0]["step"]) == (" ".join(runs), "3", "1")
    losses = [bench.state.history(run).losses[0] for run in runs]  # type: ignore[union-attr]
    assert float(rows[0]["train_loss"]) == pytest.approx(np.mean(losses), rel=1e-6)
    assert float(rows[0]["train_loss_sd"]) == pytest.approx(np.std(losses, ddof=1), rel=1e-5)
    assert [row["step"] for row in rows if row["test_accuracy"]] == ["40", "80", "120"]
    assert "×3" in (tmp_path / "out.svg").read_text(encoding="utf-8")


def test_at_the_mouse_a_mean_has_its_deviation_and_number(bench: Bench) -> None:
    runs = [record.id for record in reversed(bench.state.runs)][:3]
    bench.show(*runs)
    bench.page.controls.pills["repeats"].click()
    bench.wait_for_traces({runs[0]})
    chart = bench.page.charts["accuracy"]
    area = chart.area()
    chart._go_to(QPointF(area.right() - 1, area.center().y()))
    lines = {chart._line(rank).name: chart._line(rank).value for rank in range(len(chart._found))}
    record = bench.page.feed.groups()[0].final
    assert lines["#1 LeNet · test"] == f"{100 * record.mean:.2f} ± {100 * record.deviation:.2f}% (3)"
    on_test = next(rank for rank, (trace, _, _) in enumerate(chart._found) if trace.look is Look.POINTS)
    chart._mouse = chart._places[on_test]
    assert chart.point_at_mouse() is None  # of which run?


# -- what is drawn


def drawn(*seeds: int, upto: float = 1.0) -> Drawn:
    parts = {seed: upto if seed == seeds[-1] else 1.0 for seed in seeds}
    points = [points_of(history(f"r{seed}", seed=seed, upto=part), 64) for seed, part in parts.items()]
    runs = tuple(ShownRun(one, "#", "#ff0000", 7) for one in points)
    return Drawn("#1", "#1 ×n", "#ff0000", runs)


@pytest.mark.parametrize("axis", list(Axis))
@pytest.mark.parametrize("smoothing", [0.0, 0.9])
def test_a_run_that_is_on_counts_as_far_as_it_came(axis: Axis, smoothing: float) -> None:
    settings = Settings(axis=axis, smoothing=smoothing)
    picture = Drawer().picture((drawn(0, 1, upto=0.5),), settings, Wish("loss", QSize(300, 200), 1.0), WORDS)
    assert picture is not None
    line, tests = picture.traces
    assert line.look is (Look.LINE if smoothing else Look.FINE)
    assert (np.diff(line.x) >= 0).all()
    assert line.band is not None
    assert (line.band.counts[0], line.band.counts[-1]) == (2, 1)
    assert np.isnan(line.band.deviations[-1])
    assert tests.look is Look.POINTS
    assert picture.marks == ()


def test_the_whole_band_is_within_the_scale() -> None:
    picture = Drawer().picture((drawn(0, 1, 2),), Settings(), Wish("accuracy", QSize(300, 200), 1.0), WORDS)
    assert picture is not None
    for trace in picture.traces:
        assert trace.band is not None
        assert picture.y.low <= float(np.nanmin(trace.y - trace.band.deviations))


def test_in_time_the_axis_ends_where_the_mean_does() -> None:
    slow, fast = drawn(0, 1).runs
    slow = replace(slow, points=replace(slow.points, times=3 * slow.points.times))
    both, settings = Drawn("#1", "#1 ×2", "#ff0000", (slow, fast)), Settings(axis=Axis.TIME)
    for quantity in ("loss", "lr"):
        picture = Drawer().picture((both,), settings, Wish(quantity, QSize(300, 200), 1.0), WORDS)
        assert picture is not None
        assert picture.x.high == pytest.approx(2 * fast.points.seconds)
        assert picture.traces[0].x[-1] == pytest.approx(picture.x.high)


@pytest.mark.parametrize("is_log", [False, True])
def test_a_band_is_painted_where_two_curves_are(is_log: bool) -> None:
    x = np.arange(5.0)
    deviations = np.array([0.5, 0.5, 0.5, np.nan, np.nan])
    trace = Trace("r", "r", x, np.ones(5), "#ff0000", Look.LINE, Band(deviations, np.array([2.0, 2, 2, 1, 1])))
    picture = Picture(Scale(0, 4), Scale(0.1, 2, is_log), (trace,))
    image = QImage(401, 201, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    ink.paint(painter, picture, QRectF(0, 0, 400, 200))
    painter.end()
    (area,) = ink.areas_of(trace, trace.band, picture, QRectF(0, 0, 400, 200))  # type: ignore[arg-type]
    assert area.boundingRect().right() == 200
    below = 200 * (1 - picture.y.place(0.7))
    assert image.pixelColor(100, int(below)).alpha() > 20
    assert image.pixelColor(300, int(below)).alpha() == 0


def test_a_band_down_to_nothing_has_a_place_on_a_logarithmic_scale() -> None:
    trace = Trace("r", "r", np.arange(3.0), np.ones(3), "#ff0000", Look.LINE, Band(np.full(3, 1.5), np.full(3, 2.0)))
    picture = Picture(Scale(0, 2), Scale(0.1, 10, is_log=True), (trace,))
    (area,) = ink.areas_of(trace, trace.band, picture, QRectF(0, 0, 400, 200))  # type: ignore[arg-type]
    assert area.boundingRect().bottom() > 200
