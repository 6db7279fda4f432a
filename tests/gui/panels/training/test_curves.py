"""The curves of a run beside its settings: what is drawn, in which range, and what is marked."""

from datetime import UTC, datetime

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from explorer.bilingual import Text
from explorer.gui.panels.training.curve_data import (
    Line,
    accuracy_range,
    curves_of,
    epochs_shown,
    log_range,
    loss_range,
)
from explorer.gui.widgets.charts.live_curve import Look
from explorer.runs.curves.history import History
from explorer.runs.shelf.record import RunRecord, Status
from explorer.training.events import EndedEarly, LearningRateChanged, Steps, Stopped
from tests.gui.panels.training.bench import Bench
from tests.gui.recorded_runs import history, plan


def test_x_is_in_epochs() -> None:
    curves = curves_of(history("r", epochs=4, steps_per_epoch=40))
    assert curves.epochs == 4
    assert curves.loss.steps.x[-1] == pytest.approx(4)
    assert curves.loss.test.x == pytest.approx([1, 2, 3, 4])
    assert len(curves.loss.train.y) < len(curves.loss.steps.y) == 160


def test_ranges_hold_everything_and_are_round() -> None:
    lines = [Line(np.arange(3.0), np.array([0.3, 2.31, np.nan]))]
    low, high = loss_range(lines)
    assert low == 0
    assert 2.31 <= high <= 2.6
    assert accuracy_range([Line(np.arange(2.0), np.array([0.43, 0.9]))]) == (pytest.approx(0.4), 1.0)
    assert loss_range([]) == (0.0, 1.0)
    assert accuracy_range([]) == (0.0, 1.0)


def test_a_loss_that_is_not_a_number_does_no_harm() -> None:
    broken = history("r", is_ended=False)
    broken.apply(Steps("r", broken.step + 1, 3, (float("nan"),), (0.1,), 64, 0.1, 0.1))
    low, high = loss_range([curves_of(broken).loss.train])
    assert (low, high) == (0.0, pytest.approx(2.5))


def test_nothing_trained_yet_says_what_to_do(bench: Bench) -> None:
    curves = bench.panel.curves
    assert curves._empty.isVisible()
    assert curves._empty.text() == "Press Start to train LeNet on Handwritten digits"


def test_the_plots_come_after_the_window_and_take_the_names(bench: Bench) -> None:
    bench.wait_for_plots()
    loss, accuracy = bench.panel.curves.plots  # type: ignore[misc]
    assert bench.find("lossPlot") is loss
    assert bench.find("accuracyPlot") is accuracy
    assert loss.accessibleName() == "Loss against epochs"


def test_a_run_is_drawn_as_it_goes(bench: Bench) -> None:
    bench.wait_for_plots()
    bench.panel.start()
    bench.wait(lambda: len(bench.panel.curves.plots[0].curves) > 0)  # type: ignore[index]
    loss, accuracy = bench.panel.curves.plots  # type: ignore[misc]
    assert [curve.look for curve in loss.curves] == [Look.LINE, Look.POINTS, Look.RAW]
    before = len(loss.curves[2].x)
    bench.wait(lambda: len(loss.curves[2].x) > before)
    assert not bench.panel.curves._empty.isVisible()
    bench.wait(lambda: len(accuracy.curves[1].x) > 0)
    entries = bench.panel.curves._legend.entries
    assert [entry.name for entry in entries] == ["train", "test"]
    assert entries[1].value.endswith("%")


def test_ticked_runs_are_drawn_behind_in_grey(bench: Bench) -> None:
    bench.wait_for_plots()
    first, second = bench.store_run(), bench.store_run(slowness=0.5)
    bench.control.open_run(second)
    bench.panel.runs.table.toggle_compared(first)
    loss, accuracy = bench.panel.curves.plots  # type: ignore[misc]
    bench.wait(lambda: [curve.look for curve in loss.curves].count(Look.REFERENCE) == 1)
    reference = next(curve for curve in accuracy.curves if curve.look == Look.REFERENCE)
    assert reference.name == "run #1 test"
    assert len(reference.x) == 3
    assert bench.panel.curves._legend.entries[-1].name == "run #1"
    bench.panel.runs.table.toggle_compared(first)
    assert all(curve.look != Look.REFERENCE for curve in loss.curves)


def test_the_run_that_is_shown_is_not_its_own_reference(bench: Bench) -> None:
    bench.wait_for_plots()
    run = bench.store_run()
    bench.control.open_run(run)
    bench.panel.runs.table.toggle_compared(run)
    loss, _ = bench.panel.curves.plots  # type: ignore[misc]
    bench.wait(lambda: len(loss.curves) == 3)


def test_nothing_is_drawn_while_nobody_looks(bench: Bench) -> None:
    bench.wait_for_plots()
    loss, _ = bench.panel.curves.plots  # type: ignore[misc]
    bench.panel.pages.show_page(1)
    run = bench.store_run()
    bench.control.open_run(run)
    bench.wait(lambda: bench.state.history(run) is not None)
    assert loss.curves == ()
    bench.panel.pages.show_page(0)
    assert len(loss.curves) == 3


