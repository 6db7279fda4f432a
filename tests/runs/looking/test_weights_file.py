"""Weights from files of the user: what fits is taken, noted where it was changed; everything hostile is refused."""

import io
import json
import os
import pickle
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from explorer import catalogue
from explorer.errors import ExplorerError
from explorer.runs.folder.checkpoint import SCHEMA
from explorer.runs.looking import weights_file, weights_match
from explorer.runs.looking.weights_file import WeightsFile
from explorer.runs.looking.workbench import Image, Workbench
from explorer.runs.looking.workbench import Weights as Chosen

Weights = dict[str, Tensor]


def model(seed: int = 0) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 2))


def own() -> Weights:
    return model(1).state_dict()


def saved(path: Path, content: object, **options: object) -> Path:
    torch.save(content, path, **options)  # type: ignore[arg-type]
    return path


def taken(path: Path) -> WeightsFile:
    return weights_file.fit(weights_file.read(path), model())


def test_weights_are_read_as_they_were_saved(tmp_path: Path) -> None:
    for name in ("a.pt", "b.pth", "c.safetensors"):
        path = tmp_path / name
        if name.endswith("s"):
            safetensors.torch.save_file(own(), path)
        else:
            saved(path, own(), _use_new_zipfile_serialization=name == "a.pt")
        found = taken(path)
        assert all(torch.equal(found.weights[key], value) for key, value in own().items())
        assert (found.notes, found.warnings, found.name) == ((), (), name)


@pytest.mark.parametrize("name", ["a.pt", "b.safetensors"])
def test_files_of_this_version_are_read_and_of_a_newer_one_refused(tmp_path: Path, name: str) -> None:
    def written(schema: int) -> Path:
        path = tmp_path / name
        if name.endswith("s"):
            safetensors.torch.save_file(own(), path, metadata={"schema": str(schema), "epoch": "1"})
            return path
        return saved(path, {"schema": schema, "weights": own()})

    found = taken(written(SCHEMA))
    assert all(torch.equal(found.weights[key], value) for key, value in own().items())
    with pytest.raises(ExplorerError, match="newer version"):
        taken(written(SCHEMA + 1))


GOOD: dict[str, tuple[Callable[[], object], str]] = {
    "module prefix": (lambda: {f"module.{key}": value for key, value in own().items()}, "module."),
    "held by another module": (lambda: {f"net.body.{key}": value for key, value in own().items()}, "“net.body.”"),
    "beside others": (
        lambda: {"loss.weight": torch.ones(3), **{f"model.{key}": value for key, value in own().items()}},
        "another: 1 tensors",
    ),
    "half": (lambda: {key: v.half() if v.is_floating_point() else v for key, v in own().items()}, "float16"),
    "double": (lambda: {key: v.double() if v.is_floating_point() else v for key, v in own().items()}, "float64"),
    "no counters": (lambda: {key: v for key, v in own().items() if "num_batches" not in key}, "begin at 0"),
    "training checkpoint": (lambda: {"epoch": 3, "state_dict": own(), "optimizer": {}}, ""),
    "ordered": (lambda: OrderedDict(own()), ""),
}


@pytest.mark.parametrize("case", GOOD)
def test_what_is_changed_is_noted(tmp_path: Path, case: str) -> None:
    make, words = GOOD[case]
    found = taken(saved(tmp_path / "w.pt", make()))
    network = model()
    network.load_state_dict(found.weights)
    assert network[0].weight.dtype == torch.float32
    assert torch.allclose(network[0].weight, own()["0.weight"], atol=1e-3)
    assert words in " ".join(note.en for note in found.notes)
    assert bool(found.notes) == bool(words)


def test_numbers_that_are_none_are_a_warning(tmp_path: Path) -> None:
    weights = own()
    weights["3.weight"][0, 0] = float("nan")
    found = taken(saved(tmp_path / "w.pt", weights))
    assert "1 of 9 tensors" in found.warnings[0].en
    assert "3.weight" in found.warnings[0].zh


# -- what is refused ------------------------------------------------------------------------------------------------


class Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("touch hacked",)


def _zip_of(path: Path, change: Callable[[str, bytes], bytes] = lambda _, data: data, kind: int = 0) -> Path:
    """A saved file packed anew, with some entries changed."""
    buffer = io.BytesIO()
    torch.save(own(), buffer)
    with zipfile.ZipFile(buffer) as before, zipfile.ZipFile(path, "w", kind) as after:
        for entry in before.infolist():
            after.writestr(entry.filename, change(entry.filename, before.read(entry)))
    return path


def _cut(path: Path, part: float) -> Path:
    content = saved(path, own()).read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    return path


def _bytes(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _script(path: Path) -> Path:
    """As TorchScript lays its files out."""
    with zipfile.ZipFile(_zip_of(path), "a") as archive:
        archive.writestr("w/constants.pkl", b"x")
        archive.writestr("w/code/__torch__.py", b"class Net(Module): ...")
    return path


def _fifo(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _safe(path: Path, header: object, data: bytes = b"", *, length: int | None = None) -> Path:
    """A safetensors file with this header, and maybe a lie about its length."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return _bytes(
        path.with_suffix(".safetensors"), struct.pack("<Q", len(text) if length is None else length) + text + data
    )


def _entry(shape: list[int], start: int, end: int, dtype: str = "F32") -> dict[str, object]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


def _with(**more: object) -> Callable[[Path], Path]:
    return lambda path: saved(path, {**own(), **more})


def _bomb(path: Path) -> Path:
    return _zip_of(path, lambda name, data: bytes(1 << 24) if "/data/0" in name else data, zipfile.ZIP_DEFLATED)


TRUE = {"3.bias": torch.zeros(2)}
HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "runs code": (lambda p: saved(p, {"a": Evil()}), "run code"),
    "whole model": (lambda p: saved(p, model()), "run code"),
    "plain pickle of code": (lambda p: _bytes(p, pickle.dumps(Evil())), "cannot be used"),
    "plain pickle of numpy": (lambda p: _bytes(p, pickle.dumps({"a": np.float64(3)})), "cannot be used"),
    "TorchScript": (_script, "TorchScript"),
    "compressed": (lambda p: _zip_of(p, kind=zipfile.ZIP_DEFLATED), "compressed"),
    "zip bomb": (_bomb, "compressed"),
    "claims four terabytes": (_with(a=torch.zeros(1).expand(10**6, 10**6)), "claims more numbers"),
    "storage cut short": (lambda p: _zip_of(p, lambda n, d: d[:2] if "/data/0" in n else d), "cannot be used"),
    "numpy scalar": (_with(a=np.float64(3)), "cannot be used"),
    "a number among the weights": (_with(a=3), "int called 'a'"),
    "list": (lambda p: saved(p, [torch.zeros(2)]), "a list"),
    "one tensor": (lambda p: saved(p, torch.zeros(2)), "a Tensor"),
    "nothing": (lambda p: saved(p, {}), "no weights"),
    "sparse": (_with(a=torch.zeros(2, 2).to_sparse()), "cannot be used"),
    "complex": (_with(**{"3.bias": torch.zeros(2, dtype=torch.complex64)}), "complex"),
    "on no device": (_with(a=torch.zeros(2, device="meta")), "cannot be used"),
    "shape": (_with(**{"3.bias": torch.zeros(3)}), "3.bias (3,) / (2,)"),
    "missing": (lambda p: saved(p, TRUE), "- 0.weight"),
    "extra": (_with(a=torch.zeros(2)), "+ a"),
    "whole numbers": (_with(**{"3.bias": torch.zeros(2, dtype=torch.int64)}), "do not fit"),
    "newer": (_with(schema=99), "newer version"),
    "cut in the middle": (lambda p: _cut(p, 0.5), "cannot be used"),
    "cut at the end": (lambda p: _cut(p, 0.98), "cannot be used"),
    "empty": (lambda p: _bytes(p, b""), "empty"),
    "text": (lambda p: _bytes(p, b"these are no weights\n" * 9), "damaged"),
    "noise": (lambda p: _bytes(p, bytes((i * 37) % 251 for i in range(4000))), "damaged"),
    "folder": (_folder, "not a file"),
    "pipe": (_fifo, "not a file"),
    "not there": (lambda p: p, "not a file"),
    "safetensors: endless header": (lambda p: _safe(p, {}, length=1 << 63), "damaged"),
    "safetensors: header of 200 MB": (lambda p: _safe(p, {}, length=200 << 20), "damaged"),
    "safetensors: no JSON": (lambda p: _safe(p, b"{nothing"), "damaged"),
    "safetensors: cut": (lambda p: _safe(p, {"a": _entry([4], 0, 16)}, b"1234"), "damaged"),
    "safetensors: overlap": (
        lambda p: _safe(p, {"a": _entry([2], 0, 8), "b": _entry([2], 4, 12)}, bytes(12)),
        "damaged",
    ),
    "safetensors: shape": (lambda p: _safe(p, {"a": _entry([3], 0, 8)}, bytes(8)), "damaged"),
    "safetensors: negative": (lambda p: _safe(p, {"a": _entry([-1], 0, 8)}, bytes(8)), "damaged"),
    "safetensors: unknown numbers": (lambda p: _safe(p, {"a": _entry([2], 0, 8, "Q7")}, bytes(8)), "damaged"),
    "safetensors: overflow": (lambda p: _safe(p, {"a": _entry([2**40, 2**40], 0, 8)}, bytes(8)), "damaged"),
    "safetensors: twice": (
        lambda p: _safe(p, b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},' * 2 + b'"b":1}', bytes(4)),
        "damaged",
    ),
    "safetensors: a pickle": (lambda p: saved(p.with_suffix(".safetensors"), own()), "damaged"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_refused_in_one_sentence(tmp_path: Path, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make, words = HOSTILE[case]
    path = make(tmp_path / "w.pt")
    network = model()
    before = {key: value.clone() for key, value in network.state_dict().items()}
    with pytest.raises(ExplorerError) as caught:
        weights_file.fit(weights_file.read(path), network)
    message = caught.value.message
    assert words in message.en
    assert message.zh
    assert "\n" not in message.en + message.zh
    assert "\x1b" not in message.en
    assert "weights_only" not in message.en
    assert caught.value.hint is not None
    assert not (tmp_path / "hacked").exists()
    assert all(torch.equal(value, before[key]) for key, value in network.state_dict().items())


def test_the_architecture_of_a_file_is_found(tmp_path: Path) -> None:
    choice = catalogue.find("lenet").default_choice()
    path = saved(tmp_path / "w.pt", catalogue.build(choice).state_dict())
    found = weights_file.read(path)
    assert weights_match.check(found, choice).weights.keys() == found.weights.keys()
    card = weights_match.matching(found)
    assert card is not None
    assert card.name == "lenet"
    assert weights_match.matching(weights_file.read(saved(path, own()))) is None


def test_the_workbench_looks_through_a_file(tmp_path: Path) -> None:
    choice = catalogue.find("lenet").default_choice()
    weights = catalogue.build(choice).state_dict()
    weights["features.0.bias"][0] = float("inf")
    path = saved(tmp_path / "w.pt", {f"module.{key}": value for key, value in weights.items()})
    bench = Workbench()
    image = Image(np.zeros((28, 28, 1), np.uint8))
    insight = bench.look(choice, Chosen(file=path), image)
    assert (insight.origin.en, insight.is_trained) == ("file w.pt", True)
    assert np.array_equal(insight.filters["features.0"], weights["features.0.weight"])
    assert any("module." in note.en for note in insight.notes)
    assert "features.0.bias" in insight.warnings[0].en
    path.write_bytes(b"gone bad")
    with pytest.raises(ExplorerError, match="damaged"):
        bench.look(choice, Chosen(file=path, stamp=1), image)
    again = bench.look(choice, Chosen(), image)
    assert (again.origin.en, again.warnings) == ("untrained weights", ())
