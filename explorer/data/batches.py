"""Batches for training and testing, made on the device from images kept there as uint8."""

import contextlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from explorer.catalogue import Shape
from explorer.data.normalise import Normalise
from explorer.data.split import Split, to_channels
from explorer.data.streaming import ahead, send

CPU_SHARE, GPU_SHARE = 0.25, 0.4  # of the free memory, for images kept in the model's size
_UNKNOWN_MEMORY = 2 << 30
_TOGETHER = 4  # grey images that are resized in one go
_PADDING = 8  # augmentation shifts by up to an eighth of the side: 4 pixels of 32


class Batches:
    """Images and labels of a split in batches on `device`: float32 (N, C, H, W), normalised, and int64 (N,).

    What an epoch gives is a pure function of (seed, epoch): order and augmentation come from generators of their own,
    and the same numbers are drawn for every device. Images are resized bilinearly with antialias, each one once where
    the memory allows it. A last batch of one image joins the one before, because batch normalisation over one value
    is not possible.

    Attributes:
        image_count: Images of an epoch.
        is_cached: Resized images are kept.
        is_streamed: Images stay in the memory of the CPU, and are sent to the device batch by batch.
    """

    def __init__(  # noqa: PLR0913 (all are one word each where it is called)
        self,
        split: Split,
        *,
        batch_size: int,
        input_shape: Shape,
        mean: Sequence[float],
        std: Sequence[float],
        device: torch.device | str,
        seed: int,
        shuffle: bool,
        augment: bool = False,
        mirror: bool = True,
        channels_last: bool = False,
        cache_budget: int | None = None,
    ) -> None:
        """Moves the images to the device where they fit.

        Args:
            mean: A channel, of pixels in 0-1; or one number for all.
            augment: Random shifts, and mirror images of those in colour.
            mirror: Whether mirror images make sense; those of digits do not.
            cache_budget: Bytes that resized images may take; None for a share of the free memory.

        Raises:
            ExplorerError: The images cannot be given so many channels.
        """
        self.device = torch.device(device)
        self.image_count = len(split)
        self._seed, self._shuffle, self._augment, self._mirror = seed, shuffle, augment, mirror
        self._is_last = channels_last
        self._format = torch.channels_last if channels_last else torch.contiguous_format
        self.bounds = boundaries(self.image_count, batch_size)
        self._shape = input_shape
        to_channels(split.images[:0], input_shape[0])  # refuses early what cannot be
        budget = free_memory(self.device) if cache_budget is None else cache_budget
        fits = self.fits(split, self.device, budget)
        self.is_streamed = not fits
        budget -= split.images.numel() if fits and self.device.type != "cpu" else 0
        self._images = split.images.to(self.device) if fits else split.images
        self._labels = split.labels.to(self.device)
        needs_resize = tuple(split.images.shape[1:]) != tuple(input_shape)
        wanted = self.image_count * int(np.prod(input_shape))
        self.is_cached = needs_resize and wanted <= budget
        self._cache: Tensor | None = None
        self._is_resized = np.zeros(self.image_count, bool)
        self._normalise = Normalise(mean, std, input_shape[0], self.device)

    @staticmethod
    def fits(split: Split, device: torch.device, budget: int) -> bool:
        """Whether the images can lie on the device."""
        return device.type == "cpu" or split.images.numel() <= budget

    def __len__(self) -> int:
        """Batches of an epoch."""
        return len(self.bounds)

    def epoch(
        self, epoch: int, start: int = 0, *, share: Callable[[int], tuple[int, int]] | None = None
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """The batches of `epoch` (from 0) from batch `start` on: images (N, C, H, W) and labels (N,), on the device.

        Args:
            share: From where to where a batch of so many images is wanted; None for whole batches.
        """
        order = self._order(epoch)
        order_there = order.to(self.device)
        wanted = [_share_of(first, end, share) for first, end in self.bounds[start:]]
        with contextlib.closing(self._sent(order[part] for part in wanted)) as sent:
            for number, (part, images) in enumerate(zip(wanted, sent, strict=True), start=start):
                pixels = self._pixels(order[part], order_there[part], images)
                if self._augment:
                    first, end = self.bounds[number]
                    random = np.random.default_rng([self._seed, epoch, number])
                    skipped = part.start - first
                    pixels = augment(pixels, random, of=end - first, skipped=skipped, mirror=self._mirror)
                yield self._normalise(pixels, self._format), self._labels.index_select(0, order_there[part])

    def _sent(self, chosen: Iterable[Tensor]) -> Generator[Tensor | None, None, None]:
        """The images of each batch as they are, sent to the device ahead of their use; None for what is there."""
        if not self.is_streamed or self.is_cached:
            yield from (None for _ in chosen)
            return
        with contextlib.closing(ahead(self._gathered, chosen)) as gathered:
            for images in gathered:
                yield send(images, self.device)

    def _gathered(self, chosen: Tensor) -> Tensor:
        """On the thread that is ahead: the images, where a GPU can fetch them from."""
        found = self._images.index_select(0, chosen)
        return found.pin_memory() if self.device.type == "cuda" else found

    def _order(self, epoch: int) -> Tensor:
        if not self._shuffle:
            return torch.arange(self.image_count)
        order = np.random.default_rng([self._seed, epoch]).permutation(self.image_count)
        return torch.from_numpy(order).long()  # NumPy 1 on Windows counts with 32 bits

    def _pixels(self, chosen: Tensor, chosen_there: Tensor, images: Tensor | None) -> Tensor:
        """uint8 (N, C, H, W) in the model's size, on the device; `images` as they are, where they were sent there."""
        if not self.is_cached:
            return self._fitted(self._found(chosen, chosen_there) if images is None else images)
        if self._cache is None:
            self._cache = self._empty()
        missing = chosen.numpy()[~self._is_resized[chosen.numpy()]]
        if len(missing):
            indices = torch.from_numpy(missing)
            there = chosen_there if len(missing) == len(chosen) else send(indices, self.device)
            self._cache.index_copy_(0, there, self._laid_out(self._fitted(self._found(indices, there))))
            self._is_resized[missing] = True
        found = self._cache.index_select(0, chosen_there)
        return found.permute(0, 3, 1, 2) if self._is_last else found

    def _empty(self) -> Tensor:
        """Room for all images in the model's size; (N, H, W, C) where channels are to be last."""
        channels, height, width = self._shape
        shape = (height, width, channels) if self._is_last else self._shape
        return torch.empty((self.image_count, *shape), dtype=torch.uint8, device=self.device)

    def _laid_out(self, pixels: Tensor) -> Tensor:
        return pixels.permute(0, 2, 3, 1) if self._is_last else pixels

    def _found(self, chosen: Tensor, chosen_there: Tensor) -> Tensor:
        if self.is_streamed:
            return send(self._images.index_select(0, chosen), self.device)
        return self._images.index_select(0, chosen_there)

    def _fitted(self, images: Tensor) -> Tensor:
        channels, size = self._shape[0], self._shape[1:]
        if images.shape[1] < channels:  # grey in three channels is resized once
            return to_channels(resize(images, size), channels)
        return resize(to_channels(images, channels), size)


def _share_of(first: int, end: int, share: Callable[[int], tuple[int, int]] | None) -> slice:
    """Which places of the order a process takes of the batch from `first` to `end`."""
    skipped, stop = (0, end - first) if share is None else share(end - first)
    return slice(first + skipped, first + stop)


def boundaries(count: int, batch_size: int) -> list[tuple[int, int]]:
    """Where each batch begins and ends; a last one of a single image joins the one before."""
    starts = list(range(0, count, batch_size))
    if len(starts) > 1 and batch_size > 1 and count - starts[-1] == 1:
        starts.pop()
    return list(zip(starts, [*starts[1:], count], strict=True)) if starts else []


def as_input(images: Tensor, input_shape: Shape) -> Tensor:
    """Images uint8 (N, C, H, W) in the channels and the size that a model takes.

    Raises:
        ExplorerError: They cannot be given so many channels.
    """
    return resize(to_channels(images, input_shape[0]).contiguous(), input_shape[1:])


def as_pixels(images: Tensor, input_shape: Shape) -> NDArray[np.uint8]:
    """As `as_input`, as an array (N, H, W, C), as pictures lie in memory.

    Raises:
        ExplorerError: As `as_input`.
    """
    return np.ascontiguousarray(as_input(images, input_shape).permute(0, 2, 3, 1).numpy())


def resize(images: Tensor, size: tuple[int, int]) -> Tensor:
    """Images uint8 (N, C, H, W) scaled to `size`, bilinear with antialias."""
    if tuple(images.shape[2:]) == tuple(size):
        return images
    if images.device.type == "cpu":
        return _resize_here(images, size)
    scaled = functional.interpolate(images.to(torch.float32), size, mode="bilinear", antialias=True)
    return scaled.round_().clamp_(0, 255).to(torch.uint8)


def _resize_here(images: Tensor, size: tuple[int, int]) -> Tensor:
    """On the CPU, whose kernel for bytes takes four interleaved channels at a time: grey images go in by fours."""
    count, channels = images.shape[:2]
    if channels > 1:
        return _scaled(images, size)
    lacking = -count % _TOGETHER
    if lacking:
        images = torch.cat([images, images[:1].expand(lacking, -1, -1, -1)])
    together = images.reshape(len(images) // _TOGETHER, _TOGETHER, *images.shape[2:])
    return _scaled(together, size).reshape(len(images), 1, *size)[:count]


def _scaled(images: Tensor, size: tuple[int, int]) -> Tensor:
    interleaved = images.contiguous(memory_format=torch.channels_last)
    return functional.interpolate(interleaved, size, mode="bilinear", antialias=True)


def augment(
    images: Tensor, random: np.random.Generator, *, of: int | None = None, skipped: int = 0, mirror: bool = True
) -> Tensor:
    """Images uint8 (N, C, H, W), each shifted by up to an eighth of its side, with what lies beyond the edge mirrored.

    Of colour images about half are mirrored too, unless `mirror` is False.

    Args:
        of: Images in the batch of which these are a part, the ones after the first `skipped`; they are treated as they
            would be in the whole batch.
    """
    count, channels, height, width = images.shape
    drawn, here = of or count, slice(skipped, skipped + count)
    rows = _shifted(height, random.integers(-(height // _PADDING), height // _PADDING + 1, drawn)[here])
    columns = _shifted(width, random.integers(-(width // _PADDING), width // _PADDING + 1, drawn)[here])
    if channels == 3 and mirror:
        is_mirrored = random.random(drawn)[here] < 0.5
        columns[is_mirrored] = columns[is_mirrored, ::-1]
    rows_there, columns_there = (send(torch.from_numpy(places), images.device) for places in (rows, columns))
    sources = rows_there[:, :, None] * width + columns_there[:, None, :]
    where = sources.view(count, 1, height * width).expand(-1, channels, -1)
    return images.flatten(2).gather(2, where).view(count, channels, height, width)


def _shifted(side: int, by: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each image the source index of each row (or column): (N, side)."""
    indices = np.abs(np.arange(side)[None, :] + by[:, None])
    mirrored: NDArray[np.int64] = np.where(indices >= side, 2 * (side - 1) - indices, indices)
    return mirrored


def free_memory(device: torch.device) -> int:
    """Bytes on `device` that images may take."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0] * GPU_SHARE)
    if device.type != "cpu" or not hasattr(os, "sysconf"):
        return _UNKNOWN_MEMORY
    try:
        return int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES") * CPU_SHARE)
    except (ValueError, OSError):  # macOS does not tell
        return _UNKNOWN_MEMORY
