"""Reading a torch function call: its name, and the arguments that define it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_QUESTIONS = frozenset(
    {"dim", "ndimension", "size", "numel", "nelement", "stride", "storage_offset", "element_size", "get_device"}
    | {"is_floating_point", "is_complex", "is_contiguous", "is_signed", "has_names", "is_inference", "assert"}
)
# What they make depends on the shape of what they are given, not on its values.
SHAPE_ONLY = frozenset(
    {"new_zeros", "new_ones", "new_full", "new_empty", "new_tensor"}
    | {"zeros_like", "ones_like", "full_like", "empty_like", "rand_like", "randn_like", "randint_like"}
)
# What gives the same numbers again, without their gradient.
HANDING_ON = frozenset({"data", "detach"})
_TENSOR_PROPERTIES = frozenset({"T", "mT", "H", "mH", "data", "real", "imag"})
_DUNDERS = {
    "__radd__": "add",
    "__iadd__": "add",
    "__rsub__": "sub",
    "__isub__": "sub",
    "__rmul__": "mul",
    "__imul__": "mul",
    "__truediv__": "div",
    "__rtruediv__": "div",
    "__rdiv__": "div",
    "__itruediv__": "div",
    "__idiv__": "div",
    "__rpow__": "pow",
    "__rmatmul__": "matmul",
}

_WINDOW = ("kernel_size", "stride", "padding")
_ARGUMENTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("conv1d", "conv2d", "conv3d"), ("input", "weight", "bias", "stride", "padding", "dilation", "groups")
    ),
    **dict.fromkeys(
        ("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"),
        ("input", "weight", "bias", "stride", "padding", "output_padding", "groups", "dilation"),
    ),
    **dict.fromkeys(("max_pool1d", "max_pool2d", "max_pool3d"), ("input", *_WINDOW, "dilation", "ceil_mode")),
    **dict.fromkeys(("avg_pool1d", "avg_pool2d", "avg_pool3d"), ("input", *_WINDOW, "ceil_mode", "count_include_pad")),
    **dict.fromkeys(
        ("adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_max_pool1d", "adaptive_max_pool2d"),
        ("input", "output_size"),
    ),
    **dict.fromkeys(("mean", "sum", "amax", "amin", "std", "var"), ("input", "dim", "keepdim")),
    **dict.fromkeys(("softmax", "log_softmax", "squeeze", "unsqueeze"), ("input", "dim")),
    **dict.fromkeys(("cat", "concat", "concatenate", "stack"), ("tensors", "dim")),
    **dict.fromkeys(("add", "sub", "mul", "div", "pow"), ("input", "other")),
    **dict.fromkeys(
        ("dropout", "dropout2d", "alpha_dropout", "feature_dropout"), ("input", "p", "training", "inplace")
    ),
    "flatten": ("input", "start_dim", "end_dim"),
    "transpose": ("input", "dim0", "dim1"),
    "permute": ("input", "dims"),
    "chunk": ("input", "chunks", "dim"),
    "split": ("input", "split_size", "dim"),
    "roll": ("input", "shifts", "dims"),
    "pad": ("input", "pad", "mode", "value"),
    "interpolate": ("input", "size", "scale_factor", "mode"),
    "leaky_relu": ("input", "negative_slope"),
    "layer_norm": ("input", "normalized_shape", "weight", "bias", "eps"),
    "group_norm": ("input", "num_groups", "weight", "bias", "eps"),
    "batch_norm": ("input", "running_mean", "running_var", "weight", "bias", "training", "momentum", "eps"),
    "getitem": ("input", "index"),
}
_PAIRS = frozenset({"kernel_size", "stride", "padding", "dilation", "output_size", "output_padding"})

# Of a convolution, unless it is transposed, and of batch normalisation; they say nothing about the layer.
_UNTOLD = frozenset({"output_padding", "padding_mode", "return_indices", "track_running_stats"})

_names: dict[Any, str] = {}
_told_names: dict[type[nn.Module], tuple[str, ...]] = {}


def name_of(func: Callable[..., Any]) -> str:
    """Torch's name of `func` ("add" for `+=` too), or "" for what computes no tensor (`.shape`, `.size()`)."""
    try:
        return _names[func]
    except KeyError:
        name = _names[func] = _find_name(func)
        return name


def is_in_place(func: Callable[..., Any]) -> bool:
    """Whether `func` is the writing form of its name: `relu_`, `+=`."""
    name: str = getattr(func, "__name__", "").partition(".")[0]
    return (name.startswith("__i") and name in _DUNDERS) or (name.endswith("_") and not name.endswith("__"))


