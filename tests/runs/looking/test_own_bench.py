"""Looking into a model of the user: it runs in a process of its own, which stays, and leaves nothing behind."""

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
import safetensors.torch
import torch

from explorer import catalogue
from explorer.catalogue import Choice
from explorer.errors import ExplorerError
from explorer.graph.user_model import own, source
from explorer.graph.user_model.sandbox import Limits
from explorer.inspection import figures
from explorer.inspection.insight import Method, Question
from explorer.runs.folder import checkpoint
from explorer.runs.folder.names import SNAPSHOTS
from explorer.runs.looking.own_bench import OwnBench
from explorer.runs.looking.workbench import Image, Weights
from tests.graph.test_user_model import GOOD, RETURN, write

PIXELS = np.arange(30 * 40 * 3, dtype=np.uint8).reshape(30, 40, 3)


@pytest.fixture
def bench() -> Iterator[OwnBench]:
    bench = OwnBench(Limits(60, 2 << 30))
    yield bench
    bench.close()
    for model in catalogue.own_models():
        catalogue.remove_own(model.card.name)


def opened(path: Path, shape: tuple[int, int, int] = (1, 28, 28)) -> Choice:
    model_class = source.choose(path, None) if path.suffix == ".py" else None
    model = own.describe(path, model_class, shape)
    catalogue.add_own(model)
    return model.card.default_choice()


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children(recursive=True) if _is_bench(child)]


def _is_bench(process: psutil.Process) -> bool:
    try:
        return "own_bench" in " ".join(process.cmdline())
    except psutil.Error:  # it has ended, or what another test left has
        return False


def test_a_look_comes_back_as_data_and_the_next_one_is_warm(
    bench: OwnBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "user_model_net", raising=False)  # of a test that ran one in this process
    marked = "import pathlib; " + f"pathlib.Path({str(tmp_path / 'runs')!r}).open('a').write('x')\n"
    choice = opened(write(tmp_path, marked + GOOD))
    image = Image(PIXELS)
    bench.warm(choice)
    started = children()
    insight = bench.look(choice, Weights(), image)
    assert children() == started
    assert list(insight.activations)[:2] == ["Input", "conv"]
    assert insight.activations["conv"].shape == (4, 26, 26)
    assert insight.filters["conv"].shape == (4, 1, 3, 3)
    assert not insight.activations["conv"].flags.writeable
    assert insight.image.shape == (28, 28, 1)
    assert not insight.is_trained
    assert sum(prediction.probability for prediction in insight.predictions) <= 1
    (process,) = children()
    again = bench.look(choice, Weights(), Image(PIXELS))
    assert (again.activations["fc"] == insight.activations["fc"]).all()
    assert again.filters["conv"] is insight.filters["conv"]
    assert children() == [process]
    other = bench.look(choice, Weights(seed=1), image)
    assert not (other.filters["conv"] == insight.filters["conv"]).all()
    heat = bench.attribute(choice, Weights(), image, Question(Method.GRAD_CAM, 3, "conv")).heat
    assert heat.shape == (28, 28)
    filters, origin = bench.filters(choice, Weights())
    assert (set(filters), origin.en) == ({"conv", "fc"}, "untrained weights")
    assert (tmp_path / "runs").read_text() == "x"  # the file was run once
    assert "user_model_net" not in sys.modules
    bench.close()
    assert not children()


def test_any_stored_moment_of_a_run_can_be_looked_at(bench: OwnBench, tmp_path: Path) -> None:
    choice, folder = opened(write(tmp_path, GOOD)), tmp_path / "run"
    (folder / SNAPSHOTS).mkdir(parents=True)
    weights = {name: torch.from_numpy(array.copy()) for name, array in bench.filters(choice, Weights())[0].items()}
    state = {f"{name}.weight": weight for name, weight in weights.items()}
    state |= {"conv.bias": torch.zeros(4), "fc.bias": torch.zeros(10)}
    for step in (0, 7):
        changed = {name: value + step for name, value in state.items()}
        snapshot = checkpoint.Snapshot(changed, 0, step, tuple("0123456789"), (0.5,), (0.5,))
        checkpoint.write_moment(folder / SNAPSHOTS / f"step-{step:08d}.safetensors", snapshot)
    for step in (7, 0):
        at = Weights(run="r", number=1, folder=folder, moment=step)
        insight = bench.look(choice, at, Image(PIXELS))
        assert np.allclose(insight.filters["conv"], weights["conv"].numpy() + step)
        assert insight.origin.en == f"run 1 · step {step}"
        expected, found = figures.of(insight), bench.figures(choice, at, Image(PIXELS))
        assert np.allclose(found.probabilities, expected.probabilities, atol=1e-6)
        assert list(found.outputs) == list(expected.outputs)
        for ours, theirs in ((found.outputs, expected.outputs), (found.weights, expected.weights)):
            for path, spread in theirs.items():
                assert np.allclose(ours[path].strength, spread.strength, rtol=1e-5)
                assert (ours[path].low, ours[path].dead, ours[path].maps) == (spread.low, spread.dead, spread.maps)


