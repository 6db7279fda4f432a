"""Turning a model into its layer graph by running it once on tensors that have shapes and no content."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from explorer import catalogue
from explorer.errors import said_by
from explorer.graph import follower, kinds, lazymeta, receptive_field, structure
from explorer.graph.follower import INPUT, OUTPUT
from explorer.graph.mismatch.error import ShapeError
from explorer.graph.mismatch.explain import explain
from explorer.graph.mismatch.place import is_own, place
from explorer.graph.mismatch.words import no_tensor
from explorer.graph.model import Block, Category, LayerGraph, Node, ReceptiveField, Shape
from explorer.graph.producers import tensors_in
from explorer.graph.recorder import NoTensorError, Recorder
from explorer.graph.watcher import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.catalogue import Choice
    from explorer.graph.calls import Call, Region

# What a model's forward raises on an input that it cannot take.
_MODEL_ERRORS = (
    RuntimeError,
    ValueError,
    AssertionError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    NameError,
)
_MANY = 127  # images, which take no memory here
_UNTOLD = (LookupError, NameError, AttributeError, ArithmeticError)  # whose text alone says little: "'conv9'"


def trace(
    model: nn.Module, input_shape: Shape, *, architecture: str = "", mode: str = "eval", batch: int | None = None
) -> LayerGraph:
    """The graph of `model` on one image of `input_shape` (C, H, W); `model` itself is not touched.

    Runs on a copy without weights. A model that looks at the values of its activations is run again on real ones.

    Args:
        mode: "eval" or "train"; the latter shows what runs in training only.
        batch: How many images at once, for a model that takes no other number; the graph is that of one.

    Raises:
        ShapeError: The model cannot take such an input; it says why, and brings the graph of what ran.
    """
    return _trace(_shadow(model), lambda: copy.deepcopy(model).cpu(), input_shape, architecture, mode, batch)


def graph_of(choice: Choice, mode: str = "eval") -> LayerGraph:
    """The graph of an architecture as chosen; allocates no weights and draws nothing at random.

    Raises:
        ExplorerError: The choice does not fit the architecture. ShapeError: as `trace`.
    """
    catalogue.load_all()  # here: torch 2.8 imports parts of itself with torchvision, which fails on the meta device
    return trace_new(lambda: catalogue.build(choice), choice.input_shape, architecture=choice.architecture, mode=mode)


def trace_new(
    make: Callable[[], nn.Module], input_shape: Shape, *, architecture: str = "", mode: str = "eval"
) -> LayerGraph:
    """The graph of the model that `make` builds; `make` runs without allocating weights.

    Raises:
        ShapeError: The model cannot take such an input; as `trace`. What `make` itself raises comes through.
    """
    model = lazymeta.build_on_meta(make)
    return _trace(model, lambda: _with_values(model), input_shape, architecture, mode)


def trace_loaded(
    load: Callable[[], nn.Module], input_shape: Shape, *, architecture: str = "", batch: int | None = None
) -> LayerGraph:
    """The graph of the model that `load` gives, with its weights, anew each time; what it gives is changed.

    For models that cannot be copied. Raises: As `trace`, and what `load` itself raises.
    """
    model = load()
    lazymeta.put_on_meta(model)
    return _trace(model, load, input_shape, architecture, "eval", batch)


def run(model: nn.Module, images: torch.Tensor, visit: Callable[[str, torch.Tensor], None]) -> torch.Tensor:
    """A real forward pass of `model` on `images` (N, C, H, W), shown to `visit` node by node.

    `visit(path, output)` gets the paths of the layer graph, each at the moment its output is made; a later layer may
    overwrite it in place, so a visitor copies what it keeps. The model's mode and the gradient mode are the caller's;
    `torch.inference_mode` is not supported. The model is as before when this returns or raises.

    Returns:
        The logits (N, classes); of several outputs the first.
    """
    return tensors_in(Watcher(model, visit).run(images.view_as(images)))[0]


def _shadow(model: nn.Module) -> nn.Module:
    """A copy of `model` that shares nothing with it and has no weights."""
    memo: dict[int, Any] = {}
    for parameter in model.parameters():
        memo[id(parameter)] = nn.Parameter(parameter.detach().to("meta"), parameter.requires_grad)
    for buffer in model.buffers():
        memo[id(buffer)] = buffer.detach().to("meta")
    return copy.deepcopy(model, memo)


def _with_values(model: nn.Module) -> nn.Module:
    """`model` with real weights, small and the same every time; its buffers are zero."""
    generator = torch.Generator().manual_seed(0)
    model = model.to_empty(device="cpu")
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0, 0.02, generator=generator)
        for buffer in model.buffers():
            buffer.zero_()
    return model


def _trace(
    model: nn.Module,
    make_real: Callable[[], nn.Module],
    input_shape: Shape,
    architecture: str,
    mode: str,
    batch: int | None = None,
) -> LayerGraph:
    batch = batch or (2 if mode == "train" else 1)  # batch normalisation of a 1x1 map needs two images in training
    model.train(mode == "train")
    recorder = Recorder(model, batch)
    try:
        _forward(recorder, torch.empty((batch, *input_shape), dtype=_dtype(model), device="meta"))
        if recorder.is_unclear and mode == "train":
            recorder = _again(model, input_shape) or recorder
    except _MODEL_ERRORS as error:
        if not _asks_for_values(error):
            raise ShapeError(_partial(error, recorder, architecture, input_shape, mode)) from error
        real = make_real().train(mode == "train")
        recorder = Recorder(real, batch)
        generator = torch.Generator().manual_seed(0)
        try:
            _forward(recorder, torch.randn((batch, *input_shape), generator=generator).to(_dtype(real)))
        except _MODEL_ERRORS as second:
            raise ShapeError(_partial(second, recorder, architecture, input_shape, mode)) from second
    graph = _graph(recorder, architecture, input_shape, mode)
    return replace(graph, unused_params=max(follower.weight_count(model) - graph.params, 0))


def _again(model: nn.Module, input_shape: Shape) -> Recorder | None:
    """What runs for so many images that no other dimension has that size; None where the model does not take them."""
    recorder = Recorder(model, _MANY)
    try:
        _forward(recorder, torch.empty((_MANY, *input_shape), dtype=_dtype(model), device="meta"))
    except _MODEL_ERRORS:
        return None
    return recorder


def _dtype(model: nn.Module) -> torch.dtype:
    """The kind of numbers that the model's weights are."""
    return next((weight.dtype for weight in model.parameters() if weight.is_floating_point()), torch.float32)


