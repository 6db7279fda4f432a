"""What is asked of CUDA while a step is recorded, on a stand-in that has no GPU."""

import contextlib
import threading

import pytest
import torch

from explorer.training import device
from explorer.training.graphs import CudaRecorder

DEVICE = torch.device("cuda", 1)


class Stream:
    def __init__(self, said, name):
        self.said, self.name = said, name

    def wait_stream(self, other):
        self.said.append(f"{self.name} waits for {other.name}")


class Generator:
    """Draws nothing once a capture was broken off, until it has another state."""

    def __init__(self, device=DEVICE):
        self.device, self.state, self.drawn = device, object(), 0

    def get_state(self):
        return self.drawn

    def set_state(self, drawn):
        self.drawn = drawn

    def graphsafe_get_state(self):
        return self.state

    def graphsafe_set_state(self, state):
        self.state, self.drawn = state, 0


class Cuda:
    """`is_old`: as before torch 2.12, where the memory of a capture that ends badly stays open."""

    def __init__(self, monkeypatch, *, breaks=False, is_old=True):
        self.said, self.breaks, self.open_pools = [], breaks, []
        self.generators = (Generator(), Generator())
        self.now = Stream(self.said, "now")
        cuda = self

        class Graph:
            def capture_begin(self, pool, capture_error_mode):
                cuda.said.append(f"begin {capture_error_mode}")
                cuda.open_pools.append(pool)

            def capture_end(self):
                cuda.said.append("end")
                if not (cuda.breaks and is_old):
                    cuda.open_pools.pop()
                if cuda.breaks:
                    raise RuntimeError("operation failed due to a previous error during capture")

            def replay(self):
                cuda.said.append("replay")

        monkeypatch.setattr(torch.cuda, "Stream", lambda device: Stream(self.said, "aside"))
        monkeypatch.setattr(torch.cuda, "current_stream", lambda device: self.now)
        monkeypatch.setattr(torch.cuda, "stream", self._within)
        monkeypatch.setattr(torch.cuda, "synchronize", lambda device: self.said.append(f"synchronize {device}"))
        monkeypatch.setattr(torch.cuda, "empty_cache", self._empty)
        monkeypatch.setattr(torch.cuda, "graph_pool_handle", lambda: (0, 7))
        monkeypatch.setattr(torch._C, "_cuda_endAllocateToPool", self._end_allocations, raising=False)
        monkeypatch.setattr(torch.cuda, "CUDAGraph", Graph)
        monkeypatch.setattr(torch.cuda, "default_generators", self.generators)
        monkeypatch.setattr(torch, "Generator", Generator)

    def _empty(self):
        assert not self.open_pools, "captures_underway.empty() INTERNAL ASSERT FAILED"
        self.said.append("empty")

    def _end_allocations(self, index, pool):
        if (index, [pool]) != (DEVICE.index, self.open_pools):
            raise RuntimeError("endAllocatePool: not currently recording to mempool_id")
        self.open_pools.pop()

    @contextlib.contextmanager
    def _within(self, stream):
        self.said.append(f"to {stream.name}")
        yield
        self.said.append(f"from {stream.name}")


def test_a_step_is_recorded_aside_and_played_back(monkeypatch):
    cuda = Cuda(monkeypatch)
    recorder = CudaRecorder(DEVICE)
    replay = recorder.record(lambda: cuda.said.append("work"))
    replay()
    assert cuda.said == [
        "synchronize cuda:1",
        "empty",
        "aside waits for now",
        "to aside",
        "begin thread_local",
        "work",
        "end",
        "from aside",
        "now waits for aside",
        "replay",
    ]


def test_a_warm_up_is_ordered_with_what_comes_before_and_after(monkeypatch):
    cuda = Cuda(monkeypatch)
    assert CudaRecorder(DEVICE).warm_up(lambda: cuda.said.append("work") or 7) == 7
    assert cuda.said == ["aside waits for now", "to aside", "work", "from aside", "now waits for aside"]


@pytest.mark.parametrize(("breaks", "is_old"), [(False, True), (True, True), (True, False)])
def test_a_recording_that_fails_says_why_and_leaves_all_as_it_was(monkeypatch, breaks, is_old):
    cuda = Cuda(monkeypatch, breaks=breaks, is_old=is_old)
    used, other = cuda.generators[1], cuda.generators[0]
    used.drawn, before, untouched = 5, used.state, other.state

    def work():
        used.drawn = 9
        raise RuntimeError("operation not permitted when stream is capturing")

    with pytest.raises(RuntimeError, match="not permitted"):
        CudaRecorder(DEVICE).record(work)
    assert "end" in cuda.said
    device.free_cache(DEVICE)  # torch refuses it as long as it takes itself to record
    assert cuda.said[-1] == "empty"
    assert not device.recording.locked()
    assert used.drawn == 5
    assert used.state is not before
    assert other.state is untouched


def test_memory_is_given_back_by_others_only_when_the_recording_is_over(monkeypatch):
    cuda = Cuda(monkeypatch)
    others = []

    def work():
        other = threading.Thread(target=device.free_cache, args=(DEVICE,))
        other.start()
        other.join(0.05)
        assert other.is_alive()
        others.append(other)

    CudaRecorder(DEVICE).record(work)
    others[0].join(60)
    assert cuda.said.index("end") < len(cuda.said) - 1 - cuda.said[::-1].index("empty")


def test_a_device_that_has_failed_has_no_memory_to_give_back(monkeypatch):
    def fail():
        raise RuntimeError("CUDA error: unspecified launch failure")

    monkeypatch.setattr(torch.cuda, "empty_cache", fail)
    device.free_cache(DEVICE)


def test_a_recording_that_cannot_be_ended_fails(monkeypatch):
    cuda = Cuda(monkeypatch, breaks=True)
    with pytest.raises(RuntimeError, match="previous error"):
        CudaRecorder(DEVICE).record(lambda: None)
    assert "replay" not in cuda.said
