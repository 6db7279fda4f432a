"""Networks of any layers and connections, to hold a traced graph against a real forward pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import DrawFn

Shape = tuple[int, int, int]
_LARGEST, _MOST_CHANNELS = 40, 24


class Residual(nn.Module):
    """Adds what a body makes to what a projection, or nothing, makes of the same input."""

    def __init__(self, body: nn.Module, skip: nn.Module | None, form: str) -> None:
        super().__init__()
        self.body, self.skip, self.form = body, skip, form

    def forward(self, x: Tensor) -> Tensor:
        made = self.body(x)
        other = x if self.skip is None else self.skip(x)
        if self.form == "in place":
            made += other
            return made
        if self.form == "scaled":
            return torch.add(made, other, alpha=0.5).relu()
        return functional.relu(made + other, inplace=True)


class Branches(nn.Module):
    """Concatenates what branches make of one input."""

    def __init__(self, branches: list[nn.Module]) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.branches], 1)


class Dense(nn.Module):
    """Each layer reads all before it."""

    def __init__(self, layers: list[nn.Module]) -> None:
        super().__init__()
        self.layers = nn.ModuleDict({f"layer{number}": layer for number, layer in enumerate(layers)})

    def forward(self, x: Tensor) -> Tensor:
        seen = [x]
        for layer in self.layers.values():
            seen.append(layer(torch.cat(seen, 1)))
        return torch.cat(seen, dim=1)


class Halves(nn.Module):
    """One half of the channels goes through a body; then the channels are shuffled."""

    def __init__(self, body: nn.Module, form: str) -> None:
        super().__init__()
        self.body, self.form = body, form

    def forward(self, x: Tensor) -> Tensor:
        if self.form == "split":
            left, right = torch.split(x, x.shape[1] // 2, dim=1)
        elif self.form == "slice":
            left, right = x[:, : x.size(1) // 2], x[:, x.size(1) // 2 :]
        else:
            left, right = x.chunk(2, dim=1)
        x = torch.cat((left, self.body(right)), 1)
        batch, channels, height, width = x.data.shape
        return x.view(batch, 2, channels // 2, height, width).transpose(1, 2).reshape(batch, -1, height, width)


class Gate(nn.Module):
    """Squeeze and excitation."""

    def __init__(self, channels: int, form: str) -> None:
        super().__init__()
        self.down, self.up, self.form = nn.Linear(channels, 2), nn.Linear(2, channels), form

    def forward(self, x: Tensor) -> Tensor:
        pooled = x.mean((2, 3)) if self.form == "mean" else functional.adaptive_avg_pool2d(x, 1).flatten(1)
        gate = torch.sigmoid(self.up(functional.relu(self.down(pooled))))
        return x * (gate[:, :, None, None] if self.form == "mean" else gate.view(x.size(0), -1, 1, 1).expand_as(x))


class Twice(nn.Module):
    """One module that runs twice."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, x: Tensor) -> Tensor:
        return self.body(self.body(x))


