"""Looking back: the stored moments of a run, through the bench, from the command line, and their figures."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from explorer import catalogue
from explorer.bilingual import Text
from explorer.commands import looking
from explorer.errors import ExplorerError
from explorer.inspection import figures, untrained
from explorer.runs.folder import checkpoint, moments
from explorer.runs.folder.checkpoint import Snapshot
from explorer.runs.folder.moments import Moment
from explorer.runs.folder.names import CHECKPOINTS, SNAPSHOTS, START
from explorer.runs.looking.moment_cache import MomentCache
from explorer.runs.looking.past import Past
from explorer.runs.looking.workbench import Image, Weights, Workbench

LENET = catalogue.find("lenet").default_choice()
PIXELS = np.arange(28 * 28, dtype=np.uint8).reshape(28, 28, 1)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a run with three moments, each with weights of its own."""
    for step in (0, 1, 20):
        weights = checkpoint.copy_weights(untrained.build(LENET, step))
        snapshot = Snapshot(weights, step // 20, step, tuple("abcdefghij"), (0.1,), (0.3,))
        checkpoint.write_moment(tmp_path / SNAPSHOTS / f"step-{step:08d}.safetensors", snapshot)
    return tmp_path


def at(run: Path, moment: int | None) -> Weights:
    return Weights(run="r", number=3, folder=run, moment=moment)


def test_each_moment_is_looked_at_with_its_own_weights(run: Path) -> None:
    bench, image = Workbench(), Image(PIXELS)
    seen = {step: bench.look(LENET, at(run, step), image) for step in (0, 1, 20, 1)}
    for step, insight in seen.items():
        expected = untrained.build(LENET, step).state_dict()["features.0.weight"].numpy()
        assert np.array_equal(insight.filters["features.0"], expected)
        assert f"step {step}" in insight.origin.en
        assert insight.is_trained == (step > 0)
    assert bench.filters(LENET, at(run, 0))[0]["features.0"] is not seen[1].filters["features.0"]
    assert np.array_equal(bench.filters(LENET, at(run, 0))[0]["features.0"], seen[0].filters["features.0"])


def test_the_first_moment_of_a_fork_is_trained(run: Path) -> None:
    (run / START).write_bytes(b"")
    assert Workbench().look(LENET, at(run, 0), Image(PIXELS)).is_trained


def test_a_moment_that_is_gone_is_said_to_be(run: Path) -> None:
    with pytest.raises(ExplorerError, match="no stored weights '7'") as refused:
        Workbench().look(LENET, at(run, 7), Image(PIXELS))
    assert refused.value.hint is not None
    assert "0, 1, 20" in refused.value.hint.en


def test_moments_of_checkpoints_and_snapshots_are_one_line_of_time(run: Path) -> None:
    path = run / CHECKPOINTS / "step-00000020.safetensors"
    checkpoint.write_moment(path, checkpoint.read_moment(run / SNAPSHOTS / path.name))
    (run / CHECKPOINTS / "checkpoints.json").write_text(
        '{"schema": 1, "last": "step-00000020", "previous": null, "best": "step-00000020", "best_accuracy": 0.5}'
    )
    found = moments.moments(run)
    assert [moment.step for moment in found] == [0, 1, 20]
    assert found[-1] == Moment(20, path, ("last", "best"))
    assert moments.choose(run, 3, "first").step == 0


def test_the_cache_keeps_what_fits_and_sees_a_new_file(run: Path) -> None:
    paths = [moment.path for moment in moments.moments(run)]
    size = paths[0].stat().st_size
    cache = MomentCache(budget=2 * size)
    first, second = cache.read(paths[0]), cache.read(paths[1])
    assert cache.read(paths[0]) is first
    cache.read(paths[2])
    assert cache.read(paths[0]) is first
    assert cache.read(paths[1]) is not second  # it had to go
    checkpoint.write_moment(paths[0], second)
    assert cache.read(paths[0]).step == second.step


def test_a_moment_can_be_named_on_the_command_line(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = SimpleNamespace(id="r", number=3, plan=SimpleNamespace(choice=LENET, own=None))

    class Stored:
        def __init__(self, _root: Path) -> None: ...

        def find(self, name: str) -> SimpleNamespace:
            if name != "3":
                raise ExplorerError(Text("There is no such run.", "没有这次运行。"))
            return record

        def folder(self, _run: str) -> Path:
            return run

        def close(self) -> None: ...

    monkeypatch.setattr(looking, "Store", Stored)

    def named(name: str) -> Weights:
        args = SimpleNamespace(name=name, weights=None, model=None, runs_dir=run, input=None, set=[])
        return looking.weights_from(args)[1]  # type: ignore[arg-type]

    assert named("3").moment is None
    assert named("3@20").moment == 20
    assert named("3@first").moment == 0
    with pytest.raises(ExplorerError, match="no stored weights '5'"):
        named("3@5")
    with pytest.raises(ExplorerError, match="no such run"):
        named("4@20")


def test_figures_are_those_of_the_look(run: Path) -> None:
    insight = Workbench().look(LENET, at(run, 20), Image(PIXELS))
    found = figures.of(insight)
    best = insight.predictions[0]
    assert found.probabilities[best.index] == pytest.approx(best.probability)
    assert found.probabilities.sum() == pytest.approx(1)
    output = insight.activations["features.0"]
    spread = found.outputs["features.0"]
    assert (spread.low, spread.high) == (output.min(), output.max())
    assert (spread.mean, spread.std) == pytest.approx((output.mean(), output.std()), rel=1e-4)
    assert (spread.dead, spread.maps) == (0, 6)
    assert found.weights["features.0"].high == pytest.approx(float(insight.filters["features.0"].max()))
    silent = figures.spread(torch.zeros(4, 3, 3).numpy())
    assert (silent.dead, silent.maps, silent.std) == (4, 4, 0)
    assert figures.spread(np.full((2, 2, 2), np.nan, np.float32)).maps == 2


def test_the_past_knows_what_has_been_looked_at(run: Path) -> None:
    bench = Workbench()
    known = {step: figures.of(bench.look(LENET, at(run, step), Image(PIXELS))) for step in (0, 20)}
    past = Past("r", moments.moments(run), known)
    assert past.likeliest() == known[20].probabilities.argmax()
    first, between, last = past.probabilities(4)
    assert between is None
    assert (first, last) == (known[0].probabilities[4], known[20].probabilities[4])
    assert past.probabilities(99) == [None, None, None]
    spreads = [figure.outputs["features.0"] for figure in known.values()]
    assert past.ends("features.0") == (min(s.low for s in spreads), max(s.high for s in spreads))
    assert past.ends("nothing") is None
    assert Past().likeliest() is None
