"""Batches are exact, resumable, and touch nobody else's random numbers."""

import random
from itertools import islice

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from explorer.data import batches
from explorer.data.batches import Batches
from explorer.data.split import Split
from explorer.errors import ExplorerError


def split(count: int = 70, channels: int = 3, size: int = 16, width: int | None = None) -> Split:
    generator = torch.Generator().manual_seed(1)
    images = torch.randint(0, 256, (count, channels, size, width or size), generator=generator, dtype=torch.uint8)
    return Split(images, torch.arange(count))


def make(data: Split, **changes: object) -> Batches:
    channels, height, width = data.images.shape[1:]
    options: dict[str, object] = {
        "batch_size": 16,
        "input_shape": (channels, height, width),
        "mean": (0.0,) * channels,
        "std": (1.0,) * channels,
        "device": "cpu",
        "seed": 3,
        "shuffle": True,
    }
    return Batches(data, **{**options, **changes})  # type: ignore[arg-type]


def labels(loader: Batches, epoch: int, start: int = 0) -> list[int]:
    return [int(label) for _, part in loader.epoch(epoch, start) for label in part]


def equal(one: list[tuple[Tensor, Tensor]], other: list[tuple[Tensor, Tensor]]) -> bool:
    return len(one) == len(other) and all(
        torch.equal(a, c) and torch.equal(b, d) for (a, b), (c, d) in zip(one, other, strict=True)
    )


def test_an_epoch_has_every_image_once_with_its_label() -> None:
    data = split()
    loader = make(data)
    seen = []
    for images, part in loader.epoch(0):
        assert images.dtype == torch.float32
        assert part.dtype == torch.int64
        assert torch.equal((images * 255).round().to(torch.uint8), data.images[part])
        seen += part.tolist()
    assert sorted(seen) == list(range(70))
    assert seen != list(range(70))
    assert len(loader) == 5
    assert loader.image_count == 70


def test_epochs_differ_and_seeds_differ() -> None:
    data = split()
    orders = {tuple(labels(make(data, seed=seed), epoch)) for seed in (0, 1) for epoch in (0, 1, 2)}
    assert len(orders) == 6


def test_test_images_keep_their_order() -> None:
    assert labels(make(split(), shuffle=False), 5) == list(range(70))


@pytest.mark.parametrize("shape", [(3, 16, 16), (3, 24, 24), (1, 9, 9)])
def test_resuming_in_mid_epoch_is_exact(shape: tuple[int, int, int]) -> None:
    data = split()
    options = {"input_shape": shape, "augment": True, "mean": (0.4, 0.5, 0.6), "std": (0.2, 0.3, 0.4)}
    straight = list(make(data, **options).epoch(2))
    assert equal(list(make(data, **options).epoch(2, 3)), straight[3:])
    used = make(data, **options)
    list(used.epoch(0))
    assert equal(list(used.epoch(2)), straight)


def test_what_the_memory_allows_changes_nothing() -> None:
    data = split()
    options = {"input_shape": (3, 24, 20), "augment": True}
    kept, made = make(data, **options, cache_budget=1 << 20), make(data, **options, cache_budget=0)
    assert kept.is_cached
    assert not made.is_cached
    for epoch in (0, 1):
        assert equal(list(kept.epoch(epoch)), list(made.epoch(epoch)))


def test_an_order_of_32_bits_will_do_as_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = list(make(split(), input_shape=(3, 24, 20), cache_budget=1 << 20).epoch(0))
    made = np.random.default_rng

    class Narrow:
        def __init__(self, seed: object) -> None:
            self._random = made(seed)  # type: ignore[arg-type]

        def permutation(self, count: int) -> np.ndarray:
            return self._random.permutation(count).astype(np.int32)

    monkeypatch.setattr(np.random, "default_rng", Narrow)
    assert equal(list(make(split(), input_shape=(3, 24, 20), cache_budget=1 << 20).epoch(0)), wide)


def test_nothing_is_kept_where_nothing_is_resized() -> None:
    assert not make(split()).is_cached


def test_other_random_numbers_are_left_alone() -> None:
    def state() -> tuple[object, ...]:
        return torch.get_rng_state().tolist(), np.random.get_state()[1].tolist(), random.getstate()

    before = state()
    for _ in make(split(), augment=True, input_shape=(3, 20, 20)).epoch(0):
        pass
    assert state() == before


def test_other_random_numbers_have_no_influence() -> None:
    straight = list(make(split(), augment=True).epoch(0))
    disturbed = []
    for batch in make(split(), augment=True).epoch(0):
        torch.rand(1)  # as a dropout layer does
        disturbed.append(batch)
    assert equal(straight, disturbed)


@pytest.mark.parametrize(
    ("count", "size", "lengths"),
    [
        (10, 4, [4, 4, 2]),
        (9, 4, [4, 5]),
        (8, 4, [4, 4]),
        (3, 8, [3]),
        (1, 8, [1]),
        (3, 1, [1, 1, 1]),
        (0, 4, []),
    ],
)
def test_a_last_batch_of_one_joins_the_one_before(count: int, size: int, lengths: list[int]) -> None:
    assert [end - first for first, end in batches.boundaries(count, size)] == lengths


def test_a_batch_is_normalised_a_channel() -> None:
    data = split()
    mean, std = (0.1, 0.5, 0.7), (0.2, 0.5, 1.0)
    images, part = next(make(data, mean=mean, std=std).epoch(0))
    expected = (data.images[part] / 255 - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1)
    assert torch.allclose(images, expected, atol=1e-5)


