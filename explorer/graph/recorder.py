"""Following one forward pass: every layer and every function outside a layer, in order, with who feeds whom."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.autograd.graph import increment_version

from explorer.graph import cost, follower, operations, shortcuts, strictness
from explorer.graph.calls import Call, Failed, Region
from explorer.graph.follower import INPUT, OUTPUT, Follower
from explorer.graph.producers import Constant, replace_tensors, share_storage, tensors_in, version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import FrameType

    from explorer.graph.follower import Forward
    from explorer.graph.model import Shape

_HIDDEN_FILES = (os.path.dirname(torch.__file__) + os.sep, __file__, follower.__file__)


class NoTensorError(TypeError):
    """The model ran, and what it returns holds no tensor; its one argument is the name of the type."""


@dataclass(slots=True)
class _Layer:
    """A layer that is running just now."""

    path: str
    module: nn.Module
    versions: list[tuple[torch.Tensor, int]]
    is_torchs: bool
    macs: int = 0
    inner: list[tuple[str, dict[str, object]]] = field(default_factory=list)


class Recorder(Follower):
    """Records one call of `model`: every node with its connections and numbers, and every block.

    What depends on weights alone is no node: it is counted where it is used.

    Attributes:
        calls, regions: What ran, in order of execution.
        is_unclear: A shape has the size of the batch in its second dimension, which may be a coincidence.
    """

    def __init__(self, model: nn.Module, batch: int) -> None:
        super().__init__(model)
        self.calls: list[Call] = []
        self.regions: list[Region] = []
        self._batch = batch
        self.is_unclear = False
        self._on_meta = False
        self._open: list[int] = []
        self._layer: _Layer | None = None
        self._running: tuple[str, list[torch.Tensor]] = ("", [])
        self._computing: tuple[str, tuple[Any, ...], Mapping[str, Any]] | None = None
        self._counted: set[int] = set()
        self._failure: tuple[list[int], _Layer | None] | None = None  # what was open then; None once it goes on

    def give_up(self) -> Failed | None:
        """After an error: notes the operation that could not run as the last call; None where the model gave up itself.

        Ends the blocks that were running, so that calls and regions make a graph.
        """
        name, inputs = self._running
        self._open, self._layer = self._failure or (self._open, self._layer)
        failed = self._failed(name, inputs) if inputs else None
        self.close_regions()
        return failed

    def close_regions(self) -> None:
        """Ends the blocks that were running when the model gave up."""
        for index in self._open:
            self.regions[index].last = len(self.calls)

    def _start(self, name: str, inputs: list[torch.Tensor]) -> None:
        """Notes the operation that runs next; what failed before it did not stop the model."""
        self._running, self._failure = (name, inputs), None

    def _note_failure(self) -> None:
        """Keeps what is open where an error comes from; called by the innermost first."""
        if self._failure is None:
            self._failure = list(self._open), self._layer

    def _failed(self, name: str, inputs: list[torch.Tensor]) -> Failed:
        layer = self._layer
        function, args, kwargs = self._computing or ("", (), {})
        told = operations.call_attributes(function, args, kwargs) if function else {}
        if function in ("view", "reshape"):
            told["shape"] = operations.asked_shape(args)
        if layer is None:
            call = self._new_call(self._function_path(name), name)
            call.attributes = told
        else:
            call = self._new_call(layer.path, follower.kind_of(layer.module))
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
            return self._inside_layer(self._layer, name, func, args, kwargs)
        if name in operations.HANDING_ON and isinstance(maker := self._producers.maker(args[0]), int):
            result = func(*args, **kwargs)
            self._producers.mark(result, maker)
            return result
        return self._function(name, func, args, kwargs)

    def _begin(self, images: torch.Tensor) -> None:
        self._region("", type(self._model).__name__)
        self._on_meta = images.is_meta
        call = self._new_call(INPUT, INPUT)
        call.output_shape = self._shape(images)
        call.activation_bytes = images.numel() * images.element_size() // self._batch
        self._producers.mark(images, call.index)

    def _finish(self, result: Any) -> None:
        outputs = tensors_in(result)
        if not outputs:
            raise NoTensorError(type(result).__name__)
        self._open = [0]
        call = self._new_call(OUTPUT, OUTPUT)
        self._connect(call, outputs)
        call.output_shape = self.regions[0].output_shape = self._shape(outputs[0])
        self.close_regions()

    # Blocks

    def _region(self, path: str, kind: str) -> None:
        parent = self._open[-1] if self._open else -1
        region = Region(len(self.regions), parent, self._block_path(path), kind, len(self.calls))
        self.regions.append(region)
        self._open.append(region.index)

    def _around_block(self, path: str, module: nn.Module) -> Forward:
        forward, kind = module.forward, type(module).__name__

        def run(*args: Any, **kwargs: Any) -> Any:
            if self._layer is not None or self._is_elsewhere():
                return forward(*args, **kwargs)
            self._region(path, kind)
            try:
                output = forward(*args, **kwargs)
            except BaseException:
                self._note_failure()
                raise
            finally:
                region = self.regions[self._open.pop()]
                region.last = len(self.calls)
            tensors = tensors_in(output)
            if tensors:
                with torch._C.DisableTorchFunction():
                    region.output_shape = self._shape(tensors[0])
            return output

        return run

    # Layers

    def _around_layer(self, path: str, module: nn.Module) -> Forward:
        forward, is_torchs = module.forward, type(module).__module__.startswith("torch.nn")

        def run(*args: Any, **kwargs: Any) -> Any:
            if self._layer is not None or self._is_elsewhere():
                return forward(*args, **kwargs)
            with torch._C.DisableTorchFunction():
                inputs = tensors_in(args) + tensors_in(kwargs) if kwargs else tensors_in(args)
                versions = [(tensor, version(tensor)) for tensor in inputs]
                layer = self._layer = _Layer(path, module, versions, is_torchs)
                self._start(path, inputs)
            try:
                output = forward(*args, **kwargs)
            except BaseException:
                self._note_failure()
                raise
            finally:
                self._layer = None
            with torch._C.DisableTorchFunction():
                self._running = ("", [])
                return self._ran(layer, output)

        return run

    def _ran(self, layer: _Layer, output: Any) -> Any:
        """Notes a layer that has run; gives its output, anew where that is its input."""
        outputs = tensors_in(output)
        if not outputs:
            return output
        module = layer.module
        call = self._new_call(layer.path, follower.kind_of(module))
        self._connect(call, [tensor for tensor, _ in layer.versions])
        call.shared = self._times[layer.path] > 1
        call.attributes = operations.module_attributes(module)
        call.inner = layer.inner
        if follower.has_children(module):
            call.params += self._count(module.parameters())
            call.buffers = sum(buffer.numel() for buffer in module.buffers())
        else:
            call.params += self._count(module._parameters.values())
            call.buffers = sum(buffer.numel() for buffer in module._buffers.values() if buffer is not None)
        call.macs += layer.macs // self._batch
        return self._produce(call, output, outputs, layer.versions)

    def _inside_layer(
        self, layer: _Layer, name: str, func: Callable[..., Any], args: Any, kwargs: Mapping[str, Any]
    ) -> Any:
        result = self._compute(name, func, args, kwargs)
        layer.macs += cost.multiply_adds(name, args, kwargs, result)
        if not layer.is_torchs and tensors_in(result):
            layer.inner.append((name, operations.call_attributes(name, args, kwargs)))
        return result

    # Functions

    def _function(self, name: str, func: Callable[..., Any], args: Any, kwargs: Mapping[str, Any]) -> Any:
        inputs = tensors_in(args)
        if kwargs:
            inputs = inputs + tensors_in(kwargs)
        versions = [(tensor, version(tensor)) for tensor in inputs]
        self._start(name, inputs)
        result = self._compute(name, func, args, kwargs)
        self._running = ("", [])
        outputs = tensors_in(result)
        if not outputs:
            outputs = [tensor for tensor, before in versions if version(tensor) != before][:1]  # `x[...] = y`
            if not outputs:
                return result
        makers = [self._producers.maker(tensor) for tensor in inputs]
        if name in operations.SHAPE_ONLY or not any(isinstance(maker, int) for maker in makers):
            self._note_constant(name, args, kwargs, inputs, outputs)
            return result
        call = self._new_call(self._function_path(name), name)
        self._connect(call, inputs)
        call.attributes = operations.call_attributes(name, args, kwargs)
        call.macs += cost.multiply_adds(name, args, kwargs, result) // self._batch
        return self._produce(call, result, outputs, versions)

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
        strictness.check(name, args, kwargs)
        strays = [tensor for tensor in tensors_in(args) if not tensor.is_meta and tensor.dim()]
        if strays and any(tensor.is_meta for tensor in tensors_in(args)):
            if strays[0] is args[0] and (name == "setitem" or operations.is_in_place(func)):
                increment_version(strays[0])  # it would be written into; there is nothing to write
                return None if name == "setitem" else strays[0]
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
        for tensor in outputs:
            if not isinstance(tensor, nn.Parameter):
                is_new = not any(share_storage(tensor, given) for given in inputs)
                self._producers.mark(tensor, constant, is_new=is_new)

    def _function_path(self, name: str) -> str:
        path = self.regions[self._open[-1]].path if self._open else ""
        return f"{path}.{name}" if path else name

    # Both

    def _new_call(self, path: str, kind: str) -> Call:
        block = self._open[-1] if self._open else 0
        call = Call(len(self.calls), self._node_path(path), kind, block)
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
        """Marks the outputs as made by `call`; gives the result, anew where an input was handed on unchanged."""
        given = {id(tensor): before for tensor, before in versions}
        known = [tensor for tensor, _ in versions]
        aliases: dict[int, torch.Tensor] = {}
        new_bytes = 0
        for tensor in outputs:
            before = given.get(id(tensor))
            if before is None:
                is_new = not any(share_storage(tensor, other) for other in known)
                if is_new:
                    known.append(tensor)
                    new_bytes += tensor.numel() * tensor.element_size()
                self._producers.mark(tensor, call.index, is_new=is_new)
            elif version(tensor) != before:
                call.in_place = True
                self._producers.write(tensor, call.index)
            else:  # else the next edge would start where this value was made first
                alias = aliases[id(tensor)] = tensor.view_as(tensor)
                self._producers.mark(alias, call.index)
        for tensor, before in versions:
            if not call.in_place and version(tensor) != before:  # written through an argument
                self._producers.write(tensor, call.index)
                call.in_place = True
        call.output_shape = self._shape(outputs[0])
        call.activation_bytes = new_bytes // self._batch
        call.source = _calling_line()
        return replace_tensors(result, aliases) if aliases else result

    def _count(self, parameters: Iterable[torch.Tensor | None]) -> int:
        """Elements of the parameters that have not been used before in this pass."""
        total = 0
        for parameter in parameters:
            if parameter is not None and id(parameter) not in self._counted:
                self._counted.add(id(parameter))
                total += parameter.numel()
        return total

    def _shape(self, tensor: torch.Tensor) -> Shape:
        """The shape for one image; where windows of the images lie in the first dimension, how many an image has.

        Recurrent layers take sequences whose first dimension is time and whose second one is the batch.
        """
        shape = tuple(tensor.shape)
        is_second = len(shape) > 1 and shape[1] == self._batch != shape[0]
        self.is_unclear |= is_second and self._batch > 1
        if not shape or shape[0] % self._batch:
            return (shape[0], 1, *shape[2:]) if is_second else shape
        windows = shape[0] // self._batch
        return shape[1:] if windows == 1 else (windows, *shape[1:])


def _calling_line() -> str:
    """Where the innermost code outside of torch and of the following stands."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        name = _file_names.get(file)
        if name is None:
            name = _file_names[file] = "" if file.startswith(_HIDDEN_FILES) else file.rsplit(os.sep, 1)[-1]
        if name:
            return f"{name}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


_file_names: dict[str, str] = {}  # without the folder; "" of those that are not shown
