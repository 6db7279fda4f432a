"""The font files of drawings: the program's own, and one of the system's for Chinese."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from explorer import paths
from explorer.bilingual import Text
from explorer.graph.export.items import Face

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILES = {
    Face.REGULAR: "Inter-Regular.otf",
    Face.SEMIBOLD: "Inter-SemiBold.otf",
    Face.MONO: "JetBrainsMono-Regular.ttf",
}
_FULL_WIDTH_FROM = "\u2e80"  # from here on Unicode holds Chinese, Japanese and Korean

# Fonts with simplified Chinese that systems have, the better first; with the place of the font in a collection.
_CHINESE = {
    Face.REGULAR: (
        ("NotoSansCJK-Regular.ttc", 2), ("NotoSansCJKsc-Regular.otf", 0), ("NotoSansSC-Regular.otf", 0),
        ("NotoSansSC-Regular.ttf", 0), ("SourceHanSansSC-Regular.otf", 0), ("SourceHanSansCN-Regular.otf", 0),
        ("msyh.ttc", 0), ("PingFang.ttc", 0), ("Hiragino Sans GB.ttc", 0), ("STHeiti Light.ttc", 0),
        ("wqy-microhei.ttc", 0), ("DroidSansFallbackFull.ttf", 0), ("simhei.ttf", 0),
    ),
    Face.SEMIBOLD: (
        ("NotoSansCJK-Bold.ttc", 2), ("NotoSansCJKsc-Bold.otf", 0), ("NotoSansSC-Bold.otf", 0),
        ("NotoSansSC-Bold.ttf", 0), ("SourceHanSansSC-Bold.otf", 0), ("SourceHanSansCN-Bold.otf", 0),
        ("msyhbd.ttc", 0), ("STHeiti Medium.ttc", 0),
    ),
}  # fmt: skip
_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
    "~/AppData/Local/Microsoft/Windows/Fonts",
)

NO_CHINESE_FONT = Text(
    "No Chinese font was found on this system, so the labels are in English. Noto Sans CJK is free.",
    "系统中没有找到中文字体，因此标签使用英文。可以安装免费的 Noto Sans CJK（思源黑体）。",
)


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font in a file; `place` is its number in a collection."""

    path: Path
    place: int = 0


def own(face: Face) -> FontFile:
    """The program's own font."""
    return FontFile(paths.resources() / "fonts" / _FILES[face])


@cache
def chinese(face: Face) -> FontFile | None:
    """A font of the system for Chinese characters in `face`, or None."""
    installed = _installed()
    wanted = _CHINESE[Face.SEMIBOLD] + _CHINESE[Face.REGULAR] if face is Face.SEMIBOLD else _CHINESE[Face.REGULAR]
    return next((FontFile(installed[name], place) for name, place in wanted if name in installed), None)


@cache
def _installed() -> dict[str, Path]:
    """Fonts of the system by file name."""
    folders = [Path(folder).expanduser() for folder in _FOLDERS]
    files = itertools.chain.from_iterable(folder.rglob("*.[to]t[cf]") for folder in folders if folder.is_dir())
    return {file.name: file for file in files}


def runs(text: str) -> Iterator[tuple[bool, str]]:
    """`text` in stretches of one font: (is Chinese, stretch)."""
    for is_chinese, characters in itertools.groupby(text, key=lambda character: character >= _FULL_WIDTH_FROM):
        yield is_chinese, "".join(characters)