@pytest.mark.slow
def test_weights_of_a_file_are_checked_and_used(bench: OwnBench, tmp_path: Path) -> None:
    choice = opened(write(tmp_path, GOOD))
    weights = {
        "conv.weight": torch.full((4, 1, 3, 3), 2.0),
        "conv.bias": torch.zeros(4),
        "fc.weight": torch.zeros(10, 2704, dtype=torch.float16),
        "fc.bias": torch.arange(10.0),
    }
    safetensors.torch.save_file(weights, tmp_path / "good.safetensors")
    given = Weights(file=tmp_path / "good.safetensors")
    assert "float16" in bench.check(choice, given)[0].en
    insight = bench.look(choice, given, Image(PIXELS))
    assert insight.is_trained
    assert (insight.filters["conv"] == 2).all()
    assert insight.predictions[0].index == 9
    weights["fc.bias"] = torch.zeros(11)
    safetensors.torch.save_file(weights, tmp_path / "bad.safetensors")
    with pytest.raises(ExplorerError, match=r"fc.bias \(11,\) / \(10,\)"):
        bench.check(choice, Weights(file=tmp_path / "bad.safetensors"))
    assert len(children()) == 1  # a refusal does not cost the process


@pytest.mark.slow
def test_an_exported_program_brings_its_weights_and_takes_its_own_batch(bench: OwnBench) -> None:
    choice = opened(Path(__file__).parents[2] / "graph" / "branching.pt2", (1, 12, 12))  # exported with two images
    insight = bench.look(choice, Weights(), Image(PIXELS))
    assert insight.is_trained
    assert insight.origin.en == "file branching.pt2"
    assert insight.activations["first.0"].shape == (4, 12, 12)
    assert set(insight.filters) == {"first.0", "second", "last"}
    heat = bench.attribute(choice, Weights(), Image(PIXELS), Question(Method.GRAD_CAM, 1, "second")).heat
    assert heat.shape == (12, 12)


IN_FORWARD = {
    "raises": ("raise KeyError('nothing') if not x.is_meta else None", "Running net.py, line .* raised KeyError"),
    "ends": ("import os; os._exit(3)", "ended the program"),
    "never ends": ("\n        while True: pass", "come to an end"),
    "takes memory": ("\n        hoard = [bytearray(1 << 26) for _ in range(10_000)]", "GB of memory"),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name == "raises" else [pytest.mark.slow]) for name in IN_FORWARD]
)
def test_bad_code_ends_in_one_message_and_the_next_look_is_good(tmp_path: Path, bench: OwnBench, name: str) -> None:
    line, words = IN_FORWARD[name]
    bench = OwnBench(Limits(15 if name == "never ends" else 60, 1 << 30))
    bad = "        " + line.replace("raise KeyError('nothing') if not x.is_meta else None", "raise KeyError('nothing')")
    path = write(tmp_path, GOOD.replace(f"        {RETURN}", f"{bad}\n        {RETURN}"))
    choice = opened(path)
    try:
        with pytest.raises(ExplorerError, match=words) as caught:
            bench.look(choice, Weights(), Image(PIXELS))
        assert "\n" not in str(caught.value)
        good = opened(write(tmp_path, GOOD, "good.py"))
        assert bench.look(good, Weights(), Image(PIXELS)).predictions
    finally:
        bench.close()
    assert not children()


@pytest.mark.slow
def test_what_is_under_way_can_be_abandoned(tmp_path: Path, bench: OwnBench) -> None:
    choice = opened(write(tmp_path, "while True: pass\n" + GOOD))
    timer = threading.Timer(1.0, bench.abandon)
    timer.start()
    with pytest.raises(ExplorerError, match="cancelled"):
        bench.look(choice, Weights(), Image(PIXELS))
    timer.join()
    assert not children()


def test_a_forged_answer_is_no_danger(tmp_path: Path, bench: OwnBench) -> None:
    forged = {"activations": [["conv", ["float32", [1 << 40]]]], "filters": [], "image": ["uint8", [1, 1, 1]]}
    line = (
        "import os, pathlib, time; "
        f"pathlib.Path('forged').write_text({json.dumps(json.dumps(forged))}); os.replace('forged', '../1.json'); "
        "time.sleep(99)\n"
    )
    choice = opened(write(tmp_path, line + GOOD))
    with pytest.raises(ExplorerError, match="could not be read"):
        bench.look(choice, Weights(), Image(PIXELS))
    assert not children()


@pytest.mark.slow
def test_a_model_without_classes_is_looked_into(tmp_path: Path, bench: OwnBench) -> None:
    text = GOOD.replace(RETURN, "return {'maps': self.conv(x.double())}").replace(
        "nn.Conv2d(1, 4, 3)", "nn.Conv2d(1, 4, 3).double()"
    )
    choice = opened(write(tmp_path, text))
    insight = bench.look(choice, Weights(), Image(PIXELS))
    assert insight.predictions == ()
    assert insight.activations["conv"].shape == (4, 26, 26)
    with pytest.raises(ExplorerError, match="no number for class"):
        bench.attribute(choice, Weights(), Image(PIXELS), Question(Method.GRADIENT, 0))
