"""What lies in a folder of class folders: which images, of which classes, for training and for testing. No torch."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from explorer.bilingual import Text
from explorer.data import cards, folder_archive, images
from explorer.data.cards import DatasetCard
from explorer.data.patience import answered
from explorer.data.watch import Watch
from explorer.errors import ExplorerError, unreadable

TRAIN_NAMES = ("train", "training")
TEST_NAMES = ("test", "val", "valid", "validation", "testing")
TEST_SHARE = 5  # without a test folder, one image of so many is for testing
_DEEPEST = 8
_LOOKED_AT = 64  # images that decide on the common size and the channels
_OF_OTHERS = ("__macosx", "@eadir", "$recycle.bin")  # what archivers and storage servers put beside, in small letters
_SEED = 0  # of the choice of test images: never the run's, or runs could not be compared


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A file with what tells whether it has changed."""

    path: str
    size: int
    modified_ns: int


Labelled = tuple[ImageFile, int]


@dataclass(frozen=True, slots=True)
class Listing:
    """Files with their labels (numbers of `classes`), in a fixed order."""

    classes: tuple[str, ...]
    train: tuple[Labelled, ...]
    test: tuple[Labelled, ...]
    notes: tuple[Text, ...]


def has_split(root: Path) -> bool:
    """Whether there is a folder for training in `root`, or in the only folder in it."""
    try:
        return _named(_single_inside(root), TRAIN_NAMES) is not None
    except OSError:  # there is none, or it may not be read
        return False


def card(name: str, *, watch: Watch) -> DatasetCard:
    """The card of a data set; that of `folder:PATH` with its classes, images and channels, for which it is listed.

    Raises:
        ExplorerError: There is no such data set, or as for `scan`.
        Cancelled: The user wants no more of it.
    """
    known = cards.find(name)
    if not known.is_folder:
        return known
    root = Path(name.removeprefix(cards.FOLDER_PREFIX)).expanduser()
    found = scan(root, watch=watch)
    files = [file for file, _ in found.train + found.test]
    headers = answered(lambda own: some_headers(files, own), place=root, watch=watch)
    return replace(
        known,
        classes=found.classes,
        channels=channels_of(headers) if headers else known.channels,
        train_images=len(found.train),
        test_images=len(found.test),
    )


