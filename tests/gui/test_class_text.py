"""Names of classes in the language of the window."""

from collections.abc import Iterator

import pytest

from explorer.data.class_names import SHAPES
from explorer.gui import text
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


def test_predictions_are_named_or_numbered() -> None:
    shapes = [Prediction("star", 0.7, 3), Prediction("heart", 0.3, 6)]
    nameless = [Prediction("class 3", 1.0, 3, is_named=False)]
    assert say_predictions(shapes) == {3: "star", 6: "heart"}
    assert say_predictions(nameless) == {3: "class 3"}
    text.set_language("zh")
    assert say_predictions(shapes) == {3: "\u4e94\u89d2\u661f", 6: "\u5fc3\u5f62"}
    assert say_predictions(nameless) != {3: "class 3"}
