"""Multiply-adds of functions, counted one multiplication at a time."""

import itertools
import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from explorer.graph.cost import multiply_adds


def zeros(*shape: int) -> torch.Tensor:
    return torch.zeros(shape)


def test_convolutions_by_name_and_by_place() -> None:
    images, weight = zeros(2, 4, 9, 9), zeros(6, 2, 3, 3)
    made = functional.conv2d(images, weight, groups=2)
    expected = 2 * 6 * 7 * 7 * (2 * 3 * 3)
    assert multiply_adds("conv2d", (images, weight), {"groups": 2}, made) == expected
    assert multiply_adds("conv2d", (images,), {"weight": weight, "groups": 2}, made) == expected


def test_a_transposed_convolution_spreads_each_input() -> None:
    images, weight = zeros(2, 4, 5, 5), zeros(4, 3, 2, 2)
    made = functional.conv_transpose2d(images, weight, stride=2)
    expected = 2 * 4 * 5 * 5 * (3 * 2 * 2)
    assert multiply_adds("conv_transpose2d", (images, weight), {}, made) == expected
    assert multiply_adds("conv_transpose2d", (images,), {"weight": weight}, made) == expected


def test_products_of_matrices() -> None:
    left, right = zeros(3, 5, 7), zeros(3, 7, 2)
    assert multiply_adds("bmm", (left, right), {}, left @ right) == 3 * 5 * 2 * 7
    added = torch.baddbmm(zeros(3, 5, 2), left, right)
    assert multiply_adds("baddbmm", (zeros(3, 5, 2), left, right), {}, added) == 3 * 5 * 2 * 7


def test_attention_is_scores_and_a_weighted_sum() -> None:
    query, key, value = zeros(2, 8, 5, 4), zeros(2, 8, 6, 4), zeros(2, 8, 6, 3)
    made = functional.scaled_dot_product_attention(query, key, value)
    expected = 2 * 8 * 5 * 6 * (4 + 3)
    assert multiply_adds("scaled_dot_product_attention", (query, key, value), {}, made) == expected
    named = {"key": key, "value": value}
    assert multiply_adds("scaled_dot_product_attention", (query,), named, made) == expected


@pytest.mark.parametrize("batch", [None, 3])
def test_several_heads_with_their_projections(batch: int | None) -> None:
    width, targets, sources = 8, 5, 7
    shape = (width,) if batch is None else (batch, width)
    query, key = zeros(targets, *shape), zeros(sources, *shape)
    made = nn.MultiheadAttention(width, 2)(query, key, key)[0]
    projections = width * width * (targets + 2 * sources + targets)
    expected = (batch or 1) * (projections + 2 * targets * sources * width)
    assert multiply_adds("multi_head_attention_forward", (query, key, key, width, 2), {}, made) == expected


@pytest.mark.parametrize("equation", ["ij,jk->ik", "bhqd,bhkd->bhqk", "ab,ab->", "ijk,kl -> lij"])
def test_einsum_multiplies_once_for_each_place_of_all_letters(equation: str) -> None:
    letters = sorted({letter for letter in equation if letter.isalpha()})
    extents = dict(zip(letters, itertools.count(2), strict=False))
    operands = [zeros(*(extents[letter] for letter in part.strip())) for part in equation.split("->")[0].split(",")]
    expected = math.prod(extents.values())
    made = torch.einsum(equation, *operands)
    assert multiply_adds("einsum", (equation, *operands), {}, made) == expected
    assert multiply_adds("einsum", (equation, operands), {}, made) == expected


def test_einsum_without_an_arrow_and_with_dots() -> None:
    one, other = zeros(6, 2, 3), zeros(6, 3, 4)
    assert multiply_adds("einsum", ("ij,jk", one[0], other[0]), {}, one[0] @ other[0]) == 2 * 3 * 4
    assert multiply_adds("einsum", ("ij,kl", one[0], other[0]), {}, zeros(2, 3, 3, 4)) == 0
    assert multiply_adds("einsum", ("...ij,...jk->...ik", one, other), {}, one @ other) == 6 * 2 * 3 * 4


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_a_recurrence_multiplies_all_its_matrices_in_each_step(kind: type[nn.RNNBase]) -> None:
    made = kind(5, 7, num_layers=2)
    matrices = [weight for weight in made.parameters() if weight.dim() == 2]
    name = {nn.LSTM: "lstm", nn.GRU: "gru", nn.RNN: "rnn_tanh"}[kind]  # type: ignore[index]
    weights = [weight for name, weight in made.named_parameters()]
    expected = 4 * 3 * sum(weight.numel() for weight in matrices)
    assert multiply_adds(name, (zeros(4, 3, 5), zeros(2, 3, 7), weights, True, 2), {}, zeros(4, 3, 7)) == expected


def test_einsum_that_adds_up_nothing_of_a_product_is_none() -> None:
    one, other = zeros(3, 4), zeros(5)
    assert multiply_adds("einsum", ("ij->ji", one), {}, one.T) == 0
    assert multiply_adds("einsum", ("ij->i", one), {}, one.sum(1)) == 0
    assert multiply_adds("einsum", ("ij,k->ijk", one, other), {}, zeros(3, 4, 5)) == 0


def test_what_has_no_formula_costs_nothing() -> None:
    assert multiply_adds("relu", (zeros(3),), {}, zeros(3)) == 0
