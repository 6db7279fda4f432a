"""A number whose arrows go through the values that are usual for it."""

from collections.abc import Callable, Sequence

from explorer.gui.widgets.fields.number_field import DecimalField


class LadderField(DecimalField):
    """Any number from the least to the greatest; the arrows go to the next of `rungs`."""

    def __init__(
        self, minimum: float, maximum: float, rungs: Sequence[float], *, explain: Callable[[str], str]
    ) -> None:
        super().__init__(minimum, maximum, explain=explain)
        self._rungs = tuple(rungs)

    def stepBy(self, steps: int) -> None:
        for _ in range(abs(steps)):
            value = self.value()
            if steps > 0:
                self.setValue(min((rung for rung in self._rungs if rung > value * 1.0001), default=value))
            else:
                self.setValue(max((rung for rung in self._rungs if rung < value * 0.9999), default=value))
        self.lineEdit().selectAll()
