"""Checkpoints: which are kept, and what is read where one is damaged."""

import io
import json
import os
import zipfile

import pytest
import torch
from torch import nn

from explorer import atomic
from explorer.errors import ExplorerError
from explorer.runs.folder import checkpoint
from explorer.runs.folder.checkpoint import BEST, LAST, PREVIOUS, Checkpoints, Snapshot, copy_weights


def model(seed: int = 0) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 2))


def snapshot(step: int, seed: int | None = None) -> Snapshot:
    weights = copy_weights(model(step if seed is None else seed))
    return Snapshot(weights, step // 10, step, ("一", "two"), (0.5,), (0.25,))


def state(step: int) -> dict:
    return {"position": {"step": step}, "optimizer": {"state": {0: {"momentum_buffer": torch.ones(3)}}}}


def files(folder, suffix):
    return sorted(path.stem for path in (folder / "checkpoints").glob(f"*{suffix}"))


def damage(path, how):
    content = path.read_bytes()
    if how == "missing":
        path.unlink()
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif how == "garbage":
        path.write_bytes(os.urandom(len(content)))
    elif how == "text":
        path.write_text("hello " * 100)
    elif how == "folder":
        path.unlink()
        path.mkdir()


DAMAGES = ["missing", "empty", "truncated", "garbage", "text", "folder"]


def test_round_trip(tmp_path):
    book = Checkpoints(tmp_path)
    kept = snapshot(12)
    assert book.save(kept, state(12))
    back = checkpoint.weights(tmp_path)
    assert (back.epoch, back.step, back.classes, back.mean, back.std) == (1, 12, ("一", "two"), (0.5,), (0.25,))
    assert all(torch.equal(back.weights[name], kept.weights[name]) for name in kept.weights)
    weights, found = Checkpoints(tmp_path).load(model())
    assert found["position"] == {"step": 12}
    assert torch.equal(found["optimizer"]["state"][0]["momentum_buffer"], torch.ones(3))
    assert weights.keys() == kept.weights.keys()


def test_a_moment_that_does_not_fit_the_model_is_not_gone_on_from(tmp_path):
    book = Checkpoints(tmp_path)
    book.save(snapshot(12), state(12))
    other = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 3))
    with pytest.raises(ExplorerError, match=r"3\.weight|3\.bias|fit"):
        Checkpoints(tmp_path).load(other)


def test_last_previous_and_best_are_kept_and_no_more(tmp_path):
    book = Checkpoints(tmp_path)
    for step in (10, 20, 30, 40):
        if step == 20:
            book.offer_best(snapshot(20), 0.9)
        book.save(snapshot(step), state(step))
    assert [checkpoint.weights(tmp_path, which).step for which in (LAST, PREVIOUS, BEST)] == [40, 30, 20]
    assert files(tmp_path, ".safetensors") == ["step-00000020", "step-00000030", "step-00000040"]
    assert files(tmp_path, ".state") == ["step-00000030", "step-00000040"]
    assert Checkpoints(tmp_path).best_accuracy == 0.9


def test_the_best_may_be_a_moment_that_was_not_saved_otherwise(tmp_path):
    book = Checkpoints(tmp_path)
    book.offer_best(snapshot(13), 0.8)
    book.save(snapshot(20), state(20))
    assert checkpoint.weights(tmp_path, BEST).step == 13
    book.offer_best(snapshot(27), 0.85)
    book.save_best()
    assert checkpoint.weights(tmp_path, BEST).step == 27
    assert checkpoint.weights(tmp_path).step == 20


def test_the_same_step_again_keeps_the_previous_one(tmp_path):
    book = Checkpoints(tmp_path)
    for step, mark in ((10, 1), (20, 2), (20, 3)):
        book.save(snapshot(step), {"mark": mark})
    assert checkpoint.weights(tmp_path, PREVIOUS).step == 10
    assert Checkpoints(tmp_path).load(model())[1]["mark"] == 3


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_broken_weights_never_replace_good_ones(tmp_path, value):
    book = Checkpoints(tmp_path)
    book.save(snapshot(10), state(10))
    broken = snapshot(20)
    broken.weights["3.weight"][0, 0] = value
    assert not book.save(broken, state(20))
    assert checkpoint.weights(tmp_path).step == 10


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("suffix", [".safetensors", ".state"])
def test_the_previous_moment_serves_when_the_last_is_damaged(tmp_path, suffix, how):
    book = Checkpoints(tmp_path)
    book.save(snapshot(10), state(10))
    book.save(snapshot(20), state(20))
    damage(tmp_path / "checkpoints" / f"step-00000020{suffix}", how)
    again = Checkpoints(tmp_path)
    _, found = again.load(model())
    assert found["position"]["step"] == 10
    if suffix == ".safetensors":
        assert checkpoint.weights(tmp_path).step == 10


@pytest.mark.parametrize("how", DAMAGES)
def test_without_its_list_the_files_tell_enough(tmp_path, how):
    book = Checkpoints(tmp_path)
    book.save(snapshot(10), state(10))
    book.save(snapshot(20), state(20))
    damage(tmp_path / "checkpoints" / "checkpoints.json", how)
    assert checkpoint.weights(tmp_path).step == 20
    assert Checkpoints(tmp_path).load(model())[1]["position"]["step"] == 20


