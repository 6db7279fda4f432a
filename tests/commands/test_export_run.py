"""`export RUN`: the network of a stored run, with its weights."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer import catalogue, paths
from explorer.app import main
from explorer.commands import export_run
from explorer.graph.export import onnx_model
from explorer.runs.folder import checkpoint
from explorer.runs.folder.checkpoint import read_moment
from explorer.runs.folder.moments import moments
from explorer.runs.shelf.store import Store
from tests.commands.test_commands import Capture, call, refused
from tests.commands.test_own_training import USUAL, train
from tests.graph.test_user_model import GOOD, write
from tests.gui.stored_moments import STEPS, stored_run

PIXELS = np.random.default_rng(0).random((3, 1, 28, 28)).astype(np.float32)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Of a stored run of LeNet with several moments."""
    store = Store(paths.runs())
    yield store.folder(stored_run(store))
    store.close()


def expected(path: Path) -> torch.Tensor:
    model = catalogue.build(catalogue.find("lenet").default_choice())
    model.load_state_dict(read_moment(path).weights)
    with torch.no_grad():
        return model.eval()(torch.from_numpy(PIXELS))


@pytest.mark.parametrize(
    ("name", "is_run"),
    [
        ("3", True),
        ("last", True),
        ("3@best", True),
        ("20260101T000000Z-lenet-0a1b2c3d@120", True),
        ("lenet", False),
        ("torchvision/resnet18", False),
        (None, False),
    ],
)
def test_what_means_a_run(name: str | None, is_run: bool) -> None:
    assert export_run.is_run(name) is is_run


@pytest.mark.filterwarnings("ignore")
def test_the_weights_of_the_moment_are_in_the_model(folder: Path, tmp_path: Path, capsys: Capture) -> None:
    runtime = pytest.importorskip("onnxruntime", reason="ONNX is optional")
    pytest.importorskip("onnxscript", reason="ONNX is optional")
    for which, step in (("", 20), ("@best", 10)):
        path = tmp_path / f"{step}.onnx"
        assert main(["export", f"last{which}", "--out", str(path)]) == 0
        assert f"run 1 after step {step}" in capsys.readouterr().err
        (logits,) = runtime.InferenceSession(path.read_bytes()).run(["logits"], {"images": PIXELS})
        moment = next(moment for moment in moments(folder) if moment.step == step)
        torch.testing.assert_close(torch.from_numpy(logits), expected(moment.path), atol=1e-4, rtol=1e-3)


def test_other_forms_are_of_the_runs_network(folder: Path, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "net.csv"
    assert call(capsys, "export", folder.name, "--out", path) == {"file": str(path)}
    assert "6x28x28" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_cannot_be_is_refused(folder: Path, tmp_path: Path, capsys: Capture, language: str) -> None:
    out = tmp_path / "net.onnx"
    assert "no run '7'" in refused(capsys, "export", 7, "--out", out)
    assert "--classes" in refused(capsys, "export", 1, "--classes", 5, "--out", out)
    assert "--set" in refused(capsys, "export", 1, "--set", "activation=relu", "--out", out)
    pytest.importorskip("onnx", reason="ONNX is optional")
    assert f"{STEPS[0]}, {STEPS[1]}" in refused(capsys, "export", "1@99", "--out", out)
    error = export_run._said_twice("--set")
    assert {"en": "The run says already", "zh": "已由该运行确定"}[language] in getattr(error.message, language)
    assert not out.exists()


@pytest.mark.slow
def test_a_run_of_a_model_of_the_user_brings_its_own_code(tmp_path: Path) -> None:
    runtime = pytest.importorskip("onnxruntime", reason="ONNX is optional")
    pytest.importorskip("onnxscript", reason="ONNX is optional")
    path, runs, out = write(tmp_path, GOOD), tmp_path / "runs", tmp_path / "net.onnx"
    trained = train(runs, "--model", f"{path}:Net", *USUAL, "--epochs", "1")
    assert trained.returncode == 0, trained.stderr
    path.write_text("raise SystemExit\n")
    command = [sys.executable, "-m", "explorer", "export", "last", "--out", str(out), "--runs-dir", str(runs)]
    written = subprocess.run(command, cwd=paths.program_folder(), capture_output=True, text=True, check=False)
    assert written.returncode == 0, written.stderr
    assert "Weights of run 1 after step 2." in written.stderr
    (logits,) = runtime.InferenceSession(out.read_bytes()).run(["logits"], {"images": PIXELS})
    (run,) = [folder for folder in runs.iterdir() if folder.is_dir()]
    weights = checkpoint.weights(run).weights
    maps = torch.relu(torch.conv2d(torch.from_numpy(PIXELS), weights["conv.weight"], weights["conv.bias"]))
    expected = torch.nn.functional.linear(maps.flatten(1), weights["fc.weight"], weights["fc.bias"])
    torch.testing.assert_close(torch.from_numpy(logits), expected, atol=1e-4, rtol=1e-3)


@pytest.mark.slow
def test_a_file_of_the_user_is_written_in_a_process_of_its_own(tmp_path: Path, capsys: Capture) -> None:
    runtime = pytest.importorskip("onnxruntime", reason="ONNX is optional")
    pytest.importorskip("onnxscript", reason="ONNX is optional")
    path, out = write(tmp_path, GOOD), tmp_path / "net.onnx"
    assert main(["export", "--model", f"{path}:Net", "--input", "1x28x28", "--out", str(out)]) == 0
    assert "Checked with ONNX Runtime" in capsys.readouterr().err
    (logits,) = runtime.InferenceSession(out.read_bytes()).run(["logits"], {"images": PIXELS})
    assert logits.shape == (3, 10)
    program = Path(__file__).parents[1] / "graph" / "branching.pt2"
    assert main(["export", "--model", str(program), "--out", str(out)]) == 0
    said = capsys.readouterr().err
    assert "Checked with ONNX Runtime" in said
    assert "takes 2 images at once" in said
    (logits,) = runtime.InferenceSession(out.read_bytes()).run(["logits"], {"images": PIXELS[:2, :, :12, :12]})
    expected = torch.export.load(program).module()(torch.from_numpy(PIXELS[:2, :, :12, :12]))
    torch.testing.assert_close(torch.from_numpy(logits), expected.detach(), atol=1e-4, rtol=1e-3)
    assert onnx_model._at_once(2).zh == "与原程序一样，它每次接收 2 幅图像。"
    for model in catalogue.own_models():
        catalogue.remove_own(model.card.name)
