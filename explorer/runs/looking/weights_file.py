"""Weights from a file of the user, beside an architecture: `.safetensors`, or what `torch.save(state_dict)` writes.

Such a file may come from anywhere. Nothing in it is run, what it claims is compared with what it holds before anything
is allocated, and every damage ends in one sentence.
"""

import contextlib
import pickle
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import safetensors
import torch
from torch import Tensor, nn

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.runs.folder.checkpoint import SCHEMA, Weights, check_fit

SUFFIXES = (".safetensors", ".pt", ".pth")
MAX_BYTES = 16 << 30
MAX_TENSORS = 10_000  # the largest networks have some thousands; many small ones take seconds to read

_PREFIXES = ("module.", "_orig_mod.")  # of DataParallel, and of torch.compile
_INSIDE = ("state_dict", "model_state_dict", "model", "net", "weights")  # where training scripts put the weights
_COUNTER = "num_batches_tracked"


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """What a file holds.

    Attributes:
        notes: What was done to the weights that the user should know.
        warnings: What is wrong with them, although they can be used.
    """

    name: str
    weights: Weights
    notes: tuple[Text, ...] = ()
    warnings: tuple[Text, ...] = ()

    def params(self) -> int:
        """Elements of all weights but the statistics of batch normalisation."""
        buffers = ("running_mean", "running_var", _COUNTER)
        return sum(value.numel() for name, value in self.weights.items() if not name.endswith(buffers))


def read(path: Path) -> WeightsFile:
    """The weights in `path`, on the CPU.

    Raises:
        ExplorerError: It cannot be read, is damaged, would run code, or holds something else than weights.
    """
    name = _shown(path)
    try:
        if not path.is_file():
            raise _refused(name, "it is not a file", "它不是普通文件")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _refused(name, "it is larger than 16 GB", "它大于 16 GB")
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        reason = error.strerror or "?"
        raise _refused(name, reason, reason) from error
    if not start:
        raise _refused(name, "it is empty", "它是空的")
    if path.suffix.lower() == ".safetensors" or start[8:9] == b"{":
        return _checked(name, _of_safetensors(path, name))
    return _checked(name, _of_torch(path, name, start))


def fit(found: WeightsFile, model: nn.Module) -> WeightsFile:
    """`found` with the names and kinds of numbers of `model`, which may be without weights itself.

    Raises:
        ExplorerError: Names or shapes differ; the message lists the first differences.
    """
    own = model.state_dict()
    weights, notes = dict(found.weights), list(found.notes)
    for prefix in _PREFIXES:
        if weights and all(name.startswith(prefix) for name in weights) and not any(n.startswith(prefix) for n in own):
            weights = {name.removeprefix(prefix): value for name, value in weights.items()}
            notes += _notes_on(prefix)
    prefix = _outer_prefix(weights, own)
    if prefix:
        notes += _notes_on(prefix, others=sum(not name.startswith(prefix) for name in weights))
        weights = {name.removeprefix(prefix): v for name, v in weights.items() if name.startswith(prefix)}
    counters = [name for name in own if name not in weights and name.endswith(_COUNTER)]
    if counters:  # files from before PyTorch 0.4.1 have none
        weights.update({name: torch.zeros((), dtype=torch.int64) for name in counters})
        notes.append(
            Text("Counters of batch normalisation are missing and begin at 0.", "缺少批量规范化的计数，从 0 开始。")
        )
    check_fit(model, weights, found.name)
    cast = {
        value.dtype for key, value in weights.items() if value.is_floating_point() and value.dtype != own[key].dtype
    }
    if cast:
        written = ", ".join(sorted(str(dtype).removeprefix("torch.") for dtype in cast))
        notes.append(Text(f"Stored as {written}; used as float32.", f"以 {written} 存储，按 float32 使用。"))
    weights = {name: weights[name].to(value.dtype) for name, value in own.items()}
    return replace(found, weights=weights, notes=tuple(notes), warnings=_not_finite(weights))


