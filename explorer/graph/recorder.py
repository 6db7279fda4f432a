"""Following one forward pass: every layer and every function outside a layer, in order, with who feeds whom."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from explorer.graph import cost, operations, shortcuts
from explorer.graph.calls import Call, Failed, Region
from explorer.graph.producers import Constant, Producers, replace_tensors, tensors_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import FrameType

    from torch.utils.hooks import RemovableHandle

    from explorer.graph.model import Shape

INPUT, OUTPUT = "Input", "Output"
_HIDDEN_FILES = (os.path.dirname(torch.__file__) + os.sep, __file__)
_TRANSPARENT = (nn.Sequential, nn.ModuleList, nn.ModuleDict)


@dataclass(slots=True)
class _Layer:
    """A layer that is running just now."""

    path: str
    module: nn.Module
    versions: list[tuple[torch.Tensor, int]]
    macs: int = 0
    inner: list[tuple[str, dict[str, object]]] = field(default_factory=list)


class Recorder(TorchFunctionMode):
    """Records one call of `model` on this thread, between `start` and `stop`; other threads are not disturbed.

    Layers are modules without children; what happens in them is hidden. Functions count where they are called by a
    module with children. What depends on weights alone is no node: it is counted where it is used.

    Attributes:
        calls, regions: What ran, in order of execution.
        visit: Called with path and output of every node at the moment it is made; it must copy what it keeps.
    """

    def __init__(
        self, model: nn.Module, batch: int, *, visit: Callable[[str, torch.Tensor], None] | None = None
    ) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self.regions: list[Region] = []
        self._model = model
        self._batch = batch
        self._visit = visit
        self._describes = visit is None
        self._thread = threading.get_ident()
        self._on_meta = False
        self._producers = Producers()
        self._times: dict[str, int] = {}
        self._block_times: dict[str, int] = {}
        self._open: list[int] = []
        self._layer: _Layer | None = None
        self._running: tuple[str, list[torch.Tensor]] = ("", [])
        self._computing: tuple[str, tuple[Any, ...], Mapping[str, Any]] | None = None
        self._depth = 0
        self._counted: set[int] = set()
        self._handles: list[RemovableHandle] = []

    def run(self, images: torch.Tensor) -> Any:
        """Calls the model on `images` and records it; whatever happens, no hook stays behind."""
        try:
            self._attach()
            with torch._C.DisableTorchFunction():
                self._begin(images)
            with self:
                result = self._model(images)
            self._finish(result)
        finally:
            for handle in self._handles:
                handle.remove()
            self._handles.clear()
        return result

    def give_up(self) -> Failed | None:
        """After an error: notes the operation that could not run as the last call; None where the model gave up itself.

        Ends the blocks that were running, so that calls and regions make a graph.
        """
        name, inputs = self._running
        failed = self._failed(name, inputs) if inputs else None
        for index in self._open:
            self.regions[index].last = len(self.calls)
        return failed

    def _failed(self, name: str, inputs: list[torch.Tensor]) -> Failed:
        layer = self._layer
        function, args, kwargs = self._computing or ("", (), {})
        told = operations.call_attributes(function, args, kwargs) if function else {}
        if layer is None:
            call = self._new_call(self._function_path(name), name)
            call.attributes = told
        else:
            call = self._new_call(layer.path, type(layer.module).__name__)
            call.attributes = operations.module_attributes(layer.module)
            call.params = sum(parameter.numel() for parameter in layer.module.parameters())
        self._connect(call, inputs)
        shapes = call.input_shapes
        is_own = layer is not None and not type(layer.module).__module__.startswith("torch.nn")
        tensors = tensors_in(args) + tensors_in(kwargs)
        constants = [tensor for tensor in tensors if not isinstance(self._producers.maker(tensor), int)]
        if is_own and function:
            constants = [tensor for tensor in constants if isinstance(tensor, nn.Parameter)]
            shapes = tuple(self._shape(tensor) for tensor in tensors if not isinstance(tensor, nn.Parameter))
        weights = tuple(tuple(tensor.shape) for tensor in constants)
        return Failed(call, function, told if is_own else call.attributes, shapes, weights)

    def __torch_function__(
        self, func: Callable[..., Any], types: Iterable[type], args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        name = operations.name_of(func)
        if not name:
            return func(*args, **kwargs)
        if self._layer is not None:
            return self._inside_layer(name, func, args, kwargs)
        return self._function(name, func, args, kwargs)

    def _attach(self) -> None:
        for path, module in self._model.named_modules():
            is_layer = not any(True for _ in module.children()) or isinstance(module, nn.MultiheadAttention)
            if path and is_layer:
                if isinstance(module, _TRANSPARENT):
                    continue  # an empty Sequential hands on what it is given
                hooks: tuple[Callable[..., Any], Callable[..., Any]]
                hooks = (partial(self._before_layer, path), self._after_layer)
            else:
                hooks = (partial(self._before_block, path), self._after_block)
            self._handles.append(module.register_forward_pre_hook(hooks[0], with_kwargs=True))
            self._handles.append(module.register_forward_hook(hooks[1], with_kwargs=True))

    def _begin(self, images: torch.Tensor) -> None:
        self._region("", type(self._model).__name__)
        self._on_meta = images.is_meta
        call = self._new_call(INPUT, INPUT)
        call.output_shape = self._shape(images)
        call.activation_bytes = images.numel() * images.element_size() // self._batch
        self._producers.mark(images, call.index)
        self._show(call, images)

    def _finish(self, result: Any) -> None:
        outputs = tensors_in(result)
        self._open = [0]
        call = self._new_call(OUTPUT, OUTPUT)
        self._connect(call, outputs)
        if outputs:
            call.output_shape = self._shape(outputs[0])
            self._show(call, outputs[0])
        self.regions[0].last = len(self.calls)

    # Blocks

    def _region(self, path: str, kind: str) -> None:
        count = self._block_times[path] = self._block_times.get(path, 0) + 1
        parent = self._open[-1] if self._open else -1
        region = Region(len(self.regions), parent, _numbered(path, count), kind, len(self.calls))
        self.regions.append(region)
        self._open.append(region.index)

    def _before_block(self, path: str, module: nn.Module, _args: Any, _kwargs: Any) -> None:
        if threading.get_ident() != self._thread or (module is self._model and len(self.regions) == 1):
            return
        if self._layer is not None:
            self._depth += 1
        else:
            self._region(path, type(module).__name__)

    def _after_block(self, module: nn.Module, _args: Any, _kwargs: Any, output: Any) -> None:
        if threading.get_ident() != self._thread:
            return
        if self._layer is not None:
            self._depth -= 1
        elif self._open:
            self._close(output)

    def _close(self, output: Any) -> None:
        region = self.regions[self._open.pop()]
        region.last = len(self.calls)
        tensors = tensors_in(output)
        if tensors:
            with torch._C.DisableTorchFunction():
                region.output_shape = self._shape(tensors[0])

    # Layers

    def _before_layer(self, path: str, module: nn.Module, args: Any, kwargs: Any) -> None:
        if threading.get_ident() != self._thread:
            return
        if self._layer is not None:
            self._depth += 1
            return
        with torch._C.DisableTorchFunction():
            inputs = tensors_in(args) + tensors_in(kwargs)
            self._layer = _Layer(path, module, [(tensor, tensor._version) for tensor in inputs])
            self._running = (path, inputs)

    def _after_layer(self, module: nn.Module, _args: Any, _kwargs: Any, output: Any) -> Any:
        layer = self._layer
        if threading.get_ident() != self._thread or layer is None:
            return None
        if self._depth:
            self._depth -= 1
            return None
        self._layer, self._running = None, ("", [])
        with torch._C.DisableTorchFunction():
            outputs = tensors_in(output)
            if not outputs:
                return None
            count = self._times.get(layer.path, 0)
            call = self._new_call(layer.path, type(module).__name__)
            self._connect(call, [tensor for tensor, _ in layer.versions])
            if self._describes:
                call.shared = count > 0
                call.attributes = operations.module_attributes(module)
                call.inner = layer.inner
                call.params += self._count(module.parameters())
                call.buffers = sum(buffer.numel() for buffer in module.buffers())
                call.macs += layer.macs // self._batch
            return self._produce(call, output, outputs, layer.versions)

    def _inside_layer(self, name: str, func: Callable[..., Any], args: Any, kwargs: Mapping[str, Any]) -> Any:
        result = self._compute(name, func, args, kwargs)
        layer = self._layer
        if self._describes and layer is not None and tensors_in(result):
            layer.macs += cost.multiply_adds(name, args, kwargs, result)
            if not type(layer.module).__module__.startswith("torch.nn"):
                layer.inner.append((name, operations.call_attributes(name, args, kwargs)))
        return result

    # Functions

    def _function(self, name: str, func: Callable[..., Any], args: Any, kwargs: Mapping[str, Any]) -> Any:
        inputs = tensors_in(args)
        if kwargs:
            inputs = inputs + tensors_in(kwargs)
        versions = [(tensor, tensor._version) for tensor in inputs]
        self._running = (name, inputs)
        result = self._compute(name, func, args, kwargs)
        self._running = ("", [])
        outputs = tensors_in(result)
        if not outputs:
            outputs = [tensor for tensor, version in versions if tensor._version != version][:1]  # `x[...] = y`
            if not outputs:
                return result
        makers = [self._producers.maker(tensor) for tensor in inputs]
        if not any(isinstance(maker, int) for maker in makers):
            self._note_constant(name, args, kwargs, inputs, outputs)
            return result
        call = self._new_call(self._function_path(name), name)
        self._connect(call, inputs)
        if self._describes:
            call.attributes = operations.call_attributes(name, args, kwargs)
            call.macs += cost.multiply_adds(name, args, kwargs, result) // self._batch
        produced = self._produce(call, result, outputs, versions)
        return result if produced is None else produced

    def _compute(self, name: str, func: Callable[..., Any], args: Any, kwargs: Mapping[str, Any]) -> Any:
        self._computing = (name, args, kwargs)
        result = self._result(name, func, args, kwargs)
        self._computing = None
        return result

    def _result(self, name: str, func: Callable[..., Any], args: Any, kwargs: Mapping[str, Any]) -> Any:
        if not self._on_meta:
            return func(*args, **kwargs)
        result = shortcuts.apply(name, operations.is_in_place(func), args, kwargs)
        if result is not None:
            return result
        strays = [tensor for tensor in tensors_in(args) if not tensor.is_meta and tensor.dim()]
        if strays and any(tensor.is_meta for tensor in tensors_in(args)):
            args = replace_tensors(args, {id(tensor): tensor.to("meta") for tensor in strays})
        return func(*args, **kwargs)

    def _note_constant(
        self, name: str, args: Any, kwargs: Mapping[str, Any], inputs: list[torch.Tensor], outputs: list[torch.Tensor]
    ) -> None:
        """Remembers what weights a value stands for that does not depend on the image."""
        constant = Constant()
        for tensor in inputs:
            maker = self._producers.maker(tensor)
            if isinstance(maker, Constant):
                constant.merge(maker)
            elif isinstance(tensor, nn.Parameter):
                constant.parameters[id(tensor)] = tensor
        constant.macs += cost.multiply_adds(name, args, kwargs, outputs[0])
        storages = {tensor.untyped_storage()._cdata for tensor in inputs}
        for tensor in outputs:
            if not isinstance(tensor, nn.Parameter):
                is_new = tensor.untyped_storage()._cdata not in storages
                self._producers.mark(tensor, constant, is_new=is_new)

    def _function_path(self, name: str) -> str:
        path = self.regions[self._open[-1]].path if self._open else ""
        return f"{path}.{name}" if path else name

    # Both

    def _new_call(self, path: str, kind: str) -> Call:
        count = self._times[path] = self._times.get(path, 0) + 1
        block = self._open[-1] if self._open else 0
        call = Call(len(self.calls), _numbered(path, count), kind, block)
        self.calls.append(call)
        return call

    def _connect(self, call: Call, inputs: list[torch.Tensor]) -> None:
        """Finds the nodes that made the inputs, and counts the weights among them."""
        makers: list[int] = []
        shapes: list[Shape] = []
        for tensor in inputs:
            maker = self._producers.maker(tensor)
            if isinstance(maker, int):
                makers.append(maker)
                shapes.append(self._shape(tensor))
            elif isinstance(maker, Constant):
                call.params += self._count(maker.parameters.values())
                call.macs += maker.macs // self._batch
                maker.macs = 0
            elif isinstance(tensor, nn.Parameter):
                call.params += self._count((tensor,))
        call.inputs, call.input_shapes = tuple(makers), tuple(shapes)

    def _produce(
        self, call: Call, result: Any, outputs: list[torch.Tensor], versions: list[tuple[torch.Tensor, int]]
    ) -> Any:
        """Marks the outputs as made by `call`; gives the result anew where an input was handed on unchanged."""
        given = {id(tensor): version for tensor, version in versions}
        storages = {tensor.untyped_storage()._cdata for tensor, _ in versions}
        aliases: dict[int, torch.Tensor] = {}
        new_bytes = 0
        for tensor in outputs:
            version = given.get(id(tensor))
            if version is None:
                storage = tensor.untyped_storage()._cdata
                is_new = storage not in storages
                if is_new:
                    storages.add(storage)
                    new_bytes += tensor.numel() * tensor.element_size()
                self._producers.mark(tensor, call.index, is_new=is_new)
            elif tensor._version != version:
                call.in_place = True
                self._producers.write(tensor, call.index)
            else:  # else the next edge would start where this value was made first
                alias = aliases[id(tensor)] = tensor.view_as(tensor)
                self._producers.mark(alias, call.index)
        for tensor, version in versions:
            if tensor._version != version and not call.in_place:  # written through an argument
                self._producers.write(tensor, call.index)
                call.in_place = True
        call.output_shape = self._shape(outputs[0])
        if self._describes:
            call.activation_bytes = new_bytes // self._batch
            call.source = _calling_line()
        self._show(call, aliases.get(id(outputs[0]), outputs[0]))
        return replace_tensors(result, aliases) if aliases else None

    def _show(self, call: Call, output: torch.Tensor) -> None:
        if self._visit is not None:
            self._visit(call.path, output)

    def _count(self, parameters: Iterable[torch.Tensor]) -> int:
        """Elements of the parameters that have not been used before in this pass."""
        total = 0
        for parameter in parameters:
            if id(parameter) not in self._counted:
                self._counted.add(id(parameter))
                total += parameter.numel()
        return total

    def _shape(self, tensor: torch.Tensor) -> Shape:
        """The shape for one image; where windows of the images lie in the first dimension, how many an image has."""
        shape = tuple(tensor.shape)
        if not shape or shape[0] % self._batch:
            return shape
        windows = shape[0] // self._batch
        return shape[1:] if windows == 1 else (windows, *shape[1:])


def _numbered(path: str, count: int) -> str:
    return path if count == 1 else f"{path}#{count}"


def _calling_line() -> str:
    """Where the innermost code outside of torch and of this file stands."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith(_HIDDEN_FILES):
            return f"{file.rsplit(os.sep, 1)[-1]}:{frame.f_lineno}"
        frame = frame.f_back
    return ""
