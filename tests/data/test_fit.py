"""A picture of any size becomes the input of a model, and what was changed is said."""

import numpy as np
import pytest
import torch

from explorer.data import batches, datasets, fit, images, samples
from explorer.errors import ExplorerError


def grey(height: int, width: int, level: int = 100) -> np.ndarray:
    return np.full((height, width, 1), level, np.uint8)


@pytest.mark.parametrize("size", [(1, 1), (1, 8000), (8000, 1), (40, 60), (28, 28), (500, 300)])
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 96, 96), (3, 20, 31), (1, 1, 1)])
@pytest.mark.parametrize("channels", [1, 3])
def test_any_size_fits(size: tuple[int, int], shape: tuple[int, int, int], channels: int) -> None:
    pixels = np.full((*size, channels), 77, np.uint8)
    fitted, notes = fit.fit(pixels, shape)
    assert fitted.shape == (*shape[1:], shape[0])
    assert fitted.dtype == np.uint8
    assert set(np.unique(fitted)) == {77}
    assert all(note.zh for note in notes)


def test_what_fits_is_left_alone() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    fitted, notes = fit.fit(pixels, (3, 32, 32))
    assert np.array_equal(fitted, pixels)
    assert notes == ()


def test_the_middle_is_kept_and_said() -> None:
    pixels = np.zeros((20, 60, 3), np.uint8)
    pixels[:, 20:40] = 255
    fitted, notes = fit.fit(pixels, (3, 10, 10))
    assert (fitted == 255).all()
    assert [str(note) for note in notes] == ["The middle, 20×20 of 60×20 pixels."]


def test_changes_of_colour_and_size_are_said() -> None:
    assert "Grey, repeated in three channels." in map(str, fit.fit(grey(28, 28), (3, 28, 28))[1])
    assert "Colours made grey." in map(str, fit.fit(np.zeros((28, 28, 3), np.uint8), (1, 28, 28))[1])
    assert "Enlarged from 8×8 pixels." in map(str, fit.fit(grey(8, 8), (1, 28, 28))[1])


def test_dark_on_bright_is_noticed_where_the_training_is_the_contrary() -> None:
    paper = grey(28, 28, 250)
    paper[10:18, 10:18] = 0
    fitted, notes = fit.fit(paper, (1, 28, 28), mean=(0.13,))
    assert fitted[0, 0, 0] == 250
    assert "bright ground" in str(notes[-1])
    assert fit.fit(paper, (1, 28, 28), mean=(0.5,))[1] == ()
    assert fit.fit(255 - paper, (1, 28, 28), mean=(0.13,))[1] == ()
    turned, notes = fit.fit(paper, (1, 28, 28), mean=(0.13,), invert=True)
    assert turned[0, 0, 0] == 5
    assert str(notes[-1]) == "Bright and dark exchanged."


def test_an_image_goes_in_as_it_did_in_training() -> None:
    data = datasets.load("digits")
    loader = batches.Batches(
        data.test,
        batch_size=4,
        input_shape=(1, 28, 28),
        mean=data.mean,
        std=data.std,
        device="cpu",
        seed=0,
        shuffle=False,
    )
    trained, _ = next(loader.epoch(0))
    fitted, _ = fit.fit(samples.dataset_image(data, 2).pixels, (1, 28, 28))
    assert torch.equal(fit.to_batch(fitted, data.mean, data.std)[0], trained[2])


def test_other_channels_are_refused() -> None:
    with pytest.raises(ExplorerError, match="2 channels"):
        fit.fit(grey(9, 9), (2, 9, 9))


def test_the_sample_photographs() -> None:
    photos = samples.photos()
    notice = (photos[0].path.parent / "NOTICE.txt").read_text(encoding="utf-8")
    assert len(photos) >= 4
    for photo in photos:
        decoded = images.decode(photo.path)
        assert 200 < max(decoded.size) <= 512
        assert photo.path.name in notice
        assert photo.title.zh
        assert "CC0" in photo.licence or "public domain" in photo.licence
    files = {path.name for path in photos[0].path.parent.iterdir()}
    assert files == {photo.path.name for photo in photos} | {"NOTICE.txt"}
    assert sum(photo.path.stat().st_size for photo in photos) < 400_000


def test_an_image_of_the_data_set() -> None:
    data = datasets.load("shapes", limit=20)
    image = samples.dataset_image(data, 13)
    assert image.label == data.classes[3] == "star"
    assert np.array_equal(image.pixels.transpose(2, 0, 1), data.test.images[13].numpy())
    for index in (-1, 20):
        with pytest.raises(ExplorerError, match="0 to 19"):
            samples.dataset_image(data, index)