def test_resizing_is_bilinear_with_antialias() -> None:
    data = split(size=32)
    images, part = next(make(data, input_shape=(3, 12, 10)).epoch(0))
    expected = functional.interpolate(data.images[part] / 255, (12, 10), mode="bilinear", antialias=True)
    assert (images - expected).abs().max() < 1.1 / 255


def test_grey_and_colour_follow_the_model() -> None:
    grey, coloured = split(channels=1), split(channels=3)
    images, part = next(make(grey, input_shape=(3, 16, 16), mean=(0.5,), std=(0.5,)).epoch(0))
    for channel in range(3):
        assert torch.allclose(images[:, channel], (grey.images[part, 0] / 255 - 0.5) / 0.5, atol=1e-5)
    images, part = next(make(coloured, input_shape=(1, 16, 16)).epoch(0))
    weights = torch.tensor((0.299, 0.587, 0.114)).view(3, 1, 1)
    assert ((images - (coloured.images[part] / 255 * weights).sum(1, keepdim=True)).abs().max()) < 0.6 / 255


def test_other_channels_are_refused_at_once() -> None:
    with pytest.raises(ExplorerError, match="4 channels"):
        make(split(), input_shape=(4, 16, 16))


def test_channels_last_is_only_another_layout() -> None:
    plain, other = (next(make(split(), channels_last=last).epoch(0))[0] for last in (False, True))
    assert other.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(plain, other)


def test_augmented_images_are_shifted_and_mirrored_ones() -> None:
    """Each result must equal one of all shifts by up to 2 of 16 pixels, mirrored or not."""
    data = split(count=40)
    out = batches.augment(data.images, np.random.default_rng(0))
    padded = functional.pad(data.images.float(), (2, 2, 2, 2), mode="reflect").to(torch.uint8)
    shifts = [(y, x) for y in range(5) for x in range(5)]
    found = []
    for number in range(40):
        for y, x in shifts:
            cut = padded[number, :, y : y + 16, x : x + 16]
            for mirrored in (False, True):
                if torch.equal(out[number], cut.flip(2) if mirrored else cut):
                    found.append((y, x, mirrored))
    assert len(found) == 40
    assert len(set(found)) > 15
    assert 10 <= sum(mirrored for *_, mirrored in found) <= 30


def test_digits_are_shifted_but_never_mirrored() -> None:
    ramp = torch.arange(16, dtype=torch.uint8).repeat(30, 1, 16, 1)
    out = batches.augment(ramp, np.random.default_rng(0)).int()
    assert (out[:, 0, :, 10] > out[:, 0, :, 5]).all()
    assert len(torch.unique(out[:, 0, 0, 5])) == 5


def test_an_epoch_given_up_early_costs_nothing_later() -> None:
    loader = make(split(), input_shape=(3, 20, 20))
    list(islice(loader.epoch(0), 2))
    assert equal(list(loader.epoch(0)), list(make(split(), input_shape=(3, 20, 20)).epoch(0)))


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("budget", [None, 0])
def test_a_gpu_gives_the_same_batches(budget: int | None) -> None:
    data = split()
    options = {"input_shape": (3, 24, 24), "augment": True, "mean": (0.4,) * 3, "std": (0.2,) * 3}
    here = list(make(data, **options).epoch(1))
    there = list(make(data, **options, device="cuda", cache_budget=budget).epoch(1))
    for (images, part), (other, other_part) in zip(here, there, strict=True):
        assert torch.equal(part, other_part.cpu())
        assert (images - other.cpu()).abs().max() < 1.5 / 255 / 0.2  # kernels may round differently by one level


def test_what_must_not_be_mirrored_is_not() -> None:
    """Digits in colour: shifted only. Each image is dark on its left and bright on its right."""
    images = torch.zeros(200, 3, 16, 16, dtype=torch.uint8)
    images[..., 8:] = 255
    turned = [
        int((batches.augment(images, np.random.default_rng(0), mirror=may)[:, 0, 8, 2] == 255).sum())
        for may in (True, False)
    ]
    assert 60 < turned[0] < 140
    assert turned[1] == 0


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("count", [1, 3, 4, 5, 64])
@pytest.mark.parametrize("size", [(24, 20), (9, 31)])
def test_resizing_many_at_once_is_resizing_each(channels: int, count: int, size: tuple[int, int]) -> None:
    images = split(count, channels).images
    each = [functional.interpolate(image[None], size, mode="bilinear", antialias=True) for image in images]
    assert torch.equal(batches.resize(images, size), torch.cat(each))


@pytest.mark.parametrize("shape", [(3, 16, 16), (3, 24, 20), (1, 24, 20)])
@pytest.mark.parametrize("budget", [0, 1 << 20])
@pytest.mark.parametrize("source", [1, 3])
def test_the_layout_changes_no_bit(shape: tuple[int, int, int], budget: int, source: int) -> None:
    options = {"input_shape": shape, "mean": (0.4, 0.5, 0.6), "std": (0.2, 0.3, 0.4), "augment": True}
    options |= {"cache_budget": budget}
    plain, other = (
        list(make(split(channels=source), **options, channels_last=last).epoch(1)) for last in (False, True)
    )
    assert equal(plain, other)
    assert all(images.is_contiguous(memory_format=torch.channels_last) for images, _ in other)
