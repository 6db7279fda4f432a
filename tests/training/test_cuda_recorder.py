"""What is asked of CUDA while a step is recorded, on a stand-in that has no GPU."""

import contextlib

import pytest
import torch

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
    def __init__(self, monkeypatch, *, breaks=False):
        self.said, self.breaks = [], breaks
        self.generators = (Generator(), Generator())
        self.now = Stream(self.said, "now")
        cuda = self

        class Graph:
            def capture_begin(self, capture_error_mode):
                cuda.said.append(f"begin {capture_error_mode}")

            def capture_end(self):
                cuda.said.append("end")
                if cuda.breaks:
                    raise RuntimeError("operation failed due to a previous error during capture")

            def replay(self):
                cuda.said.append("replay")

        monkeypatch.setattr(torch.cuda, "Stream", lambda device: Stream(self.said, "aside"))
        monkeypatch.setattr(torch.cuda, "current_stream", lambda device: self.now)
        monkeypatch.setattr(torch.cuda, "stream", self._within)
        monkeypatch.setattr(torch.cuda, "synchronize", lambda device: self.said.append(f"synchronize {device}"))
        monkeypatch.setattr(torch.cuda, "empty_cache", lambda: self.said.append("empty"))
        monkeypatch.setattr(torch.cuda, "CUDAGraph", Graph)
        monkeypatch.setattr(torch.cuda, "default_generators", self.generators)
        monkeypatch.setattr(torch, "Generator", Generator)

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


@pytest.mark.parametrize("breaks", [False, True])
def test_a_recording_that_fails_says_why_and_leaves_random_numbers_as_they_were(monkeypatch, breaks):
    cuda = Cuda(monkeypatch, breaks=breaks)
    used, other = cuda.generators[1], cuda.generators[0]
    used.drawn, before, untouched = 5, used.state, other.state

    def work():
        used.drawn = 9
        raise RuntimeError("operation not permitted when stream is capturing")

    with pytest.raises(RuntimeError, match="not permitted"):
        CudaRecorder(DEVICE).record(work)
    assert "end" in cuda.said
    assert used.drawn == 5
    assert used.state is not before
    assert other.state is untouched


def test_a_recording_that_cannot_be_ended_fails(monkeypatch):
    cuda = Cuda(monkeypatch, breaks=True)
    with pytest.raises(RuntimeError, match="previous error"):
        CudaRecorder(DEVICE).record(lambda: None)
    assert "replay" not in cuda.said
