"""The carried and the generated data sets, and what holds for all."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from explorer import paths
from explorer.data import cards, class_names, datasets, synthetic
from explorer.data.split import Dataset, Split, evenly, to_channels
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.bilingual import Text


def test_digits_are_carried() -> None:
    digits = datasets.load("digits")
    assert digits.train.images.shape == (1437, 1, 8, 8)
    assert digits.test.images.shape == (360, 1, 8, 8)
    assert digits.classes == tuple("0123456789")
    assert torch.bincount(digits.test.labels).tolist() == [36] * 10
    assert digits.train.images.max() == 255
    seen = {bytes(image) for image in digits.train.images.flatten(1).numpy()}
    assert not any(bytes(image) in seen for image in digits.test.images.flatten(1).numpy())


def test_digits_are_what_they_are_called() -> None:
    """The nearest mean image names most of them: labels and images belong together."""
    digits = datasets.load("digits")
    means = torch.stack([digits.train.images[digits.train.labels == n].float().mean(0) for n in range(10)])
    distances = (digits.test.images[:, None].float() - means).flatten(2).norm(dim=2)
    assert (distances.argmin(1) == digits.test.labels).float().mean() > 0.85


def test_every_carried_file_has_its_notice() -> None:
    notice = (paths.resources() / "digits" / "NOTICE.txt").read_text(encoding="utf-8")
    for words in ("CC BY 4.0", "Alpaydin", "Changes:"):
        assert words in notice


def test_shapes_are_the_same_each_time() -> None:
    """No run's seed reaches them, so that runs are tested on the same images."""
    one, same = (datasets.load("shapes", limit=50) for _ in range(2))
    other = datasets.Dataset("x", one.classes, synthetic.shapes(50, 64, 2), synthetic.shapes(50, 64, 3))
    assert torch.equal(one.train.images, same.train.images)
    assert torch.equal(one.test.images, same.test.images)
    assert not torch.equal(one.train.images, other.train.images)
    assert not torch.equal(one.train.images, one.test.images)
    assert torch.bincount(one.train.labels).tolist() == [5] * 10
    more = synthetic.shapes(77, 64, datasets.TRAIN_SEED)
    assert torch.equal(more.images[:50], one.train.images)
    assert torch.equal(more.labels[:50], one.train.labels)


def test_shapes_are_drawn_in_the_size_of_the_model() -> None:
    for size, side in ((28, 28), (96, 96), (224, 128), (None, 64)):
        assert datasets.load("shapes", limit=3, size=size).train.images.shape[2:] == (side, side)


@pytest.mark.parametrize("size", [1, 8, 31, 224])
def test_shapes_come_in_any_size(size: int) -> None:
    images = synthetic.shapes(20, size, 0).images
    assert images.shape == (20, 3, size, size)
    assert images.dtype == torch.uint8
    assert size < 8 or images.float().std((1, 2, 3)).min() > 4  # something is to be seen in each


def test_shapes_can_be_told_apart_from_their_background() -> None:
    shapes = synthetic.shapes(200, 48, 3)
    for image in to_channels(shapes.images, 1)[:, 0].float():
        ground = image[[0, 0, -1, -1], [0, -1, 0, -1]].median()
        assert (image - ground).abs().max() > 40


def test_each_shape_has_its_own_outline() -> None:
    """The share of the image that it covers and its symmetry differ from class to class; drawn without chance."""
    grid = np.linspace(-1.2, 1.2, 121, dtype=np.float32)
    u, v = np.meshgrid(grid, grid)
    inside = np.stack([kind(u, v) < 0 for kind in synthetic._DISTANCES])
    assert len(inside) == len(class_names.SHAPES)
    for number, one in enumerate(inside):
        assert 0.1 < one.mean() * 1.44 < 0.8
        assert not one[:, [0, -1]].any()
        for other in inside[number + 1 :]:
            assert (one ^ other).mean() > 0.02


@pytest.mark.parametrize("name", ["digits", "shapes"])
def test_cards_tell_the_truth(name: str) -> None:
    card, data = cards.CARDS[name], datasets.load(name)
    assert (card.channels, card.size, card.size) == tuple(data.train.images.shape[1:])
    assert card.classes == data.classes
    assert (card.train_images, card.test_images) == (len(data.train), len(data.test))
    assert card.images == len(data.train) + len(data.test)
    assert not card.needs_download


def test_cards_speak_both_languages() -> None:
    for card in cards.CARDS.values():
        for text in (card.title, card.about):
            assert text.en
            assert text.zh


def test_cards_need_no_torch() -> None:
    script = "import sys\nfrom explorer.data import cards, images, samples, download\nprint('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("name", ["nothing", "folder:", "", "Digits"])
def test_an_unknown_name_lists_the_known_ones(name: str) -> None:
    with pytest.raises(ExplorerError, match=r"digits, shapes, mnist, fashion-mnist, cifar10, .*, folder:PATH"):
        datasets.load(name)


def test_a_folder_has_a_card_too(tmp_path: Path) -> None:
    assert cards.find(f"folder:{tmp_path}").classes == ()


def test_a_limit_is_even_over_the_classes() -> None:
    data = datasets.load("digits", limit=25)
    assert len(data.train) == len(data.test) == 25
    assert sorted(torch.bincount(data.train.labels).tolist()) == [2] * 5 + [3] * 5
    assert evenly(np.array([0] * 9 + [1] * 2), 6).tolist() == [0, 1, 2, 3, 9, 10]
    assert len(datasets.load("digits", limit=10**9).train) == 1437


def test_the_user_can_take_it_back() -> None:
    with pytest.raises(datasets.Cancelled):
        datasets.load("shapes", is_cancelled=lambda: True)
    reports: list[tuple[Text, float | None]] = []
    datasets.load("shapes", limit=500, progress=lambda what, fraction: reports.append((what, fraction)))
    assert reports
    assert all(what.zh and (fraction is None or 0 <= fraction <= 1) for what, fraction in reports)


def test_statistics_are_exact() -> None:
    data = datasets.load("shapes", limit=40)
    pixels = data.train.images.double() / 255
    assert data.mean == pytest.approx(pixels.mean((0, 2, 3)).tolist())
    assert data.std == pytest.approx(pixels.std((0, 2, 3), correction=0).tolist())
    grey = to_channels(data.train.images, 1).double() / 255
    mean, std = data.normalisation(1)
    assert mean == pytest.approx((grey.mean().item(),))
    assert std == pytest.approx((grey.std().item(),), rel=1e-4)
    digits = datasets.load("digits")
    assert digits.normalisation(3) == (digits.mean * 3, digits.std * 3)


def _data(images: torch.Tensor, labels: list[int]) -> Dataset:
    whole = Split(images, torch.tensor(labels))
    return Dataset("ours", ("a", "b"), whole, whole)


def test_images_of_one_colour_divide_by_no_zero() -> None:
    assert _data(torch.zeros(2, 1, 4, 4, dtype=torch.uint8), [0, 1]).std == (1.0,)


@pytest.mark.parametrize("labels", [[0, 2], [-1, 0], [0], []])
def test_labels_that_do_not_fit_are_found_on_the_cpu(labels: list[int]) -> None:
    with pytest.raises(ExplorerError, match="ours"):
        _data(torch.zeros(2 if labels else 0, 1, 4, 4, dtype=torch.uint8), labels)
