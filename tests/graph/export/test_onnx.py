"""ONNX needs packages that are optional; without them the message says which command brings them."""

import importlib.util
from types import ModuleType
from typing import cast

import pytest
import torch

from explorer import catalogue
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
