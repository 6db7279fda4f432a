"""Any folder of class folders as a data set: decoded once in parallel, brought to one size, kept for the next time."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from explorer.bilingual import Text
from explorer.data import cache, images
from explorer.data.batches import free_memory
from explorer.data.class_folders import ImageFile, Labelled, channels_of, has_split, scan, some_headers
from explorer.data.fit import middle
from explorer.data.patience import answered, in_parallel
from explorer.data.split import Dataset, Split, evenly
from explorer.data.watch import Watch
from explorer.errors import ExplorerError

__all__ = ["has_split", "load"]

Pixels = NDArray[np.uint8]
Sizes = tuple[tuple[int, int], ...]
LARGEST_SIDE = 256  # of the common size, unless a larger one is asked for
_WORTH_KEEPING = 500  # images; fewer are decoded faster than a cache is worth


@dataclass(frozen=True, slots=True)
class _Form:
    """What all images are made to be."""

    channels: int
    height: int
    width: int

    @property
    def shape(self) -> tuple[int, int, int]:
        return (self.channels, self.height, self.width)


def load(
    name: str,
    root: Path,
    *,
    limit: int | None = None,
    size: int | None = None,
    watch: Watch,
) -> Dataset:
    """The images below `root` in memory.

    Small images of one size stay as they are. Others are cut to their middle and scaled to one square, of their median
    side, but not above `size` (the side that the model takes). Damaged ones are left out and counted in the notes.

    Raises:
        ExplorerError: There are no class folders, or too few images can be read.
        Cancelled: The user wants no more of it.
    """
    listing = scan(root, watch=watch)
    train, test = _limited(listing.train, limit), _limited(listing.test, limit)
    files = [file for file, _ in train + test]
    form, form_notes, sizes = answered(lambda own: _form(files, size, own), place=root, watch=watch)
    pixels, is_good = _decoded(files, form, root, watch)
    labels = torch.tensor([label for _, label in train + test])
    cut = len(train)
    splits = [
        Split(pixels[part][is_good[part]] if not is_good[part].all() else pixels[part], labels[part][is_good[part]])
        for part in (slice(None, cut), slice(cut, None))
    ]
    left_out = _damage(files, is_good)
    notes = (*listing.notes, *form_notes, *(() if left_out is None else (left_out,)))
    _refuse_lost_class(listing.classes, train, is_good[:cut])
    return Dataset(name, listing.classes, splits[0], splits[1], notes, form.channels == 3, sizes, left_out)


def _limited(files: tuple[Labelled, ...], limit: int | None) -> tuple[Labelled, ...]:
    if limit is None or limit >= len(files):
        return files
    chosen = evenly(np.array([label for _, label in files]), limit)
    return tuple(files[number] for number in chosen)


def _form(files: list[ImageFile], size: int | None, watch: Watch) -> tuple[_Form, list[Text], Sizes]:
    """Channels and common size, and the sizes that there are, from some of the images."""
    found = some_headers(files, watch)
    if not found:
        raise ExplorerError(
            Text("None of the images looked at can be read.", "抽查的图像均无法读取。"),
            Text("Look whether the files are whole.", "请检查文件是否完整。"),
        )
    channels = channels_of(found)
    sizes = {header.size for header in found}
    if len(sizes) == 1 and max(found[0].size) <= LARGEST_SIDE:
        height, width = found[0].size
        return _Form(channels, height, width), [], ()
    side = min(int(np.median([min(header.size) for header in found])), size or LARGEST_SIDE)
    room = int((free_memory(torch.device("cpu")) / (len(files) * channels)) ** 0.5)
    side = max(1, min(side, room))
    note = Text(
        f"All images are cut and scaled to {side}×{side} pixels.", f"所有图像已裁剪并缩放为 {side}×{side} 像素。"
    )
    return _Form(channels, side, side), [note], tuple(header.size for header in found)


def _decoded(files: list[ImageFile], form: _Form, root: Path, watch: Watch) -> tuple[Tensor, Tensor]:
    """Images uint8 (N, C, H, W), and which of them could be read; from the cache if no file has changed."""
    parts = (f"{file.path}|{file.size}|{file.modified_ns}" for file in files)
    name = cache.key([*parts, str(form.shape)])
    kept = cache.load(name)
    if kept is not None and kept.keys() == {"images", "is_good"}:
        return kept["images"], kept["is_good"]
    pixels, is_good = _decode(files, form, root, watch)
    tensors = torch.from_numpy(pixels), torch.from_numpy(is_good)
    if len(files) >= _WORTH_KEEPING:
        cache.save(name, {"images": tensors[0], "is_good": tensors[1]})
    return tensors


def _decode(files: list[ImageFile], form: _Form, root: Path, watch: Watch) -> tuple[Pixels, NDArray[np.bool_]]:
    pixels = np.zeros((len(files), *form.shape), np.uint8)
    is_good = np.zeros(len(files), bool)

    def decode(number: int) -> None:
        try:
            pixels[number] = _decode_one(files[number].path, form)
        except ExplorerError:
            return  # left out and counted
        is_good[number] = True

    def what(done: int) -> Text:
        return Text(f"Reading images: {done:,} of {len(files):,}", f"正在读取图像：{done} / {len(files)}")

    in_parallel(decode, len(files), threads=os.cpu_count() or 1, place=root, watch=watch, what=what)
    if not is_good.all() and not root.exists():
        raise ExplorerError(
            Text(f"{root} is not there any more.", f"{root} 已不存在。"),
            Text("It was removed while its images were read; put it back and try again.",
                 "读取图像时它被移走了，请放回后重试。"),
        )  # fmt: skip
    return pixels, is_good


def _decode_one(path: str, form: _Form) -> Pixels:
    """uint8 (C, H, W)."""
    picture = images.decode(Path(path), at_least=max(form.height, form.width)).pixels
    if picture.shape[2] > form.channels:
        picture = np.asarray(Image.fromarray(picture).convert("L"))[:, :, None]
    if picture.shape[:2] != (form.height, form.width):
        cut = middle(picture, form.height, form.width)
        whole = Image.fromarray(cut[:, :, 0] if cut.shape[2] == 1 else cut)
        scaled = np.asarray(whole.resize((form.width, form.height), Image.Resampling.BILINEAR))
        picture = scaled.reshape(form.height, form.width, -1)
    return np.broadcast_to(picture.transpose(2, 0, 1), form.shape)


def _refuse_lost_class(classes: tuple[str, ...], train: tuple[Labelled, ...], is_good: Tensor) -> None:
    """Refuses a class of which not one image can be read: nothing would be learned of it."""
    good = {label for (_, label), is_whole in zip(train, is_good.tolist(), strict=True) if is_whole}
    lost = next((file for file in train if file[1] not in good), None)
    if lost is None or not good:  # without any image the data set is refused as a whole
        return
    name, first = classes[lost[1]], images.shown_name(Path(lost[0].path))
    raise ExplorerError(
        Text(f"No training image of class {name} can be read, such as {first}.",
             f"类别 {name} 的训练图像都无法读取，例如 {first}。"),
        Text("Look whether the files are whole, or move the folder of the class away.",
             "请检查文件是否完整，或将该类别的文件夹移走。"),
    )  # fmt: skip


def _damage(files: list[ImageFile], is_good: Tensor) -> Text | None:
    bad = torch.nonzero(~is_good).flatten().tolist()
    if not bad:
        return None
    first = images.shown_name(Path(files[bad[0]].path))
    if len(bad) == 1:
        return Text(f"An image cannot be read and is left out: {first}.", f"有 1 张图像无法读取，已略去：{first}。")
    return Text(
        f"{len(bad)} images cannot be read and are left out, the first is {first}.",
        f"有 {len(bad)} 张图像无法读取，已略去，第一张为 {first}。",
    )
