"""The weights of a run on disk, and the state from which it goes on to the bit.

In `checkpoints/` each kept moment has `step-N.safetensors` (weights), the newest two `step-N.state` beside it
(optimizer, random state, position), and `checkpoints.json` says which is the last, the previous and the best. Every
file is written whole or not at all, and the list last of all: at whatever instant the process dies, the last or the
previous pair can be loaded.
"""

import contextlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from explorer import atomic
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.runs.folder import plain_json
from explorer.runs.folder.kept import BEST, LAST, PREVIOUS, Kept, read_list
from explorer.runs.folder.names import CHECKPOINT_LIST as LIST
from explorer.runs.folder.names import CHECKPOINTS as FOLDER

SCHEMA = 1

Weights = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Weights at a step boundary, on the CPU, with what is needed to use them; not to be changed.

    Attributes:
        epoch: Epochs that were finished.
        mean, std: How training images were normalised, a channel each.
    """

    weights: Weights
    epoch: int
    step: int
    classes: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]


def copy_weights(model: nn.Module) -> Weights:
    """Parameters and buffers of `model`, copied to the CPU."""
    return {
        name: value.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)
        for name, value in model.state_dict().items()
    }


def is_finite(weights: Mapping[str, Tensor]) -> bool:
    """Whether no weight is infinite or no number."""
    return all(bool(value.isfinite().all()) for value in weights.values() if value.is_floating_point())


class Checkpoints:
    """The checkpoints of one run, for the one process that trains it."""

    def __init__(self, run_folder: Path) -> None:
        self._folder = run_folder / FOLDER
        self._kept = read_list(self._folder)
        self._waiting_best: tuple[Snapshot, float] | None = None

    @property
    def are_there(self) -> bool:
        """Something was saved before, or is by now."""
        return self._kept.last is not None

    @property
    def best_accuracy(self) -> float | None:
        return self._waiting_best[1] if self._waiting_best else self._kept.best_accuracy

    def offer_best(self, snapshot: Snapshot, accuracy: float) -> None:
        """Keeps `snapshot` as the best so far; written with the next `save`."""
        self._waiting_best = (snapshot, accuracy)

    def save(self, snapshot: Snapshot, state: Mapping[str, Any]) -> bool:
        """Writes a moment down as the last; False, with nothing written, if its weights are not all finite.

        Raises:
            OSError: The disk is full, or the like; what was there before still is.
        """
        if not is_finite(snapshot.weights):
            return False
        kept = replace(self._kept)
        name = _name(snapshot.step)
        if name != kept.last:  # else the weights are there, but the position may be another: after the test
            self._write_weights(name, snapshot)
            kept.last, kept.previous = name, kept.last
        atomic.write_bytes(self._path(name, ".state"), _pack(state), parents=False)
        self._write_best(kept)
        self._write_list(kept)
        return True

    def save_best(self) -> None:
        """Writes down the best that was offered, if it has not been.

        Raises:
            OSError: As for `save`.
        """
        if self._waiting_best is not None:
            kept = replace(self._kept)
            self._write_best(kept)
            self._write_list(kept)

    def load(self, model: nn.Module) -> tuple[Weights, dict[str, Any]] | None:
        """The newest moment that is whole and fits `model`: weights and state; None if nothing was saved yet.

        Raises:
            ExplorerError: Something was saved, but no moment of it can be used.
        """
        names = self._resumable()
        problem: ExplorerError | None = None
        for name in names:
            try:
                weights, _ = _read_weights(self._path(name, ".safetensors"))
                check_fit(model, weights, self._path(name, ".safetensors"))
                state = _unpack(self._path(name, ".state"))
            except ExplorerError as error:
                problem = problem or error
                continue
            if name != self._kept.last:
                self._kept.last, self._kept.previous = name, None
            return weights, state
        if problem is not None:
            raise problem
        return None

    def _resumable(self) -> list[str]:
        listed = [name for name in (self._kept.last, self._kept.previous) if name]
        found = sorted((path.stem for path in self._folder.glob("step-*.state")), reverse=True)
        return listed + [name for name in found if name not in listed]

    def _write_best(self, kept: Kept) -> None:
        if self._waiting_best is not None:
            best, accuracy = self._waiting_best
            name = _name(best.step)
            if name not in kept.names():
                self._write_weights(name, best)
            kept.best, kept.best_accuracy = name, accuracy

    def _write_list(self, kept: Kept) -> None:
        listed = {LAST: kept.last, PREVIOUS: kept.previous, BEST: kept.best, "best_accuracy": kept.best_accuracy}
        atomic.write_text(self._folder / LIST, json.dumps({"schema": SCHEMA, **listed}), parents=False)
        self._kept, self._waiting_best = kept, None
        self._remove_others()

    def _write_weights(self, name: str, snapshot: Snapshot) -> None:
        write_moment(self._path(name, ".safetensors"), snapshot)

    def _remove_others(self) -> None:
        kept = self._kept
        for path in self._folder.glob("step-*"):
            is_needed = path.stem in ({kept.last, kept.previous} if path.suffix == ".state" else kept.names())
            if not is_needed:
                with contextlib.suppress(OSError):
                    path.unlink()

    def _path(self, name: str, suffix: str) -> Path:
        return self._folder / f"{name}{suffix}"


def weights(run_folder: Path, which: str = LAST) -> Snapshot:
    """The saved weights of a run: "last", "previous" or "best". A damaged last gives way to the previous.

    Raises:
        ExplorerError: The run has none, or they are damaged.
    """
    folder = run_folder / FOLDER
    kept = read_list(folder)
    wanted = {LAST: [kept.last, kept.previous], PREVIOUS: [kept.previous], BEST: [kept.best, kept.last]}[which]
    names = [name for name in wanted if name]
    if which == LAST:
        names += sorted((path.stem for path in folder.glob("step-*.safetensors")), reverse=True)
    problem = _nothing_saved(run_folder)
    for name in names:
        try:
            return read_moment(folder / f"{name}.safetensors")
        except ExplorerError as error:
            problem = error
    raise problem


def write_moment(path: Path, snapshot: Snapshot) -> None:
    """Writes the weights of one moment as safetensors, whole or not at all; of folders it makes only the last.

    Raises:
        OSError: The disk is full, or the like; what was there before still is.
    """
    about = {
        "schema": str(SCHEMA),
        "epoch": str(snapshot.epoch),
        "step": str(snapshot.step),
        "classes": plain_json.dumps(snapshot.classes),
        "mean": json.dumps(snapshot.mean),
        "std": json.dumps(snapshot.std),
    }
    # Serialised first: safetensors and torch themselves leave broken files on a full disk.
    atomic.write_bytes(path, safetensors.torch.save(snapshot.weights, metadata=about), parents=False)


def read_moment(path: Path) -> Snapshot:
    """What `write_moment` wrote.

    Raises:
        ExplorerError: The file is missing or damaged.
    """
    found, about = _read_weights(path)
    return _snapshot(found, about, path)


def check_fit(model: nn.Module, found: Mapping[str, Tensor], path: Path | str = "") -> None:
    """Compares names, shapes and kinds of numbers, without copying anything.

    Raises:
        ExplorerError: They are not the model's; the message lists the first differences.
    """
    own = model.state_dict()
    missing = [name for name in own if name not in found]
    extra = [name for name in found if name not in own]
    wrong = [
        f"{name} {_differing(found[name], value)} / {_differing(value, found[name])}"
        for name, value in own.items()
        if name in found and (found[name].shape != value.shape or _kind(found[name]) != _kind(value))
    ]
    if missing or extra or wrong:
        listed = "; ".join([*wrong, *(f"- {name}" for name in missing), *(f"+ {name}" for name in extra)][:5])
        count = len(missing) + len(extra) + len(wrong)
        raise ExplorerError(
            Text(
                f"The saved weights do not fit the network. Differences: {count} ({listed}).",
                f"保存的权重与网络不符：有 {count} 处不同（{listed}）。",
            ),
            Text(f"They belong to another network or setting. {path}", f"它们属于另一个网络或另一组设置。{path}"),
        )


def _differing(tensor: Tensor, other: Tensor) -> str:
    """The shape of a tensor, or its kind of numbers where `other` has the same shape."""
    return str(tensor.dtype).removeprefix("torch.") if tensor.shape == other.shape else str(tuple(tensor.shape))


def load_into(model: nn.Module, found: Mapping[str, Tensor]) -> None:
    """Gives `model` the weights; either all of them or none.

    Raises:
        ExplorerError: They do not fit.
    """
    check_fit(model, found)
    model.load_state_dict(dict(found))


def _kind(value: Tensor) -> tuple[bool, bool]:
    return value.is_floating_point(), value.is_complex()


def _name(step: int) -> str:
    return f"step-{step:08d}"


def _read_weights(path: Path) -> tuple[Weights, dict[str, str]]:
    try:
        with safetensors.safe_open(path, framework="pt", device="cpu") as file:
            # Copied: a mapped file cannot be removed on Windows, and keeps its room on a full disk elsewhere.
            return {name: file.get_tensor(name).clone() for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except Exception as error:
        # Damaged files raise eight kinds of errors; to the user they are one.
        raise _damaged(path) from error


def _snapshot(found: Weights, about: Mapping[str, str], path: Path) -> Snapshot:
    try:
        classes = tuple(str(name) for name in json.loads(about["classes"]))
        mean, std = (tuple(float(value) for value in json.loads(about[key])) for key in ("mean", "std"))
        return Snapshot(found, int(about["epoch"]), int(about["step"]), classes, mean, std)
    except (KeyError, ValueError, TypeError) as error:
        raise _damaged(path) from error


def _pack(state: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    torch.save({"schema": SCHEMA, **state}, buffer)
    return buffer.getvalue()


def _unpack(path: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(path) as archive:
            # Torch stores without compression: anything else is a bomb.
            entries = archive.infolist()
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
                raise _damaged(path)
            if sum(entry.file_size for entry in entries) > path.stat().st_size:
                raise _damaged(path)
        state = torch.load(path, map_location="cpu", weights_only=True)
        if state["schema"] > SCHEMA:
            raise _newer(path)
        if any(value.numel() * value.itemsize > value.untyped_storage().nbytes() for value in _tensors(state)):
            raise _damaged(path)  # a few bytes that claim to be terabytes
    except ExplorerError:
        raise
    except Exception as error:
        raise _damaged(path) from error
    return dict(state)


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _tensors(item)


def _nothing_saved(run_folder: Path) -> ExplorerError:
    return ExplorerError(
        Text(f"Run {run_folder.name} has no saved weights.", f"运行 {run_folder.name} 没有保存的权重。"),
        Text("It ended before its first step; train it again.", "它在第一步之前就结束了，请重新训练。"),
    )


def _damaged(path: Path) -> ExplorerError:
    return ExplorerError(
        Text(f"The file {path.name} is damaged or missing.", f"文件 {path.name} 已损坏或缺失。"),
        Text(f"Use other weights, or train again. {path}", f"请改用其他权重，或重新训练。{path}"),
    )


def _newer(path: Path) -> ExplorerError:
    return ExplorerError(
        Text(
            f"The file {path.name} was made by a newer version of the program.",
            f"文件 {path.name} 由较新版本的程序创建。",
        ),
        Text("Update the program to open it.", "请更新程序后再打开。"),
    )