class Calls(nn.Module):
    """A function in a place of its own; a block, as it has an unused child."""

    def __init__(self, call: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.call, self.nothing = call, nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return self.call(x)


class Head(nn.Module):
    def __init__(self, features: int, form: str) -> None:
        super().__init__()
        self.fc, self.form = nn.Linear(features, 5), form

    def forward(self, x: Tensor) -> dict[str, Tensor] | tuple[Tensor, Tensor] | Tensor:
        if self.form == "view":
            return self.fc(x.contiguous().view(x.size(0), -1))
        pooled = torch.flatten(functional.adaptive_avg_pool2d(x, (1, 1)), 1)
        return {"logits": self.fc(pooled), "features": pooled} if self.form == "dict" else (self.fc(pooled), x)


@st.composite
def any_networks(draw: DrawFn, *, linear: bool = False) -> tuple[nn.Module, Shape]:
    """A network of some layers and blocks, and the shape (C, H, W) of images that it takes.

    Args:
        linear: Only what hands a gradient to everything that it reads; with no head.
    """
    shape = (draw(st.integers(1, 6)), draw(st.integers(5, _LARGEST)), draw(st.integers(5, _LARGEST)))
    parts: list[nn.Module] = []
    now = shape
    for _ in range(draw(st.integers(1, 5))):
        part, now = draw(_parts(now, linear=linear, depth=2))
        parts.append(part)
    if not linear and draw(st.booleans()):
        form = draw(st.sampled_from(["view", "dict", "tuple"]))
        parts.append(Head(now[0] * now[1] * now[2] if form == "view" else now[0], form))
    return nn.Sequential(*parts), shape


@st.composite
def _parts(draw: DrawFn, shape: Shape, *, linear: bool, depth: int) -> tuple[nn.Module, Shape]:
    kinds = ["conv"] * 3 + ["pool", "normal", "call"]
    if depth:
        kinds += ["residual", "branches", "dense", "nest", "twice"]
    if not linear:
        # A field is that of all channels together; half of them may come from a branch that sees less.
        kinds += ["halves"] if depth and shape[0] % 2 == 0 else []
        kinds += ["gate", "transposed", "up", "adaptive"]
    kind = draw(st.sampled_from(kinds))
    return draw(_MAKERS[kind](shape, linear, depth))


@st.composite
def _conv(draw: DrawFn, shape: Shape, linear: bool, _depth: int) -> tuple[nn.Module, Shape]:
    channels, *sides = shape
    groups = draw(st.sampled_from([number for number in (1, 1, 2, channels) if channels % number == 0]))
    out = groups * draw(st.integers(1, max(1, _MOST_CHANNELS // (2 * groups))))
    kernel, padding, dilation, stride = [], [], [], []
    for side in sides:
        padding.append(draw(st.integers(0, 2)))
        dilation.append(draw(st.integers(1, 2)))
        kernel.append(draw(st.integers(1, max(1, min(5, (side + 2 * padding[-1] - 1) // dilation[-1] + 1)))))
        # A stride that leaves gaps would leave pixels that nobody sees.
        stride.append(draw(st.integers(1, min(3, kernel[-1]) if linear and dilation[-1] == 1 else 1 if linear else 3)))
    layer = nn.Conv2d(
        channels, out, tuple(kernel), tuple(stride), tuple(padding), tuple(dilation), groups, bias=draw(st.booleans())
    )
    return layer, _after(layer, shape)


@st.composite
def _keeping(draw: DrawFn, shape: Shape, out: int, stride: int = 1) -> nn.Module:
    """A convolution, maybe two, that keeps height and width but for the stride."""
    kernel = draw(st.sampled_from([1, 3, 5]))
    first = nn.Conv2d(shape[0], out, kernel, stride, kernel // 2, bias=draw(st.booleans()))
    more: list[nn.Module] = [nn.BatchNorm2d(out)] if draw(st.booleans()) else []
    if draw(st.booleans()):
        more += [nn.ReLU(inplace=draw(st.booleans())), nn.Conv2d(out, out, 3, padding=1, groups=out)]
    return nn.Sequential(first, *more)


@st.composite
def _pool(draw: DrawFn, shape: Shape, linear: bool, _depth: int) -> tuple[nn.Module, Shape]:
    kernel = tuple(draw(st.integers(1, min(3, side))) for side in shape[1:])
    padding = tuple(draw(st.integers(0, size // 2)) for size in kernel)
    stride = tuple(draw(st.integers(1, size if linear else 3)) for size in kernel)
    is_mean = linear or draw(st.booleans())
    kind = nn.AvgPool2d if is_mean else nn.MaxPool2d
    layer = kind(kernel, stride, padding, ceil_mode=draw(st.booleans()))
    return layer, _after(layer, shape)


@st.composite
def _adaptive(draw: DrawFn, shape: Shape, _linear: bool, _depth: int) -> tuple[nn.Module, Shape]:
    kind = draw(st.sampled_from([nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d]))
    layer = kind((draw(st.integers(1, 7)), draw(st.integers(1, 7))))
    return layer, _after(layer, shape)


@st.composite
def _normal(draw: DrawFn, shape: Shape, linear: bool, _depth: int) -> tuple[nn.Module, Shape]:
    layers = [nn.BatchNorm2d(shape[0]), nn.ReLU(inplace=draw(st.booleans())), nn.SiLU(), nn.Dropout(0.3)]
    if not linear:
        layers += [nn.GroupNorm(1, shape[0]), nn.LayerNorm(shape), nn.LocalResponseNorm(2), nn.Softmax(1), nn.PReLU()]
    return draw(st.sampled_from(layers)), shape


@st.composite
def _call(draw: DrawFn, shape: Shape, linear: bool, _depth: int) -> tuple[nn.Module, Shape]:
    calls: list[Callable[[Tensor], Tensor]] = [
        functional.relu,
        torch.nn.functional.gelu,
        lambda x: x * 2 + 1,
        lambda x: functional.pad(x, (1, 0, 0, 2)),
        lambda x: functional.avg_pool2d(x, 2, 1, 1),
        lambda x: x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2),
        lambda x: x.clone().mul_(0.5),
    ]
    if not linear:
        calls += [
            torch.sigmoid,
            lambda x: functional.max_pool2d(x, 3, 1, 1, ceil_mode=True),
            lambda x: functional.interpolate(x, scale_factor=2.0),
            lambda x: x.transpose(2, 3),
            lambda x: torch.stack((x, x), 2).flatten(1, 2),
            lambda x: torch.einsum("bchw,bcvw->bchv", x, x),
            lambda x: x @ x.transpose(-1, -2),
            lambda x: x.masked_fill(x > 0, 0.5),
        ]
    layer = Calls(draw(st.sampled_from(calls)))
    return layer, _after(layer, shape)


@st.composite
def _transposed(draw: DrawFn, shape: Shape, _linear: bool, _depth: int) -> tuple[nn.Module, Shape]:
    kernel, stride = draw(st.integers(1, 4)), draw(st.integers(1, 2))
    more = draw(st.integers(0, stride - 1))
    layer = nn.ConvTranspose2d(shape[0], draw(st.integers(1, 8)), kernel, stride, 0, more, bias=draw(st.booleans()))
    return layer, _after(layer, shape)


@st.composite
def _up(draw: DrawFn, shape: Shape, _linear: bool, _depth: int) -> tuple[nn.Module, Shape]:
    layers: list[nn.Module] = [nn.Upsample(scale_factor=2), nn.UpsamplingBilinear2d((7, 9)), nn.ZeroPad2d((1, 2, 0, 1))]
    if shape[0] % 4 == 0:
        layers.append(nn.PixelShuffle(2))
    if shape[1] % 2 == 0 == shape[2] % 2:
        layers.append(nn.PixelUnshuffle(2))
    layer = draw(st.sampled_from(layers))
    return layer, _after(layer, shape)


@st.composite
def _residual(draw: DrawFn, shape: Shape, linear: bool, _depth: int) -> tuple[nn.Module, Shape]:
    is_changed = draw(st.booleans())
    stride = draw(st.integers(1, 2)) if is_changed else 1
    out = draw(st.integers(1, 12)) if is_changed else shape[0]
    if is_changed and linear and stride > 1:
        skip: nn.Module | None = nn.Conv2d(shape[0], out, 3, stride, 1)
    else:
        skip = nn.Conv2d(shape[0], out, 1, stride) if is_changed else None
    # What is overwritten has another gradient than when it was made.
    forms = ["scaled", "plain"] if linear else ["in place", "scaled", "plain"]
    layer = Residual(draw(_keeping(shape, out, stride)), skip, draw(st.sampled_from(forms)))
    return layer, _after(layer, shape)


@st.composite
def _branches(draw: DrawFn, shape: Shape, linear: bool, depth: int) -> tuple[nn.Module, Shape]:
    branches: list[nn.Module] = [draw(_keeping(shape, draw(st.integers(1, 6)))) for _ in range(draw(st.integers(1, 3)))]
    if draw(st.booleans()):
        pool = nn.AvgPool2d if linear else nn.MaxPool2d
        branches.append(nn.Sequential(pool(3, 1, 1), nn.Conv2d(shape[0], 3, 1)))
    if draw(st.booleans()):
        branches.append(nn.Identity())
    layer = Branches(branches)
    return layer, _after(layer, shape)


@st.composite
def _dense(draw: DrawFn, shape: Shape, linear: bool, depth: int) -> tuple[nn.Module, Shape]:
    count, growth = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    layers = [draw(_keeping((shape[0] + growth * number, *shape[1:]), growth)) for number in range(count)]
    layer = Dense(layers)
    return layer, _after(layer, shape)


@st.composite
def _halves(draw: DrawFn, shape: Shape, _linear: bool, _depth: int) -> tuple[nn.Module, Shape]:
    half = shape[0] // 2
    layer = Halves(draw(_keeping((half, *shape[1:]), half)), draw(st.sampled_from(["chunk", "split", "slice"])))
    return layer, _after(layer, shape)


@st.composite
def _nest(draw: DrawFn, shape: Shape, linear: bool, depth: int) -> tuple[nn.Module, Shape]:
    parts: list[nn.Module] = []
    for _ in range(draw(st.integers(1, 3))):
        part, shape = draw(_parts(shape, linear=linear, depth=depth - 1))
        parts.append(part)
    return nn.Sequential(*parts), shape


@st.composite
def _twice(draw: DrawFn, shape: Shape, _linear: bool, _depth: int) -> tuple[nn.Module, Shape]:
    return Twice(draw(_keeping(shape, shape[0]))), shape


@st.composite
def _gate(draw: DrawFn, shape: Shape, _linear: bool, _depth: int) -> tuple[nn.Module, Shape]:
    return Gate(shape[0], draw(st.sampled_from(["mean", "pool"]))), shape


def _after(layer: nn.Module, shape: Shape) -> Shape:
    with torch.no_grad():
        made = layer.eval()(torch.zeros(1, *shape))
    layer.train()
    channels, height, width = made.shape[1:]
    return channels, height, width


_MAKERS = {
    "conv": _conv, "pool": _pool, "adaptive": _adaptive, "normal": _normal, "call": _call, "transposed": _transposed,
    "up": _up, "residual": _residual, "branches": _branches, "dense": _dense, "halves": _halves, "nest": _nest,
    "twice": _twice, "gate": _gate,
}  # fmt: skip
