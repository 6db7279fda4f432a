"""Images that stay in the memory of the CPU give the same batches."""

import threading

import pytest
import torch

from explorer.data import batches
from explorer.data.batches import Batches
from explorer.data.streaming import AHEAD, ahead
from tests.data.test_batches import equal, make, split


def threads() -> int:
    return sum(thread.name.startswith("batches") for thread in threading.enumerate())


@pytest.mark.parametrize("shape", [(3, 16, 16), (3, 24, 20), (1, 24, 20)])
@pytest.mark.parametrize("budget", [0, 1 << 20])
@pytest.mark.parametrize("augment", [False, True])
def test_streamed_batches_are_the_same(monkeypatch, shape, budget, augment) -> None:
    options = {"input_shape": shape, "mean": (0.4,) * 3, "std": (0.2,) * 3, "augment": augment, "cache_budget": budget}
    near = make(split(), **options)
    monkeypatch.setattr(Batches, "fits", lambda *_: False)
    far = make(split(), **options)
    assert far.is_streamed
    assert not near.is_streamed
    for epoch, start in ((0, 0), (1, 0), (1, 3)):
        assert equal(list(near.epoch(epoch, start)), list(far.epoch(epoch, start)))
    share = {"share": lambda count: (count // 3, count)}
    assert equal(list(near.epoch(2, **share)), list(far.epoch(2, **share)))
    assert threads() == 0


def test_an_epoch_given_up_leaves_no_thread(monkeypatch) -> None:
    monkeypatch.setattr(Batches, "fits", lambda *_: False)
    epoch = make(split(), cache_budget=0).epoch(0)
    next(epoch)
    assert threads() == 1
    epoch.close()
    assert threads() == 0


def test_it_is_only_so_far_ahead() -> None:
    begun = []
    results = ahead(lambda number: begun.append(number) or number, range(20))
    assert next(results) == 0
    assert len(begun) <= AHEAD + 1
    assert list(results) == list(range(1, 20))


def test_an_error_comes_where_its_result_would() -> None:
    def make_one(number: int) -> float:
        return 1 / (2 - number)

    results = ahead(make_one, range(5))
    assert [next(results), next(results)] == [0.5, 1.0]
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert threads() == 0


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_streaming_to_a_gpu() -> None:
    options = {"device": "cuda", "augment": True}
    near, far = make(split(), **options), make(split(), **options, cache_budget=0)
    assert far.is_streamed
    assert equal(list(near.epoch(1)), list(far.epoch(1)))


def test_what_goes_to_a_gpu_is_pinned_on_the_thread_that_is_ahead(monkeypatch) -> None:
    main, pinned_on = threading.get_ident(), []

    def pin(values: torch.Tensor) -> torch.Tensor:
        pinned_on.append(threading.get_ident())
        return values

    monkeypatch.setattr(torch.Tensor, "pin_memory", pin)
    monkeypatch.setattr(batches, "send", lambda values, device: values)
    data = split(count=40)
    far = make(data)
    far.is_streamed, far.device = True, torch.device("cuda")
    parts = torch.arange(40).split(16)
    sent = list(far._sent(parts))
    assert all(torch.equal(images, data.images[part]) for images, part in zip(sent, parts, strict=True))
    assert len(pinned_on) == len(parts)
    assert main not in pinned_on