def test_a_run_that_ended_before_its_first_step_says_so(bench: Bench) -> None:
    empty = History("none")
    empty.apply(history("r").ending)  # type: ignore[arg-type]
    bench.state.set_history("none", empty)
    bench.state.show_run("none")
    assert bench.panel.curves._empty.text() == "This run ended before its first step"
    assert bench.panel.curves._empty_hint.text() == ""
    reason, hint = (
        Text("mnist could not be downloaded.", "无法下载 mnist。"),
        Text("Check the network.", "请检查网络。"),
    )
    record = RunRecord("none", 1, plan(), Status.FAILED, datetime.now(UTC), message=reason, hint=hint)
    bench.state.set_runs((record,))
    assert bench.panel.curves._empty_hint.text() == "mnist could not be downloaded. Check the network."


def test_a_logarithmic_range_holds_what_is_above_zero() -> None:
    low, high = log_range([Line(np.arange(3.0), np.array([0.02, 2.0, 0.0]))])
    assert 0 < low < 0.02
    assert high > 2
    assert log_range([]) == (0.1, 1.0)


def test_the_loss_can_be_drawn_by_powers_of_ten(bench: Bench) -> None:
    bench.wait_for_plots()
    bench.control.open_run(bench.store_run())
    loss, accuracy = bench.panel.curves.plots  # type: ignore[misc]
    bench.wait(lambda: len(loss.curves) == 3)
    bench.panel.curves.menu._log.trigger()
    low, high = loss._box.viewRange()[1]
    assert low < -0.5
    assert 0 < high < 0.6
    assert loss._items[0].yData.max() == pytest.approx(np.log10(loss.curves[0].y.max()))
    assert accuracy._box.viewRange()[1][1] == 1


def test_without_smoothing_every_step_is_the_curve(bench: Bench) -> None:
    bench.wait_for_plots()
    bench.control.open_run(bench.store_run())
    loss, _ = bench.panel.curves.plots  # type: ignore[misc]
    bench.wait(lambda: len(loss.curves) == 3)
    menu = bench.panel.curves.menu
    next(action for action in menu._group.actions() if action.data() == "none").trigger()
    assert [curve.look for curve in loss.curves] == [Look.STEPS, Look.POINTS]
    assert len(loss.curves[0].x) == 120
    next(action for action in menu._group.actions() if action.data() == "strong").trigger()
    assert len(loss.curves[0].x) < 30


def test_a_changed_rate_and_an_early_end_are_marked(bench: Bench) -> None:
    bench.wait_for_plots()
    run = history("r", epochs=4, steps_per_epoch=40, is_ended=False)
    run.apply(LearningRateChanged("r", 60, 0.02, 0.2))
    run.apply(EndedEarly("r", 160, 3, 1, Text("early", "早")))
    bench.state.set_history("r", run)
    bench.state.show_run("r")
    loss, _ = bench.panel.curves.plots  # type: ignore[misc]
    bench.wait(lambda: len(loss.curves) == 3)
    assert [(mark.x, mark.is_end) for mark in loss.marks] == [(1.5, False), (4.0, True)]
    area = loss._area()
    loss._show_note(QPointF(area.left() + area.width() * 1.5 / 4, area.center().y()))
    assert "rate 0.02" in loss._note.text()


def test_the_large_curves_are_asked_for(bench: Bench) -> None:
    asked: list[str] = []
    bench.panel.lab_requested.connect(asked.append)
    bench.find("curvesLarge").click()
    assert asked == ["curves"]


def test_ticked_runs_are_known_to_the_state(bench: Bench) -> None:
    run = bench.store_run()
    bench.panel.runs.table.toggle_compared(run)
    assert bench.state.compared == (run,)


def test_the_beginning_of_a_long_run_can_be_read_and_short_runs_have_their_whole_axis() -> None:
    def shown(epochs: int, upto: float) -> float:
        return epochs_shown([curves_of(history("a", epochs=epochs, steps_per_epoch=8, is_ended=False, upto=upto))])

    assert shown(15, 0.1) == 15
    assert shown(25, 0.1) == 25
    assert shown(300, 0.01) == 20
    assert shown(300, 0.08) == 40
    assert shown(300, 0.9) == 300
    assert epochs_shown([]) == 10


def test_the_axis_of_a_run_that_grows_stays_the_same() -> None:
    short, other, longer = (
        curves_of(history("r", epochs=epochs, steps_per_epoch=steps)) for epochs, steps in ((1, 40), (1, 30), (9, 40))
    )
    assert short.loss.steps.x.tolist() == [(step + 1) / 40 for step in range(40)]
    assert other.loss.steps.x.tolist() == [(step + 1) / 30 for step in range(30)]
    assert longer.accuracy.steps.x.tolist() == [(step + 1) / 40 for step in range(360)]


def test_a_run_that_was_stopped_goes_on_from_beside_its_curves(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    resume = bench.panel.curves.caption.resume
    stopped, finished = bench.store_run(ending=Stopped("")), bench.store_run()
    bench.control.open_run(finished)
    bench.wait(lambda: "finished" in bench.panel.curves.caption.words.text())
    assert not resume.isVisible()
    bench.control.open_run(stopped)
    bench.wait(lambda: resume.isVisible())
    assert "stopped" in bench.panel.curves.caption.words.text()
    resumed: list[str] = []
    monkeypatch.setattr(bench.control, "resume_run", resumed.append)
    resume.click()
    assert resumed == [stopped]
