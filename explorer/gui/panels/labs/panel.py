"""The workspace of experiments: a switch between its pages, each made when it is first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from explorer.gui.panels.labs.page import PAGES, Entry, LabPage, RememberingPage
from explorer.gui.text import tr
from explorer.gui.widgets.fields.segmented import Segmented

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.gui.panels.labs.evaluation_page import EvaluationPage
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState


class LabsPanel(QWidget):
    """One page at a time, under the switch.

    Args:
        kept: What `kept` gave at the end of the last session.
        entries: Its pages, in the order of the switch; the first is shown first.
    """

    def __init__(
        self,
        state: AppState,
        run_control: RunControl,
        *,
        kept: Mapping[str, Any] | None = None,
        entries: tuple[Entry, ...] = PAGES,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("labsView")
        self._state, self._run_control = state, run_control
        self._entries = {entry.name: entry for entry in entries}
        self._made: dict[str, QWidget] = {}
        self._old_words: set[str] = set()  # pages out of sight that have the words of another language
        self._old_looks: set[str] = set()  # and those of another theme
        self._kept = dict(kept or {})
        self.switch = Segmented(tuple(self._entries))
        self.switch.setObjectName("labsSwitch")
        self._stack = QStackedWidget(self)
        self._lay_out()
        self.switch.picked.connect(self.show_page)
        state.language_changed.connect(self._retranslate)
        state.theme_changed.connect(self._restyle)
        self._retranslate()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(16, 12, 16, 8)
        row.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignLeft)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._stack, 1)
        self.setFocusProxy(self.switch)

    @property
    def shown(self) -> str:
        """The name of the page that is chosen."""
        return self.switch.chosen

    def page(self, name: str) -> QWidget:
        """The page `name`, made now where it has not been seen yet, in the present language and theme."""
        if name not in self._made:
            made = self._made[name] = self._entries[name].make(self._state, self._run_control, self._stack)
            kept = self._kept.get(name)
            if isinstance(made, RememberingPage) and isinstance(kept, dict):
                made.recall(kept)
            self._stack.addWidget(made)
        self._renew(name)
        return self._made[name]

    def _renew(self, name: str) -> None:
        page = cast("LabPage", self._made[name])
        if name in self._old_words:
            self._old_words.remove(name)
            page.retranslate()
        if name in self._old_looks:
            self._old_looks.remove(name)
            page.restyle()

    def _renew_what_is_seen(self) -> None:
        if self.isVisible() and self.shown in self._made:
            self._renew(self.shown)

    def kept(self) -> dict[str, Any]:
        """What is to be remembered of the pages over a restart; of those that were not seen, what was before."""
        seen = {name: made.kept() for name, made in self._made.items() if isinstance(made, RememberingPage)}
        return {**self._kept, **seen}

    def begin(self) -> None:
        """The workspace has come to the front."""
        self.show_page(self.shown)

    def show_page(self, name: str) -> None:
        page = self.page(name)
        self.switch.choose(name)
        self._stack.setCurrentWidget(page)
        cast("LabPage", page).begin()

    def evaluate(self, run: str, epoch: int = 0) -> None:
        """Shows the evaluation of `run` after so many epochs; 0: of its newest test."""
        page = cast("EvaluationPage", self.page("evaluation"))
        page.open_run(run, epoch)
        self.show_page("evaluation")

    def close_services(self) -> None:
        for page in self._made.values():
            cast("LabPage", page).close_services()

    def _retranslate(self) -> None:
        names = tuple(self._entries)
        words = {name: tr(f"labs.{name}") for name in names}
        self.switch.set_words(tr("labs.pages"), words, {name: tr(f"labs.{name}_tip") for name in names})
        self.setAccessibleName(tr("labs.panel"))
        self._old_words.update(self._made)
        self._renew_what_is_seen()

    def _restyle(self) -> None:
        self._old_looks.update(self._made)
        self._renew_what_is_seen()
