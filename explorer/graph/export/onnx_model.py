"""A model as ONNX, by torch's own exporter, which needs packages that are not installed by default."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from explorer import catalogue
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph.export import Written, onnx_needs

if TYPE_CHECKING:
    from torch import nn

    from explorer.graph.export import Request

_MOST_BYTES = 2_000_000_000  # of weights: the format's file ends at 2 GiB
_TOLERANCE = 1e-3  # of the largest output, between torch and ONNX Runtime


def render(request: Request) -> Written:
    """The model of the request, or the choice built anew, as an ONNX file that was compared with torch.

    Raises:
        ExplorerError: A package is missing, or there is no model, or one that the format cannot express.
    """
    onnx_needs.check()
    model = request.model
    if model is None:
        if request.choice is None:
            raise ExplorerError(
                Text("A model from a file of your own is not written as ONNX.", "您自己文件中的模型不能导出为 ONNX。"),
                Text("Call torch.onnx.export in that file.", "请在该文件中调用 torch.onnx.export。"),
            )
        model = catalogue.build(request.choice)
    size = sum(parameter.numel() * parameter.element_size() for parameter in model.parameters())
    if size > _MOST_BYTES:
        raise ExplorerError(
            Text("The weights are larger than one ONNX file can be.", "权重超过了单个 ONNX 文件的上限。"),
            Text("Choose a smaller architecture.", "请选择较小的网络结构。"),
        )
    content = onnx_bytes(model, request.graph.input_shape)
    return Written(content, (_compared(model, content, request.graph.input_shape),))


def _compared(model: nn.Module, content: bytes, input_shape: tuple[int, ...]) -> Text:
    """Runs `content` on random images and says how near its output is to that of `model`.

    Raises:
        ExplorerError: It is another output.
    """
    if not onnx_needs.can_compare():
        return Text(
            "ONNX Runtime is not installed, so the model was not run. To check it: pip install onnxruntime",
            "没有安装 ONNX Runtime\uff0c因此未运行该模型进行核对。可运行\uff1apip install onnxruntime",
        )
    difference = largest_difference(model, content, input_shape)
    if not difference <= _TOLERANCE:
        raise ExplorerError(
            Text(
                f"The ONNX model computes something else than PyTorch: outputs differ by {difference:.1e}.",
                f"ONNX 模型的结果与 PyTorch 不一致\uff1a输出相差 {difference:.1e}。",
            ),
            Text("Nothing was written.", "没有写入文件。"),
        )
    return Text(
        f"Checked with ONNX Runtime: its output differs from PyTorch's by {difference:.0e} of the largest.",
        f"已用 ONNX Runtime 核对\uff1a与 PyTorch 的输出最多相差最大值的 {difference:.0e}。",
    )


def largest_difference(model: nn.Module, content: bytes, input_shape: tuple[int, ...]) -> float:
    """Between the outputs of `model` and of the ONNX model `content` for three random images.

    As a share of the largest output, both in evaluation mode.
    """
    import onnxruntime

    was_training = model.training
    model.eval()
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(3, *input_shape, generator=generator)
    try:
        with torch.no_grad():
            expected = model(images.to(next(model.parameters()).device)).cpu()
    finally:
        model.train(was_training)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (logits,) = session.run(["logits"], {"images": images.numpy()})
    largest = expected.abs().max().clamp_min(1e-12)
    return float(((torch.from_numpy(logits) - expected).abs().max() / largest).item())


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
