"""The order in which the Tab key goes through panels: as one reads them, whatever order they were made in."""

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def chain(*panels: QWidget) -> None:
    """Has Tab go through `panels` one after the other; inside each as its widgets were made.

    They must be in one window.
    """
    stops = [stop for panel in panels for stop in _inside(panel)]
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)


def _inside(panel: QWidget) -> list[QWidget]:
    """What takes the focus by Tab in `panel`, also what is hidden now.

    (`nextInFocusChain` would tell the present order, but PySide makes what it returns a child of the one before.)
    """
    window = panel.window()
    parts = [panel, *panel.findChildren(QWidget)]
    return [part for part in parts if part.window() is window and _is_stop(part)]


def _is_stop(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
