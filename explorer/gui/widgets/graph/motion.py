"""The short movement between two pictures of a graph when a block opens or closes."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEasingCurve, QObject, QPointF, QRectF, QVariantAnimation

from explorer.gui.widgets.graph.drawn import Drawn, Place
from explorer.gui.widgets.graph.scene import GraphScene
from explorer.gui.widgets.graph.sheet import Target

DURATION_MS = 180
_MOST = 120  # things in motion; more would not keep up, and nobody could follow them


class Change(NamedTuple):
    """One thing of a redrawn scene that moves, or is new (`before` is None)."""

    target: Target
    before: Place | None
    after: Place


def changes(before: Drawn, after: Drawn, window: QRectF, shift: QPointF) -> Iterator[Change]:
    """What can be seen to change in `window`, as it looks after the view has moved by `shift`."""
    top, bottom, dx, dy = window.top(), window.bottom(), shift.x(), shift.y()
    for target in dict.fromkeys((*after.between(top, bottom), *before.between(top - dy, bottom - dy))):
        now, was = after.place(target), before.place(target)
        if was is not None:
            was = (was[0] + dx, was[1] + dy, was[2], was[3])
        if now is not None and was != now:
            yield Change(target, was, now)


class Motion(QObject):
    """Moves things from where they were to where they belong; what is new fades in, and all wires if asked to."""

    def __init__(self, scene: GraphScene, parent: QObject) -> None:
        super().__init__(parent)
        self.duration_ms = DURATION_MS
        self._scene = scene
        self._moves: list[tuple[Target, Place, Place]] = []
        self._new: frozenset[Target] = frozenset()
        self._clock = QVariantAnimation(self, startValue=0.0, endValue=1.0)
        self._clock.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._clock.valueChanged.connect(self._step)
        self._clock.finished.connect(self.finish)

    @property
    def is_running(self) -> bool:
        return self._clock.state() == QVariantAnimation.State.Running

    def start(self, moves: Sequence[Change], origin: Place | None) -> None:
        """Moves what has changed; what is new grows out of `origin`, if there is one, and fades in, as do the wires."""
        self.finish()
        if self.duration_ms <= 0 or not 0 < len(moves) <= _MOST:
            return
        self._moves = [(move.target, move.before or origin or move.after, move.after) for move in moves]
        self._new = frozenset(move.target for move in moves if move.before is None)
        self._step(0.0)
        self._clock.setDuration(self.duration_ms)
        self._clock.start()

    def finish(self) -> None:
        """Puts everything where it belongs at once."""
        self._clock.stop()
        if self._moves:
            self._moves, self._new = [], frozenset()
            self._scene.move({}, self._new, 1.0)

    def _step(self, share: float) -> None:
        places: dict[Target, Place] = {}
        for target, before, after in self._moves:
            x, y, width, height = (a + (b - a) * share for a, b in zip(before, after, strict=True))
            places[target] = (x, y, width, height)
        self._scene.move(places, self._new, share)
