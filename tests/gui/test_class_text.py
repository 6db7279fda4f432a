"""Names of classes in the language of the window."""

from collections.abc import Iterator

import pytest

from explorer.data.class_names import KUZUSHIJI, SHAPES
from explorer.gui import class_text, text
from explorer.gui.class_text import say_class, say_classes, say_predictions
from explorer.inspection.insight import Prediction


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    text.set_language("en")


def test_classes_follow_the_language() -> None:
    assert say_classes(SHAPES) == SHAPES
    assert say_class("heart", SHAPES) == "heart"
    text.set_language("zh")
    assert say_class("heart", SHAPES) == say_classes(SHAPES)[6] == "\u5fc3\u5f62"
    assert say_class("heart", ("heart", "lung")) == "heart"  # of a folder
    assert say_class("unknown", SHAPES) == "unknown"


def test_kana_are_themselves_where_a_font_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Prediction("ki", 0.7, 1)
    for has_kana, told in ((True, "\u304d ki"), (False, "ki")):
        monkeypatch.setattr(class_text, "_has_kana", lambda has_kana=has_kana: has_kana)
        assert say_class("ki", KUZUSHIJI) == told
        assert say_predictions([shown]) == {1: told}
    text.set_language("zh")
    assert say_class("ki", KUZUSHIJI) == "\u304d"


def test_predictions_are_named_or_numbered() -> None:
    shapes = [Prediction("star", 0.7, 3), Prediction("heart", 0.3, 6)]
    nameless = [Prediction("class 3", 1.0, 3, is_named=False)]
    assert say_predictions(shapes) == {3: "star", 6: "heart"}
    assert say_predictions(nameless) == {3: "class 3"}
    text.set_language("zh")
    assert say_predictions(shapes) == {3: "\u4e94\u89d2\u661f", 6: "\u5fc3\u5f62"}
    assert say_predictions(nameless) != {3: "class 3"}
