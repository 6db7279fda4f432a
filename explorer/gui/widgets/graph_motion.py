"""The short movement between two pictures of a graph when a block opens or closes."""

from collections.abc import Sequence

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation
from PySide6.QtWidgets import QGraphicsItem

from explorer.gui.widgets.graph_items import BoxItem, FrameItem, Place
from explorer.gui.widgets.graph_scene import Change

DURATION_MS = 180
_MOST = 120  # items in motion; more would not keep up, and nobody could follow them


class Motion(QObject):
    """Moves items from where they were to where they belong; what is new fades in."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.duration_ms = DURATION_MS
        self._moves: list[tuple[BoxItem | FrameItem, Place, Place]] = []
        self._fading: list[QGraphicsItem] = []
        self._clock = QVariantAnimation(self, startValue=0.0, endValue=1.0)
        self._clock.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._clock.valueChanged.connect(self._step)
        self._clock.finished.connect(self.finish)

    @property
    def is_running(self) -> bool:
        return self._clock.state() == QVariantAnimation.State.Running

    def start(self, changes: Sequence[Change], fading: Sequence[QGraphicsItem], origin: Place) -> None:
        """Moves the changed items; new ones grow out of `origin` and fade in, as does everything in `fading`."""
        self.finish()
        if self.duration_ms <= 0 or not 0 < len(changes) <= _MOST:
            return
        self._moves = [(change.item, change.before or origin, change.after) for change in changes]
        self._fading = [*fading, *(change.item for change in changes if change.before is None)]
        self._step(0.0)
        self._clock.setDuration(self.duration_ms)
        self._clock.start()

    def finish(self) -> None:
        """Puts everything where it belongs at once."""
        self._clock.stop()
        moves, self._moves = self._moves, []
        for item, _, after in moves:
            item.set_place(after)
        fading, self._fading = self._fading, []
        for faded in fading:
            faded.setOpacity(1.0)

    def _step(self, share: float) -> None:
        for item, before, after in self._moves:
            x, y, width, height = (a + (b - a) * share for a, b in zip(before, after, strict=True))
            item.set_place((x, y, width, height))
        for faded in self._fading:
            faded.setOpacity(share)
