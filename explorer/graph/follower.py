"""Standing around every layer and block of a model while it runs once: what recording and watching a pass share."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from torch import nn
from torch.overrides import TorchFunctionMode

from explorer.graph.producers import Producers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import torch

    Forward = Callable[..., Any]

INPUT, OUTPUT = "Input", "Output"
_PARAMETRIZATIONS = "parametrizations"
_TRANSPARENT = (nn.Sequential, nn.ModuleList, nn.ModuleDict)  # an empty one hands on what it is given


class Follower(TorchFunctionMode, ABC):
    """Follows one call of `model` on this thread; other threads are not disturbed.

    Layers are modules without children; what happens in them is hidden. Functions count where they are called by a
    module with children. While the model runs, each module has a `forward` of its own that leads here: a module's
    hooks, its mode and the class stay as they are, and a pass costs a fraction of what hooks would.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self._model = model
        self._thread = threading.get_ident()
        self._producers = Producers()
        self._times: dict[str, int] = {}
        self._block_times: dict[str, int] = {}

    def run(self, images: torch.Tensor) -> Any:
        """Calls the model on `images`; whatever happens, every module has its own `forward` back."""
        replaced: list[tuple[dict[str, Any], Forward | None]] = []
        try:
            for path, module in modules_of(self._model):
                if not path:
                    continue
                forward = self._around(path, module)
                if forward is not None:
                    own = module.__dict__
                    replaced.append((own, own.get("forward")))
                    own["forward"] = forward
            self._begin(images)
            with self:
                result = self._model(images)
            self._finish(result)
        finally:
            for own, forward in replaced:
                if forward is None:
                    del own["forward"]
                else:
                    own["forward"] = forward
        return result

    def _around(self, path: str, module: nn.Module) -> Forward | None:
        if has_children(module) and not isinstance(module, nn.MultiheadAttention) and not is_parametrized(module):
            return self._around_block(path, module)
        return None if isinstance(module, _TRANSPARENT) else self._around_layer(path, module)

    @abstractmethod
    def _around_layer(self, path: str, module: nn.Module) -> Forward:
        """What is called in place of a layer's `forward`."""

    @abstractmethod
    def _around_block(self, path: str, module: nn.Module) -> Forward:
        """What is called in place of a block's `forward`."""

    @abstractmethod
    def _begin(self, images: torch.Tensor) -> None:
        """The model is about to be called on `images`."""

    @abstractmethod
    def _finish(self, result: Any) -> None:
        """The model has given `result`."""

    def _is_elsewhere(self) -> bool:
        """Whether another thread calls."""
        return threading.get_ident() != self._thread

    def _node_path(self, path: str) -> str:
        """The path of the next node that is called so."""
        count = self._times[path] = self._times.get(path, 0) + 1
        return path if count == 1 else f"{path}#{count}"

    def _block_path(self, path: str) -> str:
        count = self._block_times[path] = self._block_times.get(path, 0) + 1
        return path if count == 1 else f"{path}#{count}"


def modules_of(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """As `model.named_modules()`, several times as fast."""
    waiting: list[tuple[str, nn.Module]] = [("", model)]
    seen: set[int] = set()
    while waiting:
        path, module = waiting.pop()
        if id(module) in seen:
            continue
        seen.add(id(module))
        yield path, module
        prefix = f"{path}." if path else ""
        for name, child in reversed(tuple(module._modules.items())):
            if child is not None:
                waiting.append((prefix + name, child))


def has_children(module: nn.Module) -> bool:
    children = module._modules
    return bool(children) and any(child is not None for child in children.values())


def is_parametrized(module: nn.Module) -> bool:
    """Whether its only children are what makes its weights, as of `torch.nn.utils.parametrizations`: it is a layer."""
    return tuple(module._modules) == (_PARAMETRIZATIONS,)


def kind_of(module: nn.Module) -> str:
    """The name of the class; of a parametrized layer, which torch gives one of its own, that of the layer's."""
    kind = type(module)
    return kind.__mro__[1].__name__ if is_parametrized(module) else kind.__name__


def weight_count(model: nn.Module) -> int:
    """Elements of all parameters; what is shared counts once."""
    weights = {id(weight): weight for _, module in modules_of(model) for weight in module._parameters.values()}
    return sum(weight.numel() for weight in weights.values() if weight is not None)