def _forward(recorder: Recorder, images: torch.Tensor) -> None:
    with torch.no_grad():
        recorder.run(images)


def _asks_for_values(error: Exception) -> bool:
    return "meta" in str(error).lower()


def _partial(error: Exception, recorder: Recorder, architecture: str, input_shape: Shape, mode: str) -> LayerGraph:
    """The graph up to the operation that raised `error`."""
    failed = None if is_own(error) else recorder.give_up()
    if failed is None:
        recorder.close_regions()
    graph = _graph(recorder, architecture, input_shape, mode)
    reason = _reason(error)
    where = place(error.__traceback__)
    if failed is not None:
        nodes = (*graph.nodes[:-1], replace(graph.nodes[-1], source=where[0], receptive_field=None))
        graph = replace(graph, nodes=nodes)
    mismatch = replace(explain(graph, failed, reason), source=where[0], line=where[1])
    if isinstance(error, NoTensorError):
        mismatch = replace(mismatch, arithmetic=(no_tensor(str(error)),), source="", line="", reason="")
    return replace(graph, mismatch=mismatch)


def _reason(error: Exception) -> str:
    words, name = said_by(error), type(error).__name__
    return words if words and not isinstance(error, _UNTOLD) else f"{name}: {words}".rstrip(": ")


def _graph(recorder: Recorder, architecture: str, input_shape: Shape, mode: str) -> LayerGraph:
    kept = [region for region in recorder.regions if region.last > region.first]
    place = {region.index: new for new, region in enumerate(kept)}
    told: dict[object, dict[str, object]] = {}
    for call in recorder.calls:
        attributes = _attributes(call)
        call.attributes = told.setdefault((call.kind, *attributes.items()), attributes)  # equal layers share theirs
        call.category = _category(call)
    fields = receptive_field.fields(recorder.calls)
    nodes = tuple(_node(call, place, seen) for call, seen in zip(recorder.calls, fields, strict=True))
    blocks = [_block(region, place, nodes) for region in kept]
    return LayerGraph(architecture, tuple(input_shape), nodes, structure.annotate(blocks, nodes), mode)


def _node(call: Call, place: dict[int, int], seen: ReceptiveField | None) -> Node:
    return Node(
        call.index,
        call.path,
        call.kind,
        call.category,
        place[call.block],
        call.inputs,
        call.input_shapes,
        call.output_shape,
        call.params,
        call.buffers,
        call.macs,
        call.activation_bytes,
        seen,
        call.attributes,
        call.in_place,
        call.shared,
        call.source,
    )


def _category(call: Call) -> Category:
    if call.kind == INPUT and not call.inputs:
        return Category.INPUT
    if call.kind == OUTPUT and not call.source:
        return Category.OUTPUT
    found = kinds.category(call.kind, len(set(call.inputs)))
    if found is Category.OTHER and call.inner:
        inner = {kinds.category(name, 1) for name, _ in call.inner}
        order = (Category.CONVOLUTION, Category.LINEAR, Category.NORMALISATION, Category.POOLING, Category.ACTIVATION)
        return next((category for category in order if category in inner), found)
    return found


def _attributes(call: Call) -> dict[str, object]:
    """The layer's own, and for a layer of the user the windows that its functions slide over the image."""
    windows = [attributes for _, attributes in call.inner if "kernel_size" in attributes]
    if not windows or "kernel_size" in call.attributes:
        return call.attributes
    names = ("kernel_size", "stride", "padding", "dilation")
    return {**call.attributes, "windows": tuple(tuple(window.get(name, 1) for name in names) for window in windows)}


def _block(region: Region, place: dict[int, int], nodes: tuple[Node, ...]) -> Block:
    inside = nodes[region.first : region.last]
    return Block(
        place[region.index],
        place.get(region.parent, -1),
        region.path,
        region.kind,
        region.first,
        region.last,
        region.output_shape,
        params=sum(node.params for node in inside),
        macs=sum(node.macs for node in inside),
        activation_bytes=sum(node.activation_bytes for node in inside),
    )
