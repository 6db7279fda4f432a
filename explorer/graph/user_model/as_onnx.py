"""A model of the user as ONNX: built, written and compared with torch in a process of its own. No torch here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph.user_model import exported, onnx_child, sandbox

if TYPE_CHECKING:
    from explorer.catalogue import Choice, OwnModel

CHILD = "explorer.graph.user_model.onnx_child"
LIMITS = sandbox.Limits(seconds=300, memory=8 << 30)


def written(own: OwnModel, choice: Choice, limits: sandbox.Limits = LIMITS) -> tuple[bytes, tuple[Text, ...]]:
    """The content of the file, and what the user should know about it.

    Raises:
        ExplorerError: The file cannot be run, or torch cannot write its model so.
    """
    if own.path.suffix.lower() == exported.SUFFIX:
        raise _is_program(own)
    request = {"own": own.to_json(), "choice": choice.to_json()}
    with sandbox.Sandbox(CHILD, "../request.json", "../answer.json", request=request) as process:
        told = process.answer(process.folder / "answer.json", limits)
        if "message" in told:
            raise ExplorerError(Text(*told["message"]), Text(*told["hint"]) if told["hint"] else None)
        content = (process.folder / onnx_child.MODEL).read_bytes()
    return content, tuple(Text(*note) for note in told["notes"])


def _is_program(own: OwnModel) -> ExplorerError:
    name = own.path.name
    return ExplorerError(
        Text(f"{name} is a program of torch.export, which torch itself writes as ONNX.",
             f"{name} 是 torch.export 程序，可由 torch 直接导出为 ONNX。"),
        Text(f"Run: torch.onnx.export(torch.export.load({name!r}), (), 'net.onnx')",
             f"请运行：torch.onnx.export(torch.export.load({name!r}), (), 'net.onnx')"),
    )  # fmt: skip
