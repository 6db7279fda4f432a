"""The line of names around the selection."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.gui.widgets.graph.breadcrumb import Breadcrumb

STEPS = [(None, "EfficientNet"), (1, "features"), (2, "features.4"), (3, "features.4.8"), (4, "block"), (5, "conv")]


def crumbs(qtbot: QtBot) -> Breadcrumb:
    made = Breadcrumb()
    qtbot.addWidget(made)
    made.show_steps(STEPS)
    made.fit(2000)
    made.show()
    return made


def shown(made: Breadcrumb) -> list[str]:
    return [made.button(place).text() for place in range(len(made.names)) if made.button(place).isVisible()]


def test_a_click_gives_the_key_of_the_name(qtbot: QtBot) -> None:
    made = crumbs(qtbot)
    for place, (key, name) in enumerate(STEPS):
        assert made.button(place).text() == name
        with qtbot.waitSignal(made.chosen) as asked:
            qtbot.mouseClick(made.button(place), Qt.MouseButton.LeftButton)
        assert asked.args == [key]


def test_names_after_the_first_give_way_where_there_is_no_room(qtbot: QtBot) -> None:
    made = crumbs(qtbot)
    full = made.width()
    made.fit(full - 30)
    assert shown(made)[0] == "EfficientNet"
    assert shown(made)[-1] == "conv"
    assert 2 <= len(shown(made)) < len(STEPS)
    assert made._dots.isVisible()
    assert made.width() <= full - 30
    made.fit(full)
    assert shown(made) == made.names
    assert not made._dots.isVisible()


def test_a_shorter_way_leaves_nothing_of_the_longer(qtbot: QtBot) -> None:
    made = crumbs(qtbot)
    made.show_steps(STEPS[:2])
    made.fit(2000)
    assert shown(made) == ["EfficientNet", "features"]
    assert made.button(1).property("current") == "true"
    assert made.accessibleDescription() == "EfficientNet › features"


def test_the_copy_button_asks_for_the_path(qtbot: QtBot) -> None:
    made = crumbs(qtbot)
    with qtbot.waitSignal(made.copy_requested):
        qtbot.mouseClick(made._copy, Qt.MouseButton.LeftButton)
