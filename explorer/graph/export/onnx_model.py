"""A model as ONNX, by torch's own exporter, which needs packages that are not installed by default."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from explorer import catalogue
from explorer.bilingual import Text
from explorer.errors import ExplorerError, said_by
from explorer.graph.export import Written, onnx_needs
from explorer.graph.mismatch.error import ShapeError
from explorer.graph.producers import tensors_in
from explorer.graph.user_model import exported

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
    if request.graph.mismatch is not None:
        raise ShapeError(request.graph)
    if request.elsewhere is not None:
        return request.elsewhere()
    model = request.model
    if model is None:
        if request.choice is None:
            raise ExplorerError(
                Text("It is not known which model this is the graph of.", "不知道这是哪个模型的计算图。"),
                Text("Open the model's file.", "请打开模型文件。"),
            )
        model = catalogue.build(request.choice)
    return checked(model, request.graph.input_shape)


def checked(model: nn.Module, input_shape: tuple[int, ...]) -> Written:
    """`model` as an ONNX file that was compared with torch.

    Raises:
        ExplorerError: As `render`.
    """
    size = sum(parameter.numel() * parameter.element_size() for parameter in model.parameters())
    if size > _MOST_BYTES:
        raise ExplorerError(
            Text("The weights are larger than one ONNX file can be.", "权重超过了单个 ONNX 文件的上限。"),
            Text("Choose a smaller architecture.", "请选择较小的网络结构。"),
        )
    content = onnx_bytes(model, input_shape)
    notes = (_compared(model, content, input_shape),)
    return Written(content, (*notes, _at_once(exported.batch_of(model))) if exported.is_program(model) else notes)


def _at_once(count: int) -> Text:
    return Text(
        f"As the program that it comes from, it takes {count} images at once.",
        f"与原程序一样，它每次接收 {count} 幅图像。",
    )


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


def _not_expressed(error: BaseException) -> ExplorerError:
    """What the exporter's refusal comes from; its own words are instructions for developers of torch."""
    cause = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    reason = said_by(cause).rstrip(".") or type(cause).__name__
    return ExplorerError(
        Text(f"The model cannot be written as ONNX: {reason}.", f"该模型无法导出为 ONNX：{reason}。"),
        Text(
            "What depends on the values of an image, such as if x.mean() > 0, has no place in such a file; "
            "nor has what is no function of torch.",
            "依赖图像数值的分支（例如 if x.mean() > 0）以及非 torch 函数无法写入这种文件。",
        ),
    )


def largest_difference(model: nn.Module, content: bytes, input_shape: tuple[int, ...]) -> float:
    """Between the outputs of `model` and of the ONNX model `content` for a few random images.

    As a share of the largest output, both in evaluation mode.
    """
    import onnxruntime

    generator = torch.Generator().manual_seed(0)
    count = exported.batch_of(model) if exported.is_program(model) else 3
    images = torch.randn(count, *input_shape, generator=generator)
    expected = _outputs(model, images)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    found = session.run(None, {"images": images.numpy()})
    largest = 0.0
    for right, other in zip(expected, found, strict=True):
        right = right.double()
        scale = right.abs().max().clamp_min(1e-12)
        largest = max(largest, float(((torch.from_numpy(other).double() - right).abs().max() / scale).item()))
    return largest


def _outputs(model: nn.Module, images: torch.Tensor) -> list[torch.Tensor]:
    """All tensors that `model` puts out in evaluation mode, in their order."""
    was_training = model.training
    model.eval()
    device = next((parameter.device for parameter in model.parameters()), torch.device("cpu"))
    try:
        with torch.no_grad():
            return [output.cpu() for output in tensors_in(model(images.to(device)))]
    finally:
        model.train(was_training)


def onnx_bytes(model: nn.Module, input_shape: tuple[int, ...]) -> bytes:
    """`model` in evaluation mode as the content of one ONNX file.

    Its input is called "images" (N, C, H, W), its output "logits"; several are called "output0" and so on. It takes
    any number of images, but for an exported program, which is fixed in that.
    """
    device = next((parameter.device for parameter in model.parameters()), torch.device("cpu"))
    is_program = exported.is_program(model)
    images = torch.zeros(exported.batch_of(model) if is_program else 2, *input_shape, device=device)
    count = len(_outputs(model, images))
    names = ["logits"] if count == 1 else [f"output{number}" for number in range(count)]
    was_training = model.training
    model.eval()
    batch = torch.export.Dim("batch")
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.onnx"
            torch.onnx.export(
                model,
                (images,),
                path,
                input_names=["images"],
                output_names=names,
                dynamic_shapes=None if is_program else ({0: batch},),
                dynamo=True,
                external_data=False,
                verbose=False,
            )
            return path.read_bytes()
    except torch.onnx.errors.OnnxExporterError as error:
        raise _not_expressed(error) from error
    finally:
        model.train(was_training)