def test_a_list_that_points_elsewhere_is_not_followed(tmp_path):
    Checkpoints(tmp_path).save(snapshot(10), state(10))
    listed = {"schema": 1, "last": "step-1/../../secret", "previous": None, "best": None, "best_accuracy": None}
    (tmp_path / "checkpoints" / "checkpoints.json").write_text(json.dumps(listed))
    assert checkpoint.weights(tmp_path).step == 10


@pytest.mark.parametrize("how", DAMAGES)
def test_nothing_whole_is_refused_in_plain_words(tmp_path, how):
    Checkpoints(tmp_path).save(snapshot(10), state(10))
    damage(tmp_path / "checkpoints" / "step-00000010.safetensors", how)
    with pytest.raises(ExplorerError, match="damaged or missing"):
        checkpoint.weights(tmp_path) if how != "missing" else Checkpoints(tmp_path).load(model())
    with pytest.raises(ExplorerError, match="damaged or missing"):
        Checkpoints(tmp_path).load(model())


def test_nothing_saved(tmp_path):
    assert Checkpoints(tmp_path).load(model()) is None
    with pytest.raises(ExplorerError, match="no saved weights"):
        checkpoint.weights(tmp_path)


def test_weights_of_another_network_are_refused_and_change_nothing():
    target = model(1)
    before = copy_weights(target)
    cases = {
        r"3.weight \(2, 9\) / \(2, 8\)": {**copy_weights(model()), "3.weight": torch.zeros(2, 9)},
        r"\+ extra": {**copy_weights(model()), "extra": torch.zeros(1)},
        "- 0.weight": {name: value for name, value in copy_weights(model()).items() if name != "0.weight"},
        "complex": {**copy_weights(model()), "0.bias": torch.zeros(2, dtype=torch.complex64)},
        "integers": {**copy_weights(model()), "0.bias": torch.zeros(2, dtype=torch.int64)},
    }
    for words, found in cases.items():
        match = words if words not in ("complex", "integers") else "0.bias"
        with pytest.raises(ExplorerError, match=match):
            checkpoint.load_into(target, found)
    assert all(torch.equal(value, before[name]) for name, value in target.state_dict().items())
    checkpoint.load_into(target, copy_weights(model(2)))
    assert not torch.equal(target[0].weight, before["0.weight"])


def test_only_the_first_differences_are_listed():
    with pytest.raises(ExplorerError, match="Differences: 9") as caught:
        checkpoint.check_fit(model(), {})
    assert caught.value.message.en.count(";") == 4


class Evil:
    def __reduce__(self):
        return (os.system, ("touch pwned",))


def hostile_states():
    buffer = io.BytesIO()
    torch.save({"schema": 1, "x": Evil()}, buffer)
    yield "code", buffer.getvalue()

    buffer = io.BytesIO()
    torch.save({"schema": 1, "x": torch.zeros(1).expand(10**6, 10**6)}, buffer)
    yield "claims 4 TB", buffer.getvalue()

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", b"\0" * 50_000_000)
    yield "zip bomb", buffer.getvalue()

    buffer = io.BytesIO()
    torch.save([1, 2], buffer)
    yield "list", buffer.getvalue()

    buffer = io.BytesIO()
    torch.save({"schema": 99}, buffer)
    yield "newer", buffer.getvalue()

    yield "plain pickle", b"cos\nsystem\n(S'touch pwned'\ntR."


@pytest.mark.parametrize(
    ("name", "content"), list(hostile_states()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_hostile_state_files_are_refused(tmp_path, monkeypatch, name, content):
    monkeypatch.chdir(tmp_path)
    Checkpoints(tmp_path).save(snapshot(10), state(10))
    (tmp_path / "checkpoints" / "step-00000010.state").write_bytes(content)
    with pytest.raises(ExplorerError):
        Checkpoints(tmp_path).load(model())
    assert not (tmp_path / "pwned").exists()


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    book = Checkpoints(tmp_path)
    book.save(snapshot(10), state(10))
    for failing in range(3):  # at each of the files that a save writes
        calls = []

        def write(path, content, real=atomic.write_bytes, at=failing, calls=calls, **options):
            calls.append(path)
            if len(calls) > at:
                raise OSError(28, "No space left on device")
            real(path, content, **options)

        monkeypatch.setattr(atomic, "write_bytes", write)
        with pytest.raises(OSError, match="No space"):
            book.save(snapshot(20 + failing), state(20 + failing))
        monkeypatch.undo()
        assert checkpoint.weights(tmp_path).step == 10
        assert Checkpoints(tmp_path).load(model())[1]["position"]["step"] == 10
    assert book.save(snapshot(30), state(30))
    assert files(tmp_path, ".safetensors") == ["step-00000010", "step-00000030"]


def test_channels_last_weights_are_saved_as_any_others(tmp_path):
    net = model().to(memory_format=torch.channels_last)
    weights = copy_weights(net)
    assert all(value.is_contiguous() for value in weights.values())
    Checkpoints(tmp_path).save(Snapshot(weights, 0, 1, (), (), ()), {})
    assert torch.equal(checkpoint.weights(tmp_path).weights["0.weight"], model()[0].weight)


def test_weights_that_were_read_hold_no_file(tmp_path):
    path = tmp_path / "step-00000004.safetensors"
    checkpoint.write_moment(path, snapshot(4))
    read = checkpoint.read_moment(path).weights
    before = {name: value.clone() for name, value in read.items()}
    with path.open("r+b") as file:  # whoever writes there now, or removes it for room on the disk
        file.seek(-8, os.SEEK_END)
        file.write(b"\xff" * 8)
    assert all(torch.equal(value, before[name]) for name, value in read.items())
