"""Folders of class folders with small images, and what is loaded of them."""

from pathlib import Path

from PIL import Image

from explorer.data import datasets


def picture(path: Path, colour: tuple[int, int, int] = (10, 20, 30), size: tuple[int, int] = (12, 12)) -> Path:
    """An image of one colour; `size` is width and height."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)
    return path


def tree(root: Path, classes: tuple[str, ...] = ("cat", "dog"), count: int = 10, below: str = "") -> Path:
    """`count` images of each class, told apart by red (the class, times 100) and green (the number)."""
    for number, name in enumerate(classes):
        for index in range(count):
            picture(root / below / name / f"{index:03}.png", (number * 100, index, 7))
    return root


def load(root: Path, **options: object) -> datasets.Dataset:
    return datasets.load(f"folder:{root}", **options)  # type: ignore[arg-type]


def notes(data: datasets.Dataset) -> str:
    """What was noticed while loading, in English; it is there in Chinese too."""
    assert all(note.zh for note in data.notes)
    return " ".join(str(note) for note in data.notes)
