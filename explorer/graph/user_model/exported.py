"""A program saved by `torch.export` (`.pt2`): what its archive says, and as a model whose layers have their names back.

Loading one may run code that somebody put into it: `load` belongs into a process of its own. `describe` only reads.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.bilingual import Text
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

SUFFIX = ".pt2"
_BATCH = "_explorer_batch"  # of a loaded program
_MAX_GRAPH_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class Program:
    """What an archive says of itself: the batch of images, (N, C, H, W), that it was exported with."""

    batch: int
    input_shape: tuple[int, int, int]


def describe(path: Path) -> Program:
    """Reads what images the program takes, without running or unpacking anything of it.

    Raises:
        ExplorerError: It cannot be read, is no such archive, or does not take one batch of images.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            is_stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
            if not is_stored or sum(entry.file_size for entry in entries) > path.stat().st_size:
                raise _refused(path, "it is compressed, which PyTorch never does", "它是压缩的，而 PyTorch 从不压缩")
            models = [entry for entry in entries if "models/" in entry.filename and entry.filename.endswith(".json")]
            if not models or models[0].file_size > _MAX_GRAPH_BYTES:
                raise _refused(path, "it holds no program of torch.export", "其中没有 torch.export 程序")
            content = json.loads(archive.read(models[0]))
    except ExplorerError:
        raise
    except OSError as error:
        reason = error.strerror or "?"
        raise _refused(path, reason, reason) from error
    except Exception as error:  # the headers of a damaged archive can make `zipfile` raise nearly anything
        raise damaged(path) from error
    shape = _image_shape(content)
    if shape is None:
        raise _refused(path, "it does not take one batch of images", "它的输入不是一批图像")
    batch, channels, height, width = shape
    return Program(batch, (channels, height, width))


def _image_shape(content: Any) -> tuple[int, ...] | None:
    """The sizes of the only tensor that a program takes, or None."""
    try:
        module = content["graph_module"]
        inputs = [spec["user_input"]["arg"] for spec in module["signature"]["input_specs"] if "user_input" in spec]
        if len(inputs) != 1:
            return None
        sizes = module["graph"]["tensor_values"][inputs[0]["as_tensor"]["name"]]["sizes"]
        shape = tuple(_size(size) for size in sizes)
    except (KeyError, TypeError, IndexError, ValueError):
        return None
    return shape if len(shape) == 4 and min(shape) > 0 else None


def _size(size: Any) -> int:
    """A fixed size, or for one that may vary the one that the program was exported with."""
    if "as_int" in size:
        return int(size["as_int"])
    return int(size["as_expr"]["hint"]["as_int"])


def load(path: Path) -> nn.Module:
    """The program as a model of layers and blocks, each called what it was before the export. May run foreign code."""
    import torch

    model = torch.export.unflatten(torch.export.load(path))
    for module in list(model.modules()):
        _name_back(module)
    setattr(model, _BATCH, describe(path).batch)
    return model


def batch_of(model: nn.Module) -> int:
    """How many images `model` takes at once, if it is a program that takes no other number; else 1."""
    return int(getattr(model, _BATCH, 1))


def is_program(model: nn.Module) -> bool:
    """`model` is a program that `load` gave."""
    return hasattr(model, _BATCH)


def _name_back(module: Any) -> None:
    """Gives a module the class name that it had, and a layer of torch what defines it."""
    type_name = module.type_name() if callable(getattr(module, "type_name", None)) else None
    if not type_name:
        return
    place, _, name = type_name.rpartition(".")
    attributes = _attributes(module) if place.startswith("torch.nn") and not list(module.children()) else {}
    content = {"__module__": place if attributes else "exported", "__constants__": list(attributes)}
    module.__class__ = type(name, (type(module),), content)
    for key, value in attributes.items():
        if key not in module._parameters:
            object.__setattr__(module, key, value)


def _attributes(module: Any) -> dict[str, object]:
    """What the one call in a layer says of it, by torch's names."""
    from explorer.graph import operations

    calls = [node for node in module.graph.nodes if node.op == "call_function"]
    if len(calls) != 1:
        return {}
    args = tuple(_value(module, argument) for argument in calls[0].args)
    return operations.call_attributes(operations.name_of(calls[0].target), args, dict(calls[0].kwargs))


def _value(module: Any, argument: Any) -> Any:
    from torch import fx

    if not isinstance(argument, fx.Node):
        return argument
    return getattr(module, str(argument.target)) if argument.op == "get_attr" else argument.meta.get("val")


def damaged(path: Path) -> ExplorerError:
    return _refused(
        path,
        "the file is damaged, no file of torch.export, or made by a newer PyTorch",
        "文件已损坏，不是 torch.export 文件，或由更新版本的 PyTorch 生成",
    )


def _refused(path: Path, reason: str, reason_zh: str) -> ExplorerError:
    return ExplorerError(
        Text(f"{path.name} cannot be opened: {reason}.", f"无法打开 {path.name}：{reason_zh}。"),
        Text("Make it with torch.export.save(torch.export.export(model, (images,)), ...).",
             "请用 torch.export.save(torch.export.export(model, (images,)), ...) 生成。"),
    )  # fmt: skip
