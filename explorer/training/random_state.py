"""A random state of a run's own, swapped in while the run computes and out while others do."""

import threading
from collections import deque
from types import TracebackType
from typing import Any

import torch
from torch import Tensor


class _Turns:
    """A lock that is given to whoever has waited longest: a run takes it again as soon as it has let go."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Lock] = deque()

    def take(self) -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()  # until it is handed on

    def give(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False


_turns = _Turns()  # torch's state is one for the process


def reseed(seed: int, device: torch.device) -> None:
    """Has torch's global state on the CPU and on `device` follow from `seed` alone."""
    torch.default_generator.manual_seed(seed)
    if device.type == "cuda":
        cuda_generator(device).manual_seed(seed)
    elif device.type == "mps":
        torch.mps.manual_seed(seed)


def cuda_generator(device: torch.device) -> torch.Generator:
    """What is drawn from on this GPU, which need not be the current one of the thread."""
    index = torch.cuda.current_device() if device.index is None else device.index
    return torch.cuda.default_generators[index]


class RandomState:
    """What dropout draws from. `with state:` makes it torch's global state, and puts the former one back afterwards.

    Within, other threads that enter a state of theirs wait.
    """

    def __init__(self, seed: int, device: torch.device) -> None:
        self._device = device
        self._outer: dict[str, Tensor] | None = None
        _turns.take()
        try:
            outer = self._read()
            reseed(seed, device)
            self._own = self._read()
            self._write(outer)
        finally:
            _turns.give()

    def __enter__(self) -> None:
        _turns.take()
        try:
            self._outer = self._read()
            self._write(self._own)
        except BaseException:
            _turns.give()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._own = self._read()
            assert self._outer is not None
            self._write(self._outer)
        finally:
            _turns.give()

    def to_saved(self) -> dict[str, Any]:
        """Tensors by device type, to be saved with the weights."""
        return dict(self._own)

    def restore(self, saved: dict[str, Any]) -> None:
        """Goes on from `saved`; a device that it does not know keeps its state."""
        self._own = {name: saved.get(name, own) for name, own in self._own.items()}

    def _read(self) -> dict[str, Tensor]:
        state = {"cpu": torch.get_rng_state()}
        if self._device.type == "cuda":
            state["cuda"] = torch.cuda.get_rng_state(self._device)
        elif self._device.type == "mps":
            state["mps"] = torch.mps.get_rng_state()
        return state

    def _write(self, state: dict[str, Tensor]) -> None:
        torch.set_rng_state(state["cpu"])
        if self._device.type == "cuda":
            torch.cuda.set_rng_state(state["cuda"], self._device)
        elif self._device.type == "mps":
            torch.mps.set_rng_state(state["mps"])
