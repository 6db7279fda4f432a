"""Calls of torch's functions are read as torch means them, however they were written."""

import operator

import pytest
import torch
from torch import nn
from torch.nn import functional

from explorer.graph import operations

X, WEIGHT = torch.zeros(1, 4, 8, 8), torch.zeros(6, 2, 3, 5)


@pytest.mark.parametrize(
    ("func", "name", "is_in_place"),
    [
        (torch.relu, "relu", False),
        (torch.relu_, "relu", True),
        (torch.Tensor.add_, "add", True),
        (torch.Tensor.__iadd__, "add", True),
        (torch.Tensor.__radd__, "add", False),
        (torch.Tensor.__rsub__, "sub", False),
        (torch.Tensor.__index__, "index", False),
        (torch.Tensor.__invert__, "invert", False),
        (torch.Tensor.size, "", False),
        (torch.Tensor.T.__get__, "T", False),
        (torch.Tensor.shape.__get__, "", False),
        (operator.getitem, "getitem", False),
    ],
)
def test_names_of_functions(func: object, name: str, is_in_place: bool) -> None:
    assert operations.name_of(func) == name  # type: ignore[arg-type]
    assert operations.is_in_place(func) is is_in_place  # type: ignore[arg-type]


def test_a_convolution_by_its_weights() -> None:
    found = operations.call_attributes("conv2d", (X, WEIGHT, None, 2, (1, 2), 1, 2), {})
    assert found == {
        "in_channels": 4, "out_channels": 6, "kernel_size": (3, 5), "bias": False,
        "stride": (2, 2), "padding": (1, 2), "dilation": (1, 1), "groups": 2,
    }  # fmt: skip
    usual = operations.call_attributes("conv2d", (X,), {"weight": WEIGHT, "bias": torch.zeros(6), "groups": 2})
    assert (usual["bias"], usual["stride"], usual["padding"]) == (True, (1, 1), (0, 0))


def test_a_transposed_convolution_has_its_weights_the_other_way_round() -> None:
    found = operations.call_attributes("conv_transpose2d", (X, torch.zeros(4, 3, 2, 2), None, 2, 0, 0, 2), {})
    assert (found["in_channels"], found["out_channels"], found["groups"]) == (4, 6, 2)
    assert (found["stride"], found["output_padding"]) == ((2, 2), (0, 0))


@pytest.mark.parametrize(
    ("more", "named", "has_bias"),
    [((), {}, False), ((None,), {}, False), ((X[0, 0, 0],), {}, True), ((), {"bias": X[0, 0, 0]}, True)],
)
def test_a_linear_layer(more: tuple[object, ...], named: dict[str, object], has_bias: bool) -> None:
    found = operations.call_attributes("linear", (X, torch.zeros(10, 8), *more), named)
    assert found == {"in_features": 8, "out_features": 10, "bias": has_bias}


def test_axes_may_be_given_one_by_one_or_together() -> None:
    assert operations.call_attributes("permute", (X, 0, 2, 3, 1), {}) == {"dims": (0, 2, 3, 1)}
    assert operations.call_attributes("permute", (X, (0, 2, 3, 1)), {}) == {"dims": (0, 2, 3, 1)}
    assert operations.call_attributes("roll", (X, 1, 2), {}) == {"shifts": 1, "dims": 2}
    assert operations.asked_shape((X, 2, -1)) == operations.asked_shape((X, (2, -1))) == (2, -1)
    assert operations.asked_shape((X, 7)) == operations.asked_shape((X, [7])) == (7,)
    assert operations.asked_shape((X, torch.float64)) == ()


def test_a_pooling_moves_by_its_window_unless_told_otherwise() -> None:
    assert operations.call_attributes("max_pool2d", (X, 3), {}) == {"kernel_size": (3, 3), "stride": (3, 3)}
    found = operations.call_attributes("max_pool2d", (X, 3, 2), {"padding": 1})
    assert found == {"kernel_size": (3, 3), "stride": (2, 2), "padding": (1, 1)}
    layer = operations.module_attributes(nn.MaxPool2d((2, 3)))
    assert (layer["kernel_size"], layer["stride"]) == ((2, 3), (2, 3))


def test_a_layer_of_torch_is_told_by_what_torch_prints_of_it() -> None:
    found = operations.module_attributes(nn.Conv2d(3, 8, (3, 1), padding=1, bias=False))
    assert found["kernel_size"] == (3, 1)
    assert (found["in_channels"], found["out_channels"], found["padding"]) == (3, 8, (1, 1))
    assert found["bias"] is False
    assert not {"training", "output_padding", "padding_mode"} & set(found)
    assert operations.module_attributes(nn.MaxPool2d(3))["kernel_size"] == (3, 3)
    assert operations.module_attributes(nn.MaxPool1d(3))["kernel_size"] == 3
    assert "stride" not in operations.module_attributes(nn.Linear(2, 3))
    assert "output_padding" in operations.module_attributes(nn.ConvTranspose2d(3, 8, 2))


class Own(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.ratio, self.names, self.kernel_size = 0.5, ("a", "b"), 3
        self._hidden = 7


def test_a_layer_of_the_user_is_told_by_its_plain_public_values() -> None:
    assert operations.module_attributes(Own()) == {"ratio": 0.5, "names": ("a", "b"), "kernel_size": 3}


def test_plain_values_are_kept_and_tensors_are_not() -> None:
    found = operations.call_attributes("interpolate", (X,), {"size": (16, None), "mode": "nearest", "other": X})
    assert found == {"size": (16, -1), "mode": "nearest"}
    assert operations.call_attributes("mean", (X, ()), {"keepdim": True}) == {"keepdim": True}


def test_names_of_torch_are_found_in_any_form() -> None:
    assert operations.name_of(functional.relu) == "relu"
    assert operations.name_of(torch.ops.aten.add.Tensor) == "add"
