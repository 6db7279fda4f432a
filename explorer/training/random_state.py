"""A random state of a run's own, swapped in while the run computes and out while others do."""

from types import TracebackType
from typing import Any

import torch
from torch import Tensor


class RandomState:
    """What dropout draws from. `with state:` makes it torch's global state, and puts the former one back afterwards."""

    def __init__(self, seed: int, device: torch.device) -> None:
        self._device = device
        outer = self._read()
        torch.default_generator.manual_seed(seed)
        if device.type == "cuda":
            torch.cuda.manual_seed(seed)
        elif device.type == "mps":
            torch.mps.manual_seed(seed)
        self._own = self._read()
        self._write(outer)
        self._outer: dict[str, Tensor] | None = None

    def __enter__(self) -> None:
        self._outer = self._read()
        self._write(self._own)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._own = self._read()
        assert self._outer is not None
        self._write(self._outer)

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