def _find_name(func: Callable[..., Any]) -> str:
    name: str = getattr(func, "__name__", type(func).__name__).partition(".")[0]  # of an exported one: `add.Tensor`
    if name in ("__get__", "__set__"):
        attribute: str = getattr(getattr(func, "__self__", None), "__name__", "")
        return attribute if name == "__get__" and attribute in _TENSOR_PROPERTIES else ""
    name = _DUNDERS.get(name, name).strip("_") or name
    return "" if name in _QUESTIONS else name


def call_attributes(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, object]:
    """The plain arguments of a call of the function `name` that define what it does, by torch's names."""
    names = _ARGUMENTS.get(name, ("input",))
    if name == "permute" and len(args) > 2 and isinstance(args[1], int):
        args = (args[0], tuple(args[1:]))
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    found: dict[str, object] = {}
    if name.startswith("conv") and isinstance(given.get("weight"), torch.Tensor):
        found.update(_weight_attributes(name, given["weight"], int(given.get("groups") or 1)))
        found["bias"] = given.get("bias") is not None
    elif name == "linear" and len(args) > 1:
        found = {"in_features": args[1].shape[1], "out_features": args[1].shape[0]}
        found["bias"] = (len(args) > 2 and args[2] is not None) or given.get("bias") is not None
    defaults: dict[str, object] = {"stride": 1, "padding": 0, "dilation": 1} if name.startswith("conv") else {}
    for key, value in {**defaults, **given}.items():
        _keep(found, key, value, 2 if name.endswith("2d") else 0)
    if "kernel_size" in found and name.find("pool") >= 0:
        found.setdefault("stride", found["kernel_size"])
    return found


def asked_shape(args: tuple[Any, ...]) -> tuple[int, ...]:
    """The shape that `x.view(...)` or `x.reshape(...)` is called with, with the batch; () where it is none."""
    sizes = args[1] if len(args) == 2 and isinstance(args[1], list | tuple) else args[1:]
    return tuple(int(size) for size in sizes) if all(isinstance(size, int) for size in sizes) else ()


def _weight_attributes(name: str, weight: torch.Tensor, groups: int) -> dict[str, object]:
    first, second = weight.shape[0], weight.shape[1] * groups
    if "transpose" in name:
        first, second = weight.shape[1] * groups, weight.shape[0]
    return {"in_channels": second, "out_channels": first, "kernel_size": tuple(weight.shape[2:])}


def module_attributes(module: nn.Module) -> dict[str, object]:
    """The plain values that define a layer, by torch's names; of a module of the user, its plain public attributes."""
    found: dict[str, object] = {}
    kind = type(module)
    pair = 2 if kind.__name__.endswith("2d") else 0
    own = module.__dict__
    for name in _torch_names(kind) if kind.__module__.startswith("torch.nn") else _public_names(module):
        _keep(found, name, own[name] if name in own else getattr(kind, name, None), pair)
    if "bias" in module._parameters:
        found["bias"] = module._parameters["bias"] is not None
    if "kernel_size" in found and "Pool" in kind.__name__:
        found.setdefault("stride", found["kernel_size"])
    return found


def _torch_names(kind: type[nn.Module]) -> tuple[str, ...]:
    """The attributes by which torch itself says what a layer of this class is."""
    if kind in _told_names:
        return _told_names[kind]
    listed = [name for base in kind.__mro__ for name in getattr(base, "__constants__", ())]
    listed += ["in_channels", "out_channels", "kernel_size", "num_heads", "embed_dim"]
    untold = _UNTOLD - {"output_padding"} if "Transpose" in kind.__name__ else _UNTOLD
    names = _told_names[kind] = tuple(name for name in dict.fromkeys(listed) if name not in untold)
    return names


def _public_names(module: nn.Module) -> list[str]:
    return [name for name in vars(module) if not name.startswith("_") and name != "training"]


def _keep(found: dict[str, object], key: str, value: object, pair: int) -> None:
    """Notes a plain value; a number that stands for both directions is written out twice."""
    plain = value if type(value) in _NUMBERS else _plain(value)
    if plain is None:
        return
    if pair and key in _PAIRS and isinstance(plain, int) and not isinstance(plain, bool):
        plain = (plain,) * pair
    found[key] = plain


_NUMBERS = frozenset({bool, int, float, str})


def _plain(value: object) -> object:
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        parts = [_plain(part) if part is not None else -1 for part in value]
        return None if not parts or None in parts else tuple(parts)
    return None
