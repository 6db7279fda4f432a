"""Networks of any layers: each number of the graph is that of a real forward pass, and the picture is sound."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from explorer.graph import serial, trace, views
from explorer.graph.layout import layout
from explorer.graph.producers import share_storage, tensors_in
from tests.graph.geometry import faults
from tests.graph.networks import Shape, any_networks
from tests.graph.wholeness import check_wholeness

if TYPE_CHECKING:
    from explorer.graph.model import LayerGraph

_CHANNELS_LAST = ("permute", "contiguous")  # in the networks of these tests
SOME = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))


def ran(model: nn.Module, images: Tensor) -> list[tuple[str, Tensor]]:
    """What each node puts out in a real pass; everything is kept, so that no storage is used again."""
    kept: list[tuple[str, Tensor]] = []
    with torch.no_grad():
        trace.run(model, images, lambda path, output: kept.append((path, output)))
    return kept


@SOME
@given(any_networks(), st.sampled_from(["eval", "train"]))
def test_numbers_are_those_of_a_real_pass(network: tuple[nn.Module, Shape], mode: str) -> None:
    model, shape = network
    batch = 2 if mode == "train" else 1
    graph = trace.trace(model, shape, mode=mode)
    check_wholeness(graph)
    model = copy.deepcopy(model).train(mode == "train")
    images = torch.rand(batch, *shape)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        results = tensors_in(model(images.clone()))
    assert graph.params + graph.unused_params == sum(weight.numel() for weight in model.parameters())
    assert graph.macs == counter.get_total_flops() // 2 // batch
    assert graph.nodes[-1].output_shape == tuple(results[0].shape[1:])
    _check_outputs(graph, ran(model, images), batch)
    assert serial.from_json(serial.to_json(graph)) == graph


def _check_outputs(graph: LayerGraph, outputs: list[tuple[str, Tensor]], batch: int) -> None:
    assert [path for path, _ in outputs] == [node.path for node in graph.nodes]
    for place, (node, (path, output)) in enumerate(zip(graph.nodes[:-1], outputs, strict=False)):
        assert node.output_shape == tuple(output.shape[1:]), path
        is_new = not any(share_storage(output, before) for _, before in outputs[:place])
        made = output.numel() * output.element_size() // batch if is_new else 0
        # Those put out several, and a convolution on a CPU may lay its numbers out so that they need not be copied.
        if node.kind not in ("chunk", "split", "max_pool2d", "contiguous"):
            assert node.activation_bytes == made, path


@SOME
@given(any_networks(), st.sampled_from(list(views.Detail)), st.booleans())
def test_pictures_have_no_fault(network: tuple[nn.Module, Shape], detail: views.Detail, joins: bool) -> None:
    graph = trace.trace(*network)
    opened = views.open_blocks(graph, detail)
    assert faults(graph, layout(graph, opened, join_layers=joins)) == []


def _positive(model: nn.Module) -> nn.Module:
    """With weights that let no part of a window vanish."""
    model = copy.deepcopy(model).double().eval()
    for module in model.modules():
        if hasattr(module, "inplace"):
            module.inplace = False  # what is overwritten has no gradient of its own
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.rand(parameter.shape, generator=generator, dtype=torch.double) / 9 + 0.05)
    return model


@SOME
@given(any_networks(linear=True), st.data())
def test_receptive_fields_are_the_support_of_the_gradient(
    network: tuple[nn.Module, Shape], data: st.DataObject
) -> None:
    model, shape = network
    graph = trace.trace(model, shape)
    images = (torch.rand(1, *shape, dtype=torch.double) + 0.5).requires_grad_()
    kept: list[Tensor] = []
    trace.run(_positive(model), images.clone(), lambda _, output: kept.append(output))
    shown = [
        node
        for node in graph.nodes[1:-1]
        if node.receptive_field is not None
        and not node.receptive_field.whole
        and len(node.output_shape) == 3
        and node.kind not in _CHANNELS_LAST
    ]
    assume(shown)
    node = data.draw(st.sampled_from(shown))
    output, field = kept[node.index], node.receptive_field
    assert field is not None
    unit = tuple(data.draw(st.integers(0, side - 1)) for side in output.shape[2:])
    (gradient,) = torch.autograd.grad(output[0, :, unit[0], unit[1]].sum(), images)
    reached = gradient[0].abs().sum(0) > 0
    expected: list[range] = []
    for axis in (0, 1):
        centre = field.start[axis] + unit[axis] * field.stride[axis]
        first, last = round(centre - field.size[axis] / 2), round(centre + field.size[axis] / 2)
        expected.append(range(max(first, 0), min(last, shape[1 + axis])))
    if not all(expected):
        assert not reached.any()  # in the padding alone
        return
    # Where it is cut off, the gaps of a dilated window, or the padding of a later layer, may be all that is left.
    is_cut = any(len(expected[axis]) < field.size[axis] for axis in (0, 1))
    for axis in (0, 1):
        places = reached.any(1 - axis).nonzero().flatten().tolist()
        assert set(places) <= set(expected[axis])
        if not is_cut:
            assert (places[0], places[-1]) == (expected[axis][0], expected[axis][-1]), node.path
