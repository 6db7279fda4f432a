"""The names of classes in the language of the window."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QFontDatabase

from explorer.data import class_words
from explorer.gui.text import language, tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from explorer.inspection.insight import Prediction


def say_classes(names: tuple[str, ...]) -> tuple[str, ...]:
    """All classes of a data set, in the order of their labels."""
    return class_words.chinese(names) if language() == "zh" else class_words.english(names, has_kana=_has_kana())


def say_class(name: str, names: tuple[str, ...]) -> str:
    """One of the classes `names`; a name that is not among them stays as it is."""
    told = say_classes(names)
    return name if told is names or name not in names else told[names.index(name)]


def say_predictions(predictions: Iterable[Prediction]) -> dict[int, str]:
    """The classes that are held most likely, by their numbers; "class 3" where they have no names."""
    found = tuple(predictions)
    named = {one.index: one.label for one in found if one.is_named}
    told = class_words.chinese_of(named) if language() == "zh" else class_words.english_of(named, has_kana=_has_kana())
    return {one.index: told.get(one.index) or tr("inspector.class_n", n=one.index) for one in found}


@cache
def _has_kana() -> bool:
    """Whether a font of this system can show Japanese characters."""
    return bool(QFontDatabase.families(QFontDatabase.WritingSystem.Japanese))
