"""Gradients and strongest images of a user's model: measured in its own process, and the same as anywhere else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import torch
from torch import nn

from explorer import catalogue
from explorer.data import datasets
from explorer.data.batches import as_input
from explorer.errors import ExplorerError
from explorer.graph.user_model import own, source
from explorer.inspection import signals, strongest
from explorer.runs.folder import checkpoint, own_source
from explorer.runs.folder.names import SNAPSHOTS
from explorer.runs.looking.drivers import DriversDesk
from explorer.runs.looking.learning import IMAGES, LearningDesk
from explorer.runs.looking.own_bench import OwnBench
from explorer.runs.looking.workbench import Weights
from explorer.runs.plan import RunPlan
from tests.graph.test_user_model import GOOD, RETURN, write

MEAN, STD = (0.3,), (0.35,)
STEP = 7


def made(text: str = GOOD) -> nn.Module:
    space: dict[str, Any] = {}
    exec(text, space)
    torch.manual_seed(0)
    model: nn.Module = space["Net"]()
    return model


class Run:
    """A stored run of the model in a file: at two moments with weights that differ."""

    def __init__(self, folder: Path, text: str = GOOD) -> None:
        folder.mkdir(exist_ok=True)
        self.path, self.folder, self.model = write(folder, text), folder / "run", made()
        (self.folder / SNAPSHOTS).mkdir(parents=True)
        self.own = own.describe(self.path, source.choose(self.path, None), (1, 28, 28))
        self.plan = RunPlan(self.own.card.default_choice(), "digits", own=self.own)
        own_source.keep(self.own, self.folder)
        for step in (0, STEP):
            with torch.no_grad():
                self.model.conv.bias += step
            weights = checkpoint.copy_weights(self.model)
            snapshot = checkpoint.Snapshot(weights, 0, step, tuple("0123456789"), MEAN, STD)
            checkpoint.write_moment(self.folder / SNAPSHOTS / f"step-{step:08d}.safetensors", snapshot)


def images(split: datasets.Dataset, count: int, *, is_test: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    chosen = (split.test if is_test else split.train).limited(count)
    return (as_input(chosen.images, (1, 28, 28)) / 255 - MEAN[0]) / STD[0], chosen.labels


@pytest.fixture
def desk() -> Iterator[LearningDesk]:
    desk = LearningDesk()
    yield desk
    desk.end()


def processes() -> list[psutil.Process]:
    return [child for child in psutil.Process().children(recursive=True) if "own_bench" in " ".join(child.cmdline())]


def test_a_stored_moment_is_measured_with_the_code_that_was_trained(desk: LearningDesk, tmp_path: Path) -> None:
    run = Run(tmp_path / "one")
    run.path.write_text("raise SystemExit\n")  # since then
    catalogue.add_own(replace(run.own, path=tmp_path / "elsewhere.py"))  # which is not asked
    found = desk.measure(run.plan, run.folder, STEP)
    expected = signals.measure(run.model, *images(datasets.load("digits"), IMAGES))
    assert found.loss == pytest.approx(expected.loss, rel=1e-4)
    assert [layer.path for layer in found.layers] == ["conv", "fc"]
    for ours, theirs in zip(found.layers, expected.layers, strict=True):
        assert ours.gradient == pytest.approx(theirs.gradient, rel=1e-3)
        assert ours.weights == pytest.approx(theirs.weights, rel=1e-5)
    assert [units.share for units in found.units] == [units.share for units in expected.units]
    (process,) = processes()
    assert desk.measure(run.plan, run.folder, 0).loss != found.loss
    assert processes() == [process]
    with pytest.raises(ExplorerError, match="no stored weights '9'"):
        desk.measure(run.plan, run.folder, 9)
    desk.end()
    assert not processes()
    catalogue.remove_own(run.own.card.name)


def test_a_model_that_fails_is_told_with_its_line(desk: LearningDesk, tmp_path: Path) -> None:
    bad = Run(tmp_path / "bad", GOOD.replace(RETURN, "raise KeyError('nothing')" + f"\n        {RETURN}"))
    with pytest.raises(ExplorerError, match=r"Running net.py, line 14 raised KeyError") as caught:
        desk.measure(bad.plan, bad.folder, 0)
    assert "出现 KeyError" in caught.value.message.zh


def test_what_never_ends_can_be_given_up(desk: LearningDesk, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    text = GOOD.replace(RETURN, f"open({str(begun)!r}, 'w').close()\n        while True: pass\n        {RETURN}")
    run = Run(tmp_path / "one", text)
    with pytest.raises(ExplorerError, match="cancelled"):
        desk.measure(run.plan, run.folder, 0, begun.exists)
    assert not processes()


@pytest.fixture
def bench() -> Iterator[OwnBench]:
    bench = OwnBench()
    yield bench
    bench.close()
    for model in catalogue.own_models():
        catalogue.remove_own(model.card.name)


def test_the_strongest_images_are_those_of_the_model_itself(bench: OwnBench, tmp_path: Path) -> None:
    run, desk = Run(tmp_path / "one"), DriversDesk(bench)
    catalogue.add_own(run.own)
    weights = Weights(folder=run.folder, moment=STEP)
    found = desk.find(run.plan.choice, weights, ("digits", None), "conv")
    test, _ = images(datasets.load("digits"), 400, is_test=True)
    expected = strongest.strongest(run.model, [test], "conv", count=8)
    assert expected is not None
    assert len(found.pixels) == len(test) == len(found.labels)
    np.testing.assert_allclose(found.found.values, expected.values, rtol=1e-4)
    maps = run.model.get_submodule("conv")(test).detach().numpy()  # equal values may be in another order
    places = found.found.images, np.arange(4)[:, None], found.found.rows, found.found.columns
    np.testing.assert_allclose(maps[places], expected.values, rtol=1e-4)
    with pytest.raises(ExplorerError, match="nowhere puts out neither maps nor a vector") as caught:
        desk.find(run.plan.choice, weights, ("digits", None), "nowhere")
    assert "不是每幅图像的特征图" in caught.value.message.zh


def test_who_goes_on_keeps_the_process(bench: OwnBench, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    slow = f"open({str(begun)!r}, 'w').close()\n        import time; time.sleep(0.05)\n        {RETURN}"
    run = Run(tmp_path / "one", GOOD.replace(RETURN, slow))
    catalogue.add_own(run.own)
    bench.warm(run.plan.choice)
    started, desk = processes(), DriversDesk(bench)
    with pytest.raises(ExplorerError):
        desk.find(run.plan.choice, Weights(), ("digits", None), "conv", begun.exists)
    assert processes() == started  # it has stopped between two batches
    assert desk.find(run.plan.choice, Weights(), ("digits", None), "fc").found.values.shape == (10, 8)


@pytest.mark.slow
def test_an_exported_program_is_given_as_many_images_as_it_takes(bench: OwnBench) -> None:
    path = Path(__file__).parents[1] / "graph" / "branching.pt2"  # exported with two images
    program = own.describe(path, None, (1, 12, 12))
    catalogue.add_own(program)
    odd = np.random.default_rng(0).integers(0, 256, (5, 12, 12, 1), dtype=np.uint8)
    choice = program.card.default_choice()
    found = bench.strongest(choice, Weights(), odd, "first.0", count=5, is_cancelled=lambda: False)
    assert found is not None
    assert sorted(found.images[0].tolist()) == [0, 1, 2, 3, 4]
