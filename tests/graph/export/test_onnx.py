"""ONNX needs packages that are optional; without them the message says which command brings them."""

import importlib.util

import pytest
import torch

from explorer import catalogue
from explorer.errors import ExplorerError
from explorer.graph.export import onnx_model
from tests.graph.export.drawing import request_of


def test_without_the_packages_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ExplorerError, match=r"onnx, onnxscript.*pip install onnx onnxscript onnxruntime"):
        onnx_model.render(request_of("lenet", suffix=".onnx"))


@pytest.mark.parametrize("name", ["lenet_bn", "mnist_inception"])
@pytest.mark.filterwarnings("ignore")
def test_the_onnx_model_computes_the_same(name: str) -> None:
    pytest.importorskip("onnxscript")
    runtime = pytest.importorskip("onnxruntime")
    choice = catalogue.find(name).default_choice()
    model = catalogue.build(choice)
    session = runtime.InferenceSession(onnx_model.onnx_bytes(model, choice.input_shape))
    assert model.training
    images = torch.randn(3, *choice.input_shape)
    with torch.no_grad():
        expected = model.eval()(images)
    (logits,) = session.run(["logits"], {"images": images.numpy()})
    torch.testing.assert_close(torch.from_numpy(logits), expected, atol=1e-5, rtol=1e-4)
