"""ONNX needs packages that are optional; without them the message says which command brings them."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest
import torch

from explorer import catalogue
from explorer.app import main
from explorer.catalogue import LECTURE
from explorer.errors import ExplorerError
from explorer.graph.export import onnx_model, onnx_needs
from tests.graph.export.drawing import request_of


def test_without_the_packages_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ExplorerError, match=r"onnx, onnxscript.*pip install onnx onnxscript onnxruntime"):
        onnx_model.render(request_of("lenet", suffix=".onnx"))


SLOW = pytest.mark.slow
LECTURES = [card.name for card in catalogue.cards().values() if card.family == LECTURE]
QUICK = ("lenet_bn", "mnist_inception")


@pytest.fixture
def runtime() -> ModuleType:
    """ONNX Runtime, where it and what writes the files are installed."""
    for package in ("onnx", "onnxscript"):
        pytest.importorskip(package, reason="ONNX is optional: pip install onnx onnxscript onnxruntime")
    return cast("ModuleType", pytest.importorskip("onnxruntime", reason="ONNX Runtime is optional"))


@pytest.mark.parametrize("name", [name if name in QUICK else pytest.param(name, marks=SLOW) for name in LECTURES])
@pytest.mark.filterwarnings("ignore")
def test_the_onnx_model_computes_the_same(runtime: ModuleType, name: str) -> None:
    choice = catalogue.find(name).default_choice()
    model = catalogue.build(choice)
    content = onnx_model.onnx_bytes(model, choice.input_shape)
    assert model.training
    session = runtime.InferenceSession(content)
    images = torch.randn(3, *choice.input_shape)
    with torch.no_grad():
        expected = model.eval()(images)
    (logits,) = session.run(["logits"], {"images": images.numpy()})
    torch.testing.assert_close(torch.from_numpy(logits), expected, atol=1e-4, rtol=1e-3)
    assert onnx_model.largest_difference(model, content, choice.input_shape) < 1e-4


@pytest.mark.filterwarnings("ignore")
def test_a_model_that_computes_something_else_is_not_written(
    runtime: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = request_of("lenet", suffix=".onnx")
    assert request.choice is not None
    torch.manual_seed(1)
    other = onnx_model.onnx_bytes(catalogue.build(request.choice), request.graph.input_shape)
    monkeypatch.setattr(onnx_model, "onnx_bytes", lambda model, shape: other)
    with pytest.raises(ExplorerError, match="computes something else"):
        onnx_model.render(request)


@pytest.mark.filterwarnings("ignore")
def test_the_check_is_told_or_how_to_get_it(runtime: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    request = request_of("lenet", suffix=".onnx")
    (note,) = onnx_model.render(request).notes
    assert "Checked with ONNX Runtime" in note.en
    monkeypatch.setattr(onnx_needs, "can_compare", lambda: False)
    (note,) = onnx_model.render(request).notes
    assert "pip install onnxruntime" in note.en


BRANCHES = """
from torch import nn
class Net(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.a, self.b = nn.Conv2d(1, width, 3), nn.LazyConv2d(2, 1)
    def forward(self, x):
        x = self.a(x)
        return {"maps": x, "pooled": [self.b(x).mean((2, 3))]}
"""
LOOKS = BRANCHES.replace("        x = self.a(x)\n", "        x = self.a(x)\n        x = x if x.mean() > 0 else -x\n")


@SLOW
@pytest.mark.parametrize("text", [BRANCHES, LOOKS])
def test_a_model_of_the_user_is_written_in_a_process_of_its_own(
    runtime: ModuleType, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "net.py", tmp_path / "net.onnx"
    path.write_text(text)
    status = main(["export", "--model", str(path), "--input", "1x9x9", "--arg", "width=3", "--out", str(out)])
    told = capsys.readouterr().err
    if text == LOOKS:
        assert status == 2
        assert "cannot be written as ONNX: " in told
        assert not out.exists()
        return
    assert status == 0, told
    assert "its output differs from PyTorch" in told
    session = runtime.InferenceSession(out.read_bytes())
    assert [output.name for output in session.get_outputs()] == ["output0", "output1"]
    maps, pooled = session.run(None, {"images": torch.zeros(5, 1, 9, 9).numpy()})
    assert (maps.shape, pooled.shape) == ((5, 3, 7, 7), (5, 2))
