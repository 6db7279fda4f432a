"""The moments of a run of one's own model can be evaluated in the window, once its code may be run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.bilingual import Text
from explorer.graph.user_model import own, recent, source
from explorer.gui.services.evaluations import Evaluating
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState
from explorer.runs.folder.names import SNAPSHOTS
from explorer.runs.looking import own_testing
from explorer.runs.looking.candidates import Kind
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.store import Store
from explorer.training.events import Finished, Preparing
from tests.evaluation.made_up import answers
from tests.graph.test_user_model import GOOD, write
from tests.gui.recorded_runs import LENET, wait_until


@pytest.fixture
def control(store: Store) -> Iterator[RunControl]:
    made = RunControl(AppState(LENET), store)
    yield made
    made.close()
    for model in catalogue.own_models():
        catalogue.remove_own(model.card.name)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, Path]]:
    """The folder and the weights of each run that is tested, which is made up."""
    found: list[tuple[Path, Path]] = []

    def evaluate(plan: RunPlan, run_folder: Path, moment: Path) -> object:
        found.append((run_folder, moment))
        yield Preparing("", Text("Testing", "测试"), 0.5)
        return answers([0, 1, 2], [0, 1, 1])

    monkeypatch.setattr(own_testing, "evaluate", evaluate)
    return found


def test_a_moment_is_tested_when_the_code_may_be_run(
    qtbot: QtBot, tmp_path: Path, store: Store, control: RunControl, asked: list[tuple[Path, Path]]
) -> None:
    path = write(tmp_path, GOOD)
    model = own.describe(path, source.choose(path, None), (1, 28, 28))
    run = store.create(RunPlan(model.card.default_choice(), "digits", own=model)).id
    recorder = store.recorder(run)
    recorder.append(Finished(run))
    recorder.close()
    folder = store.folder(run)
    (folder / SNAPSHOTS).mkdir()
    (folder / SNAPSHOTS / "step-00000007.safetensors").touch()
    control.refresh()
    wait_until(qtbot, lambda: control.record(run) is not None)
    evaluating = Evaluating(control._state, control)
    evaluating.open(run)
    wait_until(qtbot, lambda: bool(evaluating.candidates))
    (moment,) = evaluating.candidates
    assert moment.place == (Kind.SNAPSHOT, 7)
    assert (evaluating.chosen, evaluating.summary) == (moment, None)  # offered, not begun unasked
    evaluating.choose(moment)
    wait_until(qtbot, lambda: evaluating.error is not None)
    assert evaluating.error is not None
    assert "net.py, which you have not opened yet" in evaluating.error.message.en
    assert not asked
    recent.save(recent.load().with_trust(path))
    evaluating.choose(moment)
    wait_until(qtbot, lambda: evaluating.summary is not None)
    assert evaluating.summary is not None
    assert evaluating.summary.accuracy == pytest.approx(2 / 3)
    assert (evaluating.error, asked) == (None, [(folder, moment.path)])
    evaluating.close()
