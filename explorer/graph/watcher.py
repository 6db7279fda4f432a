"""Showing the output of every node of a real forward pass, as cheaply as can be: names and no numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.overrides import _get_current_function_mode, _pop_mode, _push_mode

from explorer.graph import operations
from explorer.graph.follower import INPUT, OUTPUT, Follower
from explorer.graph.producers import replace_tensors, share_storage, tensors_in, version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from torch import nn

    from explorer.graph.follower import Forward

    Visit = Callable[[str, torch.Tensor], None]
    Versions = list[tuple[torch.Tensor, int]]


class Watcher(Follower):
    """Calls `visit` with the path and the output of every node of the layer graph at the moment it is made.

    A node is what `recorder.Recorder` makes one; here it is enough to know of each tensor whether it depends on the
    image. Inside a layer nothing is followed at all.
    """

    def __init__(self, model: nn.Module, visit: Visit) -> None:
        super().__init__(model)
        self._visit = visit
        self._is_in_layer = False
        self._block = ""
        self._count = 0  # of nodes

    def _begin(self, images: torch.Tensor) -> None:
        self._show(self._node_path(INPUT), images)

    def _finish(self, result: Any) -> None:
        outputs = tensors_in(result)
        if outputs:
            self._show(self._node_path(OUTPUT), outputs[0])

    def _show(self, path: str, output: torch.Tensor) -> None:
        self._count += 1
        self._producers.mark(output, self._count)
        self._visit(path, output)

    def _around_block(self, path: str, module: nn.Module) -> Forward:
        forward = module.forward

        def run(*args: Any, **kwargs: Any) -> Any:
            if self._is_in_layer or self._is_elsewhere():
                return forward(*args, **kwargs)
            outer, self._block = self._block, self._block_path(path)
            try:
                return forward(*args, **kwargs)
            finally:
                self._block = outer

        return run

    def _around_layer(self, path: str, module: nn.Module) -> Forward:
        forward = module.forward

        def run(*args: Any, **kwargs: Any) -> Any:
            if self._is_in_layer or self._is_elsewhere():
                return forward(*args, **kwargs)
            self._is_in_layer = True
            is_on_top = _get_current_function_mode() is self  # else the model has one of its own
            if is_on_top:
                _pop_mode()
            try:
                versions = _versions(args, kwargs)
                output = forward(*args, **kwargs)
                outputs = tensors_in(output)
                return self._made(self._node_path(path), output, outputs, versions) if outputs else output
            finally:
                if is_on_top:
                    _push_mode(self)
                self._is_in_layer = False

        return run

    def __torch_function__(
        self, func: Callable[..., Any], types: Iterable[type], args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        name = operations.name_of(func)
        if not name or self._is_in_layer:
            return func(*args, **kwargs)
        if name in operations.HANDING_ON and isinstance(maker := self._producers.maker(args[0]), int):
            result = func(*args, **kwargs)
            self._producers.mark(result, maker)
            return result
        versions = _versions(args, kwargs)
        result = func(*args, **kwargs)
        outputs = tensors_in(result)
        if not outputs:
            outputs = [tensor for tensor, before in versions if version(tensor) != before][:1]  # `x[...] = y`
            if not outputs:
                return result
        made_by = self._producers.maker
        if name not in operations.SHAPE_ONLY and any(isinstance(made_by(tensor), int) for tensor, _ in versions):
            path = f"{self._block}.{name}" if self._block else name
            return self._made(self._node_path(path), result, outputs, versions)
        self._producers.forget(
            tensor for tensor in outputs if not any(share_storage(tensor, given) for given, _ in versions)
        )
        return result

    def _made(self, path: str, result: Any, outputs: list[torch.Tensor], versions: Versions) -> Any:
        """Marks what a node has made or written and shows it; gives the result, with gradients of its own."""
        self._count += 1
        count, producers = self._count, self._producers
        for tensor, before in versions:
            if version(tensor) != before and not isinstance(producers.maker(tensor), int):
                producers.write(tensor, count)
        aliases = _aliases(outputs, versions) if torch.is_grad_enabled() else {}
        for tensor in outputs:
            producers.mark(aliases.get(id(tensor), tensor), count)
        self._visit(path, aliases.get(id(outputs[0]), outputs[0]))
        return replace_tensors(result, aliases) if aliases else result


def _versions(args: Any, kwargs: Any) -> Versions:
    """The tensors that go in, and how often each has been written."""
    inputs = tensors_in(args[0] if len(args) == 1 else args)
    if kwargs:
        inputs += tensors_in(kwargs)
    return [(tensor, version(tensor)) for tensor in inputs]


def _aliases(outputs: list[torch.Tensor], versions: Versions) -> dict[int, torch.Tensor]:
    """For inputs that are handed on unchanged: a gradient at this node is not that at the one before."""
    given = {id(tensor): before for tensor, before in versions}
    return {id(tensor): tensor.view_as(tensor) for tensor in outputs if given.get(id(tensor)) == version(tensor)}