def some_headers(files: Sequence[ImageFile], watch: Watch) -> list[images.Header]:
    """What some of `files`, from everywhere among them, say of their pictures; those that are none are passed over."""
    found = []
    for file in files[:: max(1, len(files) // _LOOKED_AT)]:
        watch.check()
        header = images.header(Path(file.path))
        if header is not None:
            found.append(header)
    return found


def channels_of(headers: Sequence[images.Header]) -> int:
    """1 where all of these are grey, else 3."""
    return 1 if all(header.is_grey for header in headers) else 3


def scan(root: Path, *, watch: Watch) -> Listing:
    """The images below `root`: train/CLASS/* with test/CLASS/*, or CLASS/*; links are followed, loops are not.

    `root` may also be an archive of such folders.

    Raises:
        ExplorerError: It cannot be read, does not answer, or has fewer than two classes with images.
        Cancelled: The user wants no more of it.
    """
    return answered(lambda own: _scanned(root, own), place=root, watch=watch)


def _scanned(root: Path, watch: Watch) -> Listing:
    try:
        if folder_archive.is_archive(root):
            root = folder_archive.opened(root, watch)
        if not root.is_dir():
            raise _no_folder(root)
        return _scan(_single_inside(root), watch)
    except OSError as error:
        place = error.filename or root
        raise unreadable(place, error, Text("Look whether you may read it.", "请检查读取权限。")) from error


def _no_folder(root: Path) -> ExplorerError:
    what = Text("is no folder", "不是文件夹") if root.exists() else Text("is not there", "不存在")
    return ExplorerError(
        Text(f"{root} {what.en}.", f"{root} {what.zh}。"),
        Text("Choose a folder with one folder of images for each class.", "请选择每个类别各占一个子文件夹的目录。"),
    )


def _scan(root: Path, watch: Watch) -> Listing:
    train_folder, test_folder = _named(root, TRAIN_NAMES), _named(root, TEST_NAMES)
    train = _classes(train_folder or root, root, watch, leave_out=test_folder)
    notes = [
        Text(f"Class {name} has no images.", f"类别 {name} 没有图像。") for name, files in train.items() if not files
    ]
    notes += _unused(root, train_folder, test_folder)
    train = {name: files for name, files in train.items() if files}
    if len(train) < 2:
        raise _too_few(root, train_folder or root, list(train))
    classes = tuple(train)
    labels = {name: label for label, name in enumerate(classes)}
    if train_folder is None or test_folder is None:
        kept, held_out = _held_out(train)
        notes.append(
            Text(f"No test folder: one image in {TEST_SHARE} of each class is kept for testing.",
                 f"没有测试文件夹：每个类别取 1/{TEST_SHARE} 的图像用于测试。")
        )  # fmt: skip
    else:
        kept, held_out = train, _classes(test_folder, root, watch)
        notes += _differences(kept, held_out)
        if not any(held_out.get(name) for name in classes):
            raise _untested(train_folder, test_folder, has_images=any(held_out.values()))
        held_out = {name: held_out.get(name, []) for name in classes}
    return Listing(classes, _labelled(kept, labels), _labelled(held_out, labels), tuple(notes))


def _unused(root: Path, train_folder: Path | None, test_folder: Path | None) -> list[Text]:
    """What to say of folders that are passed over, such as one for validation beside one for testing."""
    if train_folder is None:
        unused = [] if test_folder is None else [test_folder]
    else:
        unused = [path for path in _folders(root) if path not in (train_folder, test_folder)]
    if not unused:
        return []
    names = ", ".join(images.shown_name(path) for path in unused[:5])
    return [Text(f"Not used: {names}.", f"未使用：{names}。")]


def _untested(train_folder: Path, test_folder: Path, *, has_images: bool) -> ExplorerError:
    if not has_images:
        return ExplorerError(
            Text(f"{test_folder} has no images.", f"{test_folder} 中没有图像。"),
            Text(
                f"Remove it, and one image in {TEST_SHARE} of each class is kept for testing.",
                f"请将其移除，届时每个类别取 1/{TEST_SHARE} 的图像用于测试。",
            ),
        )
    return ExplorerError(
        Text(
            f"{test_folder} has no images of the classes in {train_folder}.",
            f"{test_folder} 中没有 {train_folder} 各类别的图像。",
        ),
        Text("Name the class folders alike in both.", "两处的类别文件夹应同名。"),
    )


def _labelled(files: dict[str, list[ImageFile]], labels: dict[str, int]) -> tuple[Labelled, ...]:
    return tuple((file, labels[name]) for name in labels for file in files[name])


def _too_few(root: Path, place: Path, found: list[str]) -> ExplorerError:
    hint = Text(
        "Put the images of each class into a folder of their own, at least two of them.",
        "请将每个类别的图像放入各自的文件夹，至少两个类别。",
    )
    if found:
        return ExplorerError(
            Text(f"{place} has one class only: {found[0]}.", f"{place} 只有一个类别：{found[0]}。"), hint
        )
    if any(True for _ in _images(place, 0, set())):
        return ExplorerError(
            Text(f"The images in {place} are not in class folders.", f"{place} 中的图像没有按类别分文件夹。"), hint
        )
    return ExplorerError(Text(f"{root} has no class folders with images.", f"{root} 中没有含图像的类别文件夹。"), hint)


def _single_inside(root: Path) -> Path:
    """Where an unpacked archive put it: the only folder in `root`, if that holds folders itself."""
    for _ in range(3):
        inside = _folders(root)
        if len(inside) != 1 or not _folders(inside[0]) or _named(root, TRAIN_NAMES) is not None:
            break
        root = inside[0]
    return root


def _folders(place: Path) -> list[Path]:
    with os.scandir(place) as entries:
        ordered = sorted(entries, key=_name)
    return [Path(e.path) for e in ordered if not e.name.startswith(".") and not _is_of_others(e) and _is_folder(e)]


def _is_of_others(entry: "os.DirEntry[str]") -> bool:
    return entry.name.lower() in _OF_OTHERS


def _name(entry: "os.DirEntry[str]") -> str:
    return entry.name


def _named(root: Path, names: tuple[str, ...]) -> Path | None:
    inside = {path.name.lower(): path for path in reversed(_folders(root))}
    return next((inside[name] for name in names if name in inside), None)


def _classes(place: Path, root: Path, watch: Watch, leave_out: Path | None = None) -> dict[str, list[ImageFile]]:
    """Images by class name, both in order of their names."""
    found: dict[str, list[ImageFile]] = {}
    around = {_number(place), _number(root)}  # a link back there would bring the images of all classes
    for path in _folders(place):
        if path == leave_out:
            continue
        name = images.shown_name(path)
        files = found[name] = []
        for file in _images(path, _DEEPEST, around.copy()):
            files.append(file)
            if len(files) % 100 == 0:
                watch.check()
        watch.report(Text(f"Looking for images: {name}", f"正在查找图像：{name}"))
    return found


def _images(place: Path, depth: int, seen: set[tuple[int, int]]) -> Iterator[ImageFile]:
    """Image files in `place` and in the folders below, down to `depth`; each folder once, so that links cannot loop."""
    number = _number(place)
    if number in seen:
        return
    seen.add(number)
    with os.scandir(place) as entries:
        ordered = sorted(entries, key=_name)
    for entry in ordered:
        if entry.name.startswith(".") or _is_of_others(entry):
            continue
        if _is_folder(entry):
            if depth > 0:
                yield from _images(Path(entry.path), depth - 1, seen)
        elif entry.name.lower().endswith(images.SUFFIXES):
            yield _image_file(entry)


def _number(place: Path) -> tuple[int, int]:
    """Which folder it is, whatever it is called."""
    about = place.stat()
    return about.st_dev, about.st_ino


def _image_file(entry: "os.DirEntry[str]") -> ImageFile:
    try:
        status = entry.stat()
    except OSError:  # a link to nothing: listed, and counted as damaged when it is read
        return ImageFile(entry.path, 0, 0)
    return ImageFile(entry.path, status.st_size, status.st_mtime_ns)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _held_out(files: dict[str, list[ImageFile]]) -> tuple[dict[str, list[ImageFile]], ...]:
    """Training and test files of each class; a class of one image has it for training."""
    random = np.random.default_rng(_SEED)
    train: dict[str, list[ImageFile]] = {}
    test: dict[str, list[ImageFile]] = {}
    for name, all_of_it in files.items():
        count = max(1, len(all_of_it) // TEST_SHARE) if len(all_of_it) > 1 else 0
        chosen = set(random.permutation(len(all_of_it))[:count].tolist())
        train[name] = [file for number, file in enumerate(all_of_it) if number not in chosen]
        test[name] = [file for number, file in enumerate(all_of_it) if number in chosen]
    return train, test


def _differences(train: dict[str, list[ImageFile]], test: dict[str, list[ImageFile]]) -> list[Text]:
    unknown = [name for name in test if name not in train and test[name]]
    untested = [name for name in train if not test.get(name)]
    notes = []
    if unknown:
        names = ", ".join(unknown[:5])
        notes.append(Text(f"Left out, because it is not trained: {names}.", f"以下类别没有训练图像，已略去：{names}。"))
    if untested:
        names = ", ".join(untested[:5])
        notes.append(Text(f"No test images of: {names}.", f"以下类别没有测试图像：{names}。"))
    return notes
