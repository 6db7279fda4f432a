"""What a CUDA graph is, on the CPU: a list of operations on fixed tensors, carried out again without any Python.

`record` takes the work down operation by operation, below autograd, and leaves all tensors as they were; playing back
does the same operations with the same tensors. What must not happen while a GPU records (reading a number from the
device, getting one there) raises what it raises there.
"""

from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

_WAITS = ("_local_scalar_dense", "equal", "nonzero", "masked_select", "_unique2", "is_nonzero")


class Tape(TorchDispatchMode):
    """Takes down what is done within."""

    def __init__(self) -> None:
        super().__init__()
        self._done: list[tuple[Any, Any, Any, Any]] = []
        self._made: dict[int, Tensor] = {}
        self._found: dict[int, tuple[Tensor, Tensor]] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = kwargs or {}
        if func.overloadpacket.__name__ in _WAITS:
            raise RuntimeError("CUDA error: operation not permitted when stream is capturing\nCUDA kernel errors ...")
        for tensor in _tensors((args, given)):
            if id(tensor) not in self._made and id(tensor) not in self._found:
                self._found[id(tensor)] = tensor, tensor.detach().clone()
        result = func(*args, **given)
        self._made |= {id(tensor): tensor for tensor in _tensors(result) if id(tensor) not in self._found}
        self._done.append((func, args, given, result))
        return result

    def rewind(self) -> None:
        """All tensors from outside are again as they were."""
        with torch.no_grad():
            for tensor, before in self._found.values():
                tensor.detach().copy_(before)

    def play(self) -> None:
        with torch.no_grad():
            for func, args, kwargs, result in self._done:
                again = func(*args, **kwargs)
                for old, new in zip(_tensors(result), _tensors(again), strict=True):
                    if old.data_ptr() != new.data_ptr():
                        old.copy_(new)


def _tensors(values: Any) -> list[Tensor]:
    return [leaf for leaf in tree_leaves(values) if isinstance(leaf, Tensor)]


class TapeRecorder:
    """A `graphs.Recorder` that records on tapes."""

    def __init__(self) -> None:
        self.warm_ups = self.records = self.replays = 0

    def warm_up(self, work):
        self.warm_ups += 1
        return work()

    def record(self, work):
        self.records += 1
        tape = Tape()
        drawn = torch.get_rng_state()
        try:
            with tape:
                work()
        finally:
            torch.set_rng_state(drawn)
            tape.rewind()

        def replay():
            self.replays += 1
            tape.play()

        return replay