def _outer_prefix(weights: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    """What stands before the names of all of the network's tensors in a file of something around it; "" if nothing.

    Such as `model.` where a Lightning module or a trainer holds the network.
    """
    needed = [name for name in own if not name.endswith(_COUNTER)]
    if not needed or any(name in weights for name in needed):
        return ""
    longest = max(needed, key=len)
    prefixes = [name.removesuffix(longest) for name in weights if name.endswith(f".{longest}")]
    return next((prefix for prefix in prefixes if all(prefix + name in weights for name in needed)), "")


def _notes_on(prefix: str, others: int = 0) -> list[Text]:
    notes = [Text(f"The prefix “{prefix}” was taken off the names.", f"已去掉名称前缀“{prefix}”。")]
    if others:
        notes.append(Text(f"Left out what has another: {others} tensors.", f"忽略了其他前缀的 {others} 个张量。"))
    return notes


def _of_safetensors(path: Path, name: str) -> dict[str, Any]:
    try:
        with safetensors.safe_open(path, framework="pt", device="cpu") as file:
            about = file.metadata() or {}
            if about.get("schema", "").isdecimal() and int(about["schema"]) > SCHEMA and "epoch" in about:
                raise _newer(name)
            names = list(file.keys())
            if len(names) > MAX_TENSORS:
                raise _too_many(name)
            return {key: file.get_tensor(key).clone() for key in names}  # copied, as in `checkpoint`
    except ExplorerError:
        raise
    except Exception as error:  # the library has one kind of error for damage, and torch others for odd numbers
        raise _damaged(name) from error


def _of_torch(path: Path, name: str, start: bytes) -> dict[str, Any]:
    records = _check_archive(path, name) if start.startswith(b"PK") else None
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        if start.startswith((b"PK", b"\x80")) and "global" in str(error).lower():
            raise _runs_code(name) from error
        raise _damaged(name) from error
    except Exception as error:  # damaged files raise eight kinds of errors; to the user they are one
        raise _damaged(name) from error
    weights = _weights_in(content, name)
    if records is not None:
        _check_whole(weights, records, name)
    return weights


def _check_whole(weights: Mapping[str, Any], records: list[int], name: str) -> None:
    """Refuses an archive with less in it than its tensors need, which torch 2.8 reads past its end."""
    storages = {
        value.untyped_storage().data_ptr(): value.untyped_storage().nbytes()
        for value in weights.values()
        if isinstance(value, Tensor) and value.layout == torch.strided and not value.is_meta
    }
    if Counter(size for size in storages.values() if size) - Counter(records):
        raise _damaged(name)


def _check_archive(path: Path, name: str) -> list[int]:
    """How many bytes each part of the archive has.

    Refuses what would unpack to more than the file holds, and other kinds of archives, before torch reads them.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
        total = sum(entry.file_size for entry in entries)
        is_stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
        inner = {entry.filename.partition("/")[2] for entry in entries}
        size = path.stat().st_size
    except Exception as error:  # the headers of a damaged archive can make `zipfile` raise nearly anything
        raise _damaged(name) from error
    if "constants.pkl" in inner or any(entry.startswith("code/") for entry in inner):
        raise _other(name, "a TorchScript program", "TorchScript 程序")
    if not is_stored or total > size:
        raise _refused(
            name, "it is compressed, which PyTorch never does with weights", "它是压缩的，而 PyTorch 从不压缩权重"
        )
    if len(entries) > MAX_TENSORS:
        raise _too_many(name)
    if "archive_format" in inner or any(entry.startswith("models/") for entry in inner):
        raise _other(
            name,
            "a program of torch.export",
            "torch.export 程序",
            "Open it as a model (.pt2).",
            "请将它作为模型（.pt2）打开。",
        )
    return [entry.file_size for entry in entries]


def _weights_in(content: object, name: str) -> dict[str, Any]:
    """The weights in what a training script has saved."""
    if not isinstance(content, Mapping):
        kind = type(content).__name__
        raise _other(name, f"a {kind}, not weights by their names", f"{kind}，而不是按名称保存的权重")
    schema = content.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        raise _newer(name)
    for key in _INSIDE:
        inside = content.get(key)
        if isinstance(inside, Mapping):
            return dict(inside)
    return dict(content)


def _checked(name: str, content: dict[str, Any]) -> WeightsFile:
    if len(content) > MAX_TENSORS:
        raise _too_many(name)
    if not content:
        raise _refused(name, "it holds no weights", "其中没有权重")
    for key, value in content.items():
        if not isinstance(key, str) or not isinstance(value, Tensor):
            kind = type(value).__name__
            raise _other(
                name, f"a {kind} called {str(key)[:60]!r} among the weights", f"名为 {str(key)[:60]!r} 的 {kind}"
            )
        _check_tensor(name, key, value)
    return WeightsFile(name, {key: value.detach() for key, value in content.items()})


def _check_tensor(name: str, key: str, value: Tensor) -> None:
    if value.layout != torch.strided or value.is_quantized or value.is_meta:
        raise _other(name, f"a sparse, quantised or empty tensor, {key[:60]}", f"稀疏、量化或无内容的张量 {key[:60]}")
    if value.is_complex():
        raise _other(name, f"complex numbers, {key[:60]}", f"复数 {key[:60]}")
    if value.numel() * value.itemsize > value.untyped_storage().nbytes():
        raise _refused(
            name, f"{key[:60]} claims more numbers than the file holds", f"{key[:60]} 声称的数值多于文件所含"
        )


def _not_finite(weights: Mapping[str, Tensor]) -> tuple[Text, ...]:
    bad = [key for key, value in weights.items() if value.is_floating_point() and not bool(value.isfinite().all())]
    if not bad:
        return ()
    listed = ", ".join(bad[:3]) + (" …" if len(bad) > 3 else "")
    return (
        Text(
            f"{len(bad)} of {len(weights)} tensors hold values that are not numbers (NaN or infinite): {listed}",
            f"{len(weights)} 个张量中有 {len(bad)} 个含有 NaN 或无穷大：{listed}",
        ),
    )


def _shown(path: Path) -> str:
    """The file's name on one line."""
    name = path.name
    with contextlib.suppress(UnicodeEncodeError):
        name.encode()
        return "".join(letter if letter.isprintable() else "?" for letter in name)
    return name.encode(errors="replace").decode()


def _refused(name: str, reason: str, reason_zh: str) -> ExplorerError:
    return ExplorerError(
        Text(f"The weights in {name} cannot be used: {reason}.", f"无法使用 {name} 中的权重：{reason_zh}。"),
        Text(
            "Save them again with torch.save(model.state_dict(), ...) or as safetensors.",
            "请用 torch.save(model.state_dict(), ...) 或 safetensors 重新保存。",
        ),
    )


def _damaged(name: str) -> ExplorerError:
    return _refused(name, "the file is damaged or no file of weights", "文件已损坏，或不是权重文件")


def _too_many(name: str) -> ExplorerError:
    return _refused(name, f"it holds more than {MAX_TENSORS:,} tensors", f"其中的张量多于 {MAX_TENSORS:,} 个")


def _runs_code(name: str) -> ExplorerError:
    return _refused(
        name,
        "it holds objects that would run code when loaded, such as a whole model",
        "其中的对象（例如整个模型）在加载时会运行代码",
    )


def _other(name: str, what: str, what_zh: str, hint: str = "", hint_zh: str = "") -> ExplorerError:
    error = _refused(name, f"it holds {what}", f"其中是{what_zh}")
    return ExplorerError(error.message, Text(hint, hint_zh)) if hint else error


def _newer(name: str) -> ExplorerError:
    return ExplorerError(
        Text(f"{name} was made by a newer version of the program.", f"{name} 由较新版本的程序创建。"),
        Text("Update the program to open it.", "请更新程序后再打开。"),
    )
