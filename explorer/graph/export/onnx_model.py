"""A model as ONNX, by torch's own exporter, which needs packages that are not installed by default."""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from explorer import catalogue
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph.export import Written

if TYPE_CHECKING:
    from torch import nn

    from explorer.graph.export import Request

_NEEDED = ("onnx", "onnxscript")
_MOST_BYTES = 2_000_000_000  # of weights: the format's file ends at 2 GiB


def render(request: Request) -> Written:
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        names = ", ".join(missing)
        raise ExplorerError(
            Text(
                f"Writing ONNX needs packages that are not installed: {names}.",
                f"导出 ONNX 需要尚未安装的软件包：{names}。",
            ),
            Text('Install them with: pip install "cnn-explorer[onnx]"', '请运行：pip install "cnn-explorer[onnx]"'),
        )
    model = request.model
    if model is None:
        if request.choice is None:
            raise ExplorerError(
                Text("There is no model to write.", "没有可以导出的模型。"),
                Text("Choose an architecture first.", "请先选择一个网络结构。"),
            )
        model = catalogue.build(request.choice)
    size = sum(parameter.numel() * parameter.element_size() for parameter in model.parameters())
    if size > _MOST_BYTES:
        raise ExplorerError(
            Text("The weights are larger than one ONNX file can be.", "权重超过了单个 ONNX 文件的上限。"),
            Text("Choose a smaller architecture.", "请选择较小的网络结构。"),
        )
    return Written(onnx_bytes(model, request.graph.input_shape))


def onnx_bytes(model: nn.Module, input_shape: tuple[int, ...]) -> bytes:
    """`model` in evaluation mode as the content of one ONNX file; input "images" (N, C, H, W), output "logits"."""
    was_training = model.training
    model.eval()
    images = torch.zeros(2, *input_shape, device=next(model.parameters()).device)
    batch = torch.export.Dim("batch")
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.onnx"
            torch.onnx.export(
                model,
                (images,),
                path,
                input_names=["images"],
                output_names=["logits"],
                dynamic_shapes=({0: batch},),
                dynamo=True,
                external_data=False,
                verbose=False,
            )
            return path.read_bytes()
    finally:
        model.train(was_training)
