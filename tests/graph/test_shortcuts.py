"""The shape rules give what torch gives, or leave it to torch."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from explorer.graph import operations, shortcuts
from explorer.graph.recorder import Recorder


def meta(*shape: int) -> Tensor:
    return torch.empty(shape, device="meta")


CALLS: dict[str, Callable[[], Tensor]] = {
    "conv": lambda: functional.conv2d(meta(2, 4, 9, 7), meta(6, 2, 3, 3), None, (2, 1), (1, 0), 2, 2),
    "conv same": lambda: functional.conv2d(meta(2, 4, 9, 7), meta(6, 4, 3, 3), padding="same"),
    "conv without batch": lambda: functional.conv2d(meta(4, 9, 7), meta(6, 4, 3, 3)),
    "max pool": lambda: functional.max_pool2d(meta(1, 3, 11, 8), 3, 2, 1),
    "max pool, ceiling": lambda: functional.max_pool2d(meta(1, 3, 12, 8), 3, 2, ceil_mode=True),
    "avg pool": lambda: functional.avg_pool2d(meta(1, 3, 11, 8), (2, 3)),
    "adaptive": lambda: functional.adaptive_avg_pool2d(meta(1, 3, 11, 8), (3, 2)),
    "adaptive, one side": lambda: functional.adaptive_avg_pool2d(meta(1, 3, 11, 8), (None, 2)),
    "linear": lambda: functional.linear(meta(2, 5, 7), meta(3, 7), meta(3)),
    "relu": lambda: functional.relu(meta(2, 3)),
    "gelu": lambda: functional.gelu(meta(2, 3)),
    "softmax": lambda: functional.softmax(meta(2, 3), 1),
    "batch norm": lambda: functional.batch_norm(meta(2, 3, 4, 4), meta(3), meta(3), meta(3), meta(3), True),
    "layer norm": lambda: functional.layer_norm(meta(2, 3, 4), (3, 4)),
    "cat": lambda: torch.cat((meta(2, 3, 4), meta(2, 5, 4)), -2),
    "add": lambda: meta(2, 3) + meta(2, 3),
    "add, broadcast": lambda: meta(2, 1, 3) + meta(4, 1),
    "times a number": lambda: meta(2, 3) * 2,
    "number first": lambda: 2 * meta(2, 3),
    "integers": lambda: torch.empty(3, dtype=torch.int64, device="meta") * 2.5,
    "times, broadcast": lambda: meta(2, 5, 4, 4) * meta(5, 1, 1),
    "over, broadcast": lambda: meta(1, 4) / meta(3, 1, 1),
    "compared": lambda: meta(2, 3) != 0,
    "clamp": lambda: torch.clamp(meta(2, 3), max=4.6),
    "clamp, tensor": lambda: torch.clamp(meta(2, 3), meta(3)),
    "normalize": lambda: functional.normalize(meta(2, 3, 4), dim=-1),
    "masked fill": lambda: meta(1, 3, 4).masked_fill(meta(2, 3, 4) > 0, -100.0),
    "roll": lambda: torch.roll(meta(2, 4, 4, 3), shifts=(-1, 1), dims=(1, 2)),
    "roll, flat": lambda: torch.roll(meta(2, 4), 1),
    "matmul": lambda: meta(2, 1, 3, 4).matmul(meta(5, 4, 6)),
    "matmul, vector": lambda: meta(2, 3, 4) @ meta(4),
    "einsum": lambda: torch.einsum("B G I D, B G J D -> B G I J", meta(2, 3, 4, 5), meta(2, 3, 6, 5)),
    "einsum, dots": lambda: torch.einsum("...ij,...jk->...ik", meta(2, 4, 5), meta(2, 5, 6)),
    "dropout": lambda: functional.dropout(meta(2, 3), 0.5, True),
    "dropout off": lambda: functional.dropout(meta(2, 3), 0.5, False),
}


class Shortened(torch.overrides.TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        result = shortcuts.apply(operations.name_of(func), operations.is_in_place(func), args, kwargs)
        return func(*args, **kwargs) if result is None else result


@pytest.mark.parametrize("name", CALLS)
def test_equals_torch(name: str) -> None:
    expected = CALLS[name]()
    with Shortened():
        found = CALLS[name]()
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    assert found.is_meta


WRONG: dict[str, Callable[[], Tensor]] = {
    "channels": lambda: functional.conv2d(meta(1, 5, 9, 9), meta(6, 4, 3, 3)),
    "too small": lambda: functional.conv2d(meta(1, 4, 2, 2), meta(6, 4, 3, 3)),
    "features": lambda: functional.linear(meta(2, 7), meta(3, 8)),
    "cat": lambda: torch.cat((meta(2, 3, 4), meta(2, 5, 5)), 1),
    "padding": lambda: functional.max_pool2d(meta(1, 3, 9, 9), 2, 2, 2),
    "sum": lambda: meta(2, 3) + meta(2, 4),
    "written sum": lambda: meta(2, 1).add_(meta(2, 4)),
    "matmul": lambda: meta(2, 3, 4).matmul(meta(2, 5, 6)),
    "einsum": lambda: torch.einsum("ij,jk->ik", meta(2, 3), meta(4, 5)),
    "normalize": lambda: functional.normalize(meta(2, 3), dim=2),
    "roll": lambda: torch.roll(meta(2, 3), (1, 1), (0,)),
    "clamp": lambda: torch.clamp(meta(2, 3)),
    "norm": lambda: functional.layer_norm(meta(2, 3, 4), (3, 5)),
    "one value per channel": lambda: functional.batch_norm(meta(1, 3, 1, 1), None, None, training=True),
    "dropout": lambda: functional.dropout(meta(3), 1.5),
}


@pytest.mark.parametrize("name", WRONG)
def test_errors_are_torchs_own(name: str) -> None:
    with pytest.raises((RuntimeError, ValueError, IndexError)) as expected:
        WRONG[name]()
    with pytest.raises(expected.type) as found, Shortened():
        WRONG[name]()
    assert str(found.value) == str(expected.value)


@pytest.mark.parametrize("options", [{}, {"need_weights": False}, {"average_attn_weights": False}], ids=str)
@pytest.mark.parametrize("is_odd", [False, True])
def test_attention_equals_torch(options: dict[str, bool], is_odd: bool) -> None:
    with torch.device("meta"):
        layer = torch.nn.MultiheadAttention(8, 2, batch_first=True, add_bias_kv=is_odd)
        queries, others = torch.empty(3, 5, 8), torch.empty(3, 7, 8)
        for key in (queries, others):
            expected = layer(queries, key, key, **options)
            with Shortened():
                found = layer(queries, key, key, **options)
            assert [None if part is None else part.shape for part in found] == [
                None if part is None else part.shape for part in expected
            ]


def test_in_place_forms_count_as_writes() -> None:
    tensor = meta(2, 3)
    with Shortened():
        for write in (torch.relu_, lambda x: functional.relu(x, inplace=True), lambda x: x.add_(1)):
            before = tensor._version
            assert write(tensor) is tensor
            assert tensor._version == before + 1


def test_shortcuts_do_not_change_the_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    from explorer import catalogue
    from explorer.graph import trace

    for name in ("googlenet", "densenet", "lenet_bn", "resnet18"):
        choice = catalogue.find(name).default_choice()
        short = trace.graph_of(choice)
        with monkeypatch.context() as patch:
            patch.setattr(shortcuts, "apply", lambda *_: None)
            assert trace.graph_of(choice) == short


def test_real_tensors_are_left_to_torch() -> None:
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 1, 3))
    assert not Recorder(model, 1).run(torch.ones(1, 1, 4, 4)).is_meta
