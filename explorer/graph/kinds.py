"""What sort of layer a torch name stands for. No torch."""

from __future__ import annotations

from functools import cache

from explorer.graph.model import Category

# Names as `bare` writes them.
# fmt: off
_ACTIVATIONS = frozenset({
    "relu", "relu6", "sigmoid", "tanh", "softmax", "softmax2d", "softmin", "logsoftmax", "gelu", "silu", "mish",
    "hardswish", "hardsigmoid", "hardtanh", "elu", "celu", "selu", "leakyrelu", "prelu", "rrelu", "softplus",
    "softsign", "softshrink", "hardshrink", "tanhshrink", "threshold", "glu", "logsigmoid", "clamp", "swish", "exp",
})
_MERGES = frozenset({
    "add", "sub", "mul", "div", "cat", "concat", "concatenate", "stack", "maximum", "minimum", "addcmul", "addcdiv",
    "lerp", "where",
})
_LINEAR = frozenset({
    "linear", "bilinear", "matmul", "mm", "bmm", "addmm", "baddbmm", "einsum", "multiheadattention",
    "multiheadattentionforward", "scaleddotproductattention", "nondynamicallyquantizablelinear", "embedding",
})
_RESHAPES = frozenset({
    "flatten", "unflatten", "view", "reshape", "permute", "transpose", "swapaxes", "movedim", "getitem", "setitem",
    "chunk", "split", "tensorsplit", "unbind", "narrow", "select", "unsqueeze", "squeeze", "expand", "expandas",
    "repeat", "contiguous", "roll", "pad", "unfold", "fold", "pixelshuffle", "pixelunshuffle", "channelshuffle", "t",
    "mt", "h", "clone", "detach", "to", "type", "float", "viewas", "reshapeas", "identity", "stochasticdepth",
    "zeropad2d", "reflectionpad2d", "replicationpad2d", "constantpad2d",
})
# fmt: on
_SHARED_WORDS = (
    ("norm", Category.NORMALISATION),
    ("pool", Category.POOLING),
    ("conv", Category.CONVOLUTION),
    ("dropout", Category.RESHAPE),
    ("droppath", Category.RESHAPE),
    ("attention", Category.LINEAR),
    ("linear", Category.LINEAR),
    ("dense", Category.LINEAR),
    ("relu", Category.ACTIVATION),
    ("sigmoid", Category.ACTIVATION),
    ("swish", Category.ACTIVATION),
)


@cache
def bare(kind: str) -> str:
    """The name in lower case without underscores: `max_pool2d` and `MaxPool2d` are the same sort of layer."""
    return kind.replace("_", "").lower()


@cache
def category(kind: str, input_count: int) -> Category:
    """The category of a layer called `kind` that reads `input_count` layers.

    Something with a known word in its name counts as such: `LayerNorm2d`, `MyBatchNorm`. A sum with a constant is no
    merge, but the first concatenation of a dense block is, though there is only one thing yet. What remains is `OTHER`.
    """
    name = bare(kind)
    if name in ("cat", "concat"):
        return Category.MERGE
    if name in _MERGES:
        return Category.MERGE if input_count > 1 else Category.OTHER
    if name in ("mean", "amax"):
        return Category.POOLING
    for names, known in (
        (_ACTIVATIONS, Category.ACTIVATION),
        (_LINEAR, Category.LINEAR),
        (_RESHAPES, Category.RESHAPE),
    ):
        if name in names:
            return known
    for word, known in _SHARED_WORDS:
        if word in name:
            return known
    return Category.OTHER
