"""The event files, as TensorBoard itself reads them."""

import sys
from pathlib import Path
from typing import Any

import pytest

from explorer.runs.folder import tensorboard
from explorer.runs.folder.tensorboard import TensorBoardLog
from explorer.runs.plan import RunPlan
from explorer.training.events import Event, Finished, Stopped
from tests.runs.recorded import PLAN, epoch_ended, started, steps, whole_run


@pytest.fixture(autouse=True)
def by_events_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the first import takes, nothing is written for the time that has passed."""
    monkeypatch.setattr(tensorboard, "EVERY_SECONDS", float("inf"))


def write(folder: Path, *events: Event, plan: RunPlan | None = PLAN) -> None:
    log = TensorBoardLog(folder, plan)
    for event in events:
        log.append(event)
    log.close()


def read(folder: Path) -> Any:
    """What TensorBoard's own reader makes of `folder`."""
    accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator", reason="TensorBoard is not installed"
    )
    found = accumulator.EventAccumulator(str(folder))
    found.Reload()
    return found


def values(found: Any, tag: str) -> dict[int, Any]:
    return {point.step: pytest.approx(point.value) for point in found.Scalars(tag)}


def test_without_the_library_a_run_is_told_so_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboardX.proto.event_pb2", None)
    write(tmp_path, *whole_run())
    (record,) = caplog.records
    assert "tensorboardX" in record.getMessage()
    assert record.exc_info is None
    assert not list(tmp_path.iterdir())


def test_tensorboard_reads_the_curves(tmp_path: Path) -> None:
    write(tmp_path, *whole_run(), Finished("r"))
    found = read(tmp_path)
    assert set(found.Tags()["scalars"]) == {
        "train/loss", "train/accuracy", "train/epoch_loss", "train/epoch_accuracy", "test/loss", "test/accuracy",
        "learning_rate", "images_per_second",
    }  # fmt: skip
    assert values(found, "test/accuracy") == {10: 0.5, 20: 0.6, 30: 0.7}
    mean = sum(1 / step for step in range(1, 11)) / 10
    assert values(found, "train/loss")[10] == mean
    assert values(found, "learning_rate") == {10: 0.1, 20: 0.1, 30: 0.1}
    assert values(found, "images_per_second")[10] == 64 * 10 / 1.0


def test_a_run_shorter_than_an_epoch_has_a_curve_too(tmp_path: Path) -> None:
    write(tmp_path, started(), steps("r", 4, 4), Stopped("r"))
    assert list(values(read(tmp_path), "train/loss")) == [4]


def test_tensorboard_reads_the_plan(tmp_path: Path) -> None:
    write(tmp_path, *whole_run(), Finished("r"))
    found = read(tmp_path)
    (text,) = found.Tensors("plan/text_summary")
    assert '"architecture": "lenet"' in text.tensor_proto.string_val[0].decode()
    from tensorboard.plugins.hparams import plugin_data_pb2  # type: ignore[import-untyped,unused-ignore]

    content = found.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
    known = plugin_data_pb2.HParamsPluginData.FromString(content).session_start_info.hparams
    assert known["dataset"].string_value == "digits"
    assert known["batch_size"].number_value == PLAN.config.batch_size
    assert known["lr"].number_value == pytest.approx(PLAN.config.lr)


def test_steps_that_are_done_again_after_a_resume_are_there_once(tmp_path: Path) -> None:
    write(tmp_path, started(), steps("r", 10, 10), epoch_ended("r", 0, accuracy=0.1), Stopped("r"))
    write(tmp_path, started(), steps("r", 10, 10), epoch_ended("r", 0, accuracy=0.4), Finished("r"))
    assert len(list(tmp_path.glob("*tfevents*"))) == 2
    assert values(read(tmp_path), "test/accuracy") == {10: 0.4}


def test_the_last_epoch_before_a_resume_stays(tmp_path: Path) -> None:
    write(tmp_path, started(), steps("r", 10, 10), epoch_ended("r", 0, accuracy=0.1), Stopped("r"))
    write(tmp_path, started(epoch=1, step=10), steps("r", 20, 10), epoch_ended("r", 1, accuracy=0.4), Finished("r"))
    found = read(tmp_path)
    assert values(found, "test/accuracy") == {10: 0.1, 20: 0.4}
    assert list(values(found, "train/loss")) == [10, 20]


def test_a_clock_that_was_set_back_does_not_change_the_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, started(), steps("r", 10, 10), epoch_ended("r", 0, accuracy=0.1), Stopped("r"))
    now = tensorboard.time.time()
    monkeypatch.setattr(tensorboard.time, "time", lambda: now - 86_400)
    write(tmp_path, started(epoch=1, step=10), steps("r", 20, 10), epoch_ended("r", 1, accuracy=0.4), Finished("r"))
    assert values(read(tmp_path), "test/accuracy") == {10: 0.1, 20: 0.4}
