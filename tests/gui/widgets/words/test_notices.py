"""Notices come, stack, go away, and stay inside the window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.widgets.words.notices import MOST, WIDTH, Message, Notice, Notices


@pytest.fixture
def over(qtbot: QtBot) -> QWidget:
    QCursor.setPos(0, 0)  # a notice under the pointer stays
    over = QWidget()
    over.resize(800, 600)
    qtbot.addWidget(over)
    over.show()
    return over


def _visible(over: QWidget) -> list[Notice]:
    return [notice for notice in over.findChildren(Notice) if notice.isVisible()]


def test_message_and_hint_are_shown_inside(over: QWidget) -> None:
    notices = Notices(over)
    notices.show(Message("The batch does not fit.", "Use a batch of 64 or less.", "error"), "Close")
    (notice,) = _visible(over)
    assert notice.accessibleName() == "The batch does not fit. Use a batch of 64 or less."
    assert over.rect().contains(notice.geometry())
    assert notice.width() == WIDTH


def test_notices_do_not_cover_each_other_and_keep_to_the_corner(over: QWidget) -> None:
    notices = Notices(over)
    for number in range(3):
        notices.show(Message(f"Message {number}", "word " * 30), "Close")
    areas = [notice.geometry() for notice in _visible(over)]
    assert len(areas) == 3
    assert not any(one.intersects(other) for one in areas for other in areas if one is not other)
    over.resize(700, 500)
    assert all(over.rect().contains(notice.geometry()) for notice in _visible(over))


def test_the_same_message_is_shown_once(over: QWidget) -> None:
    notices = Notices(over)
    notices.show(Message("Once"), "Close")
    notices.show(Message("Once"), "Close")
    assert notices.shown() == (Message("Once"),)


def test_only_the_newest_stay(over: QWidget) -> None:
    notices = Notices(over)
    for number in range(MOST + 2):
        notices.show(Message(str(number)), "Close")
    assert [message.words for message in notices.shown()] == [str(number) for number in range(2, MOST + 2)]


def test_button_closes_its_own_notice(over: QWidget) -> None:
    notices = Notices(over)
    notices.show(Message("first"), "Close")
    notices.show(Message("second"), "Close")
    next(notice for notice in _visible(over) if notice.message.words == "first").close_button.click()
    assert [message.words for message in notices.shown()] == ["second"]


def test_time_closes_it(qtbot: QtBot, over: QWidget) -> None:
    notices = Notices(over)
    notices.show(Message("short"), "Close")
    (notice,) = _visible(over)
    assert notice.timer.interval() > 1000
    notice.timer.start(1)
    qtbot.waitUntil(lambda: notices.shown() == ())


def test_graver_messages_stay_longer(over: QWidget) -> None:
    notices = Notices(over)
    for level in ("info", "warning", "error"):
        notices.show(Message(level, level=level), "Close")
    by_level = {notice.message.level: notice.timer.interval() for notice in _visible(over)}
    times = [by_level[level] for level in ("info", "warning", "error")]
    assert times == sorted(times)
    assert len(set(times)) == 3


def test_a_click_on_a_notice_leaves_the_focus_where_it_was(qtbot: QtBot, over: QWidget) -> None:
    fields = [QLineEdit(over), QLineEdit(over)]
    for field in fields:
        field.show()
    fields[1].setFocus()
    notices = Notices(over)
    done: list[int] = []
    notices.show(Message("A run was broken off.", "", "info", "Resume"), "Close", lambda: done.append(1))
    (notice,) = _visible(over)
    qtbot.mouseClick(notice.offer_button, Qt.MouseButton.LeftButton)
    assert done == [1]
    assert over.focusWidget() is fields[1]
