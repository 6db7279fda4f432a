"""The settings that one seldom changes, in a card over the form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from explorer.gui.panels.training.preset_bar import PresetBar
from explorer.gui.panels.training.schedule_line import ScheduleLine
from explorer.gui.panels.training.setting_fields import SettingFields
from explorer.gui.panels.training.setting_row import Heading, SettingRow
from explorer.gui.text import tr
from explorer.training import threads

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from explorer.training.config import TrainConfig

GROUPS = (
    (
        ("optimiser", ("momentum", "nesterov", "weight_decay", "clip_norm", "initialisation")),
        ("rate", ("schedule", "step_epochs", "step_factor", "warmup_epochs")),
    ),
    (
        ("regularisation", ("label_smoothing", "ema_decay", "patience", "freeze")),
        ("data", ("augment", "limit", "seed", "data_dir")),
        ("machine", ("precision", "speed", "threads", "exact")),
    ),
)
_MARGIN, _GAP = 16, 28  # px
_BELOW = 2  # px between the columns where there is room for one only
_LINE = 4  # px, at most, of a line between them
_SIDE = 4  # px that stay free at the edges of the screen


class MoreSettings(QFrame):
    """Presets at the top, two columns of groups of settings, and the way back at the bottom.

    On a narrow screen one column is below the other. All is put together when it is first opened: the window is on the
    screen sooner without it.

    Signals:
        changed: The user changed a setting.
        preset_picked(str): The user wants the settings of this preset.
        preset_network_wanted: The user wants the network that the preset is meant for.
        reset_requested: All settings are to be the usual ones again.
        rate_test_requested: The user wants to find a learning rate by trying.
    """

    changed = Signal()
    preset_picked = Signal(str)
    preset_network_wanted = Signal()
    reset_requested = Signal()
    rate_test_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "popover")
        self.setObjectName("moreSettings")
        self.fields = SettingFields(self)
        self.presets = PresetBar()
        self.line, self._line_words = ScheduleLine(), QLabel()
        self._line_words.setProperty("role", "caption")
        self._find_rate, self._reset, self._changed = QPushButton(), QPushButton(), QLabel()
        self._changed.setProperty("role", "caption")
        for button, name in ((self._find_rate, "findRateButton"), (self._reset, "resetTraining")):
            button.setProperty("role", "link")
            button.setObjectName(name)
        self._rows: dict[str, SettingRow] = {}
        self._uses_files = True
        self._headings: list[Heading] = []
        self._optimizer = "sgd"
        self._run: tuple[TrainConfig | None, int] = (None, 0)
        self._connect()
        self.retranslate()

    @property
    def rows(self) -> dict[str, SettingRow]:
        """The settings by their names, as they are shown."""
        self.put_together()
        return self._rows

    def put_together(self) -> None:
        """Has the first look at it wait for less."""
        if not self._rows:
            self._lay_out()
            self.retranslate()
            self.show_data_dir(self._uses_files)
            self.ensurePolished()

    def _lay_out(self) -> None:
        # Each part is made in its place: one that gets its parent later is styled twice.
        self._scroll = QScrollArea(self, widgetResizable=True)
        self._page = QWidget(self._scroll.viewport())
        self._page.setProperty("role", "page")
        self._columns = QHBoxLayout(self._page)
        self._columns.setContentsMargins(_MARGIN, 4, _MARGIN, 8)
        self._columns.setSpacing(_GAP)
        for groups in GROUPS:
            self._columns.addLayout(self._column(groups), 1)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._page)
        self._foot = QHBoxLayout()
        self._foot.setContentsMargins(_MARGIN, 6, _MARGIN, 8)
        self._foot.addWidget(self._reset)
        self._foot.addStretch(1)
        self._foot.addWidget(self._changed)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        self.presets.setContentsMargins(_MARGIN, 12, _MARGIN, 10)
        whole.addWidget(self.presets)
        whole.addWidget(_line())
        whole.addWidget(self._scroll, 1)
        whole.addWidget(_line())
        whole.addLayout(self._foot)

    def _column(self, groups: tuple[tuple[str, tuple[str, ...]], ...]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        for name, settings in groups:
            heading = Heading(name, self._page)
            heading.setContentsMargins(0, 10, 0, 2)
            self._headings.append(heading)
            column.addWidget(heading)
            for setting in settings:
                self._rows[setting] = SettingRow(setting, getattr(self.fields, setting), self._page)
                column.addWidget(self._rows[setting])
            if name == "rate":
                column.addSpacing(4)
                column.addWidget(self.line)
                below = QHBoxLayout()
                below.addWidget(self._line_words, 1)
                below.addWidget(self._find_rate)
                column.addLayout(below)
        column.addStretch(1)
        return column

    def _connect(self) -> None:
        self.fields.changed.connect(self._on_changed)
        self.presets.picked.connect(self.preset_picked)
        self.presets.offer_taken.connect(self.preset_network_wanted)
        self._reset.clicked.connect(self.reset_requested)
        self._find_rate.clicked.connect(self._on_find_rate)

    # -- values -----------------------------------------------------------------------------------------------------

    @property
    def data_dir(self) -> str | None:
        return self.fields.data_dir.folder

    def show_config(self, config: TrainConfig) -> None:
        self.fields.show(config)
        self.set_optimizer(config.optimizer)

    def set_optimizer(self, name: str) -> None:
        """Momentum is for SGD alone."""
        self._optimizer = name
        self._grey_out()

    def changes(self, config: TrainConfig, usual: TrainConfig) -> int:
        """How many of the settings here differ from `usual` and have an effect."""
        names = [name for name in self.fields.by_name() if self._has_effect(name)]
        config, usual = _with_threads(config), _with_threads(usual)
        changed = [name for name in names if getattr(config, name) != getattr(usual, name)]
        return len(changed) + (self.data_dir is not None)

    def show_changes(self, count: int) -> None:
        self._changed.setText(tr("training.changed", count=count) if count else tr("training.nothing_changed"))
        self._reset.setEnabled(True)

    def fit_presets(self) -> None:
        """What is said of the presets has changed."""
        if self.isVisible():
            self._fit_again()

    def show_run(self, config: TrainConfig | None, steps_per_epoch: int) -> None:
        """Draws the learning rate of a run with `config`; nothing where that cannot be."""
        self._run = config, steps_per_epoch
        if self.isVisible():
            self._draw_run()

    def _draw_run(self) -> None:
        self.line.show_schedule(*self._run)
        self._line_words.setText(self.line.words)

    def show_data_dir(self, is_used: bool) -> None:
        """The row of the data folder is there for data sets that are files only."""
        self._uses_files = is_used
        if self._rows:
            self._rows["data_dir"].setVisible(is_used)

    def _has_effect(self, name: str) -> bool:
        if name in ("momentum", "nesterov"):
            return self._optimizer == "sgd" and (name == "momentum" or self.fields.momentum.value() > 0)
        if name in ("step_epochs", "step_factor"):
            return bool(self.fields.schedule.currentData() == "step")
        return True

    def _grey_out(self) -> None:
        if not self._rows:
            return
        for name in ("momentum", "nesterov"):
            self._rows[name].set_usable(self._has_effect(name))
        for name in ("step_epochs", "step_factor"):
            self._rows[name].setVisible(self._has_effect(name))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw_run()

    # -- where it is ------------------------------------------------------------------------------------------------

    def open_over(self, button: QWidget) -> None:
        """Opens above `button`, or below where there is more room; its settings scroll where the screen is low."""
        self.put_together()
        self._fit()
        corner = button.mapToGlobal(QPoint(button.width() - self.width(), -self.height() - 4))
        screen = button.screen().availableGeometry()
        if corner.y() < screen.top():
            below = button.mapToGlobal(QPoint(0, button.height() + 4)).y()
            corner.setY(below if below + self.height() < screen.bottom() else screen.top() + _SIDE)
        corner.setX(max(min(corner.x(), screen.right() - self.width() - _SIDE), screen.left() + _SIDE))
        self.move(corner)
        self.show()
        self.presets.take_focus()

    def _fit(self) -> None:
        """As high as all settings are, or as the screen."""
        screen = self.screen().availableGeometry()
        head = self.presets.layout()
        assert head is not None
        self._settle()
        room = screen.width() - 2 * _SIDE - 2
        bar = _MARGIN - 2  # beside the settings; the right margin makes room for it
        width = self._width_of(QBoxLayout.Direction.LeftToRight, _GAP) + bar
        if width > room:
            width = self._width_of(QBoxLayout.Direction.TopToBottom, _BELOW) + bar
        columns, width = self._columns, min(max(width, head.totalMinimumSize().width()), room)
        page = columns.totalHeightForWidth(width) if columns.hasHeightForWidth() else columns.totalSizeHint().height()
        self.presets.setFixedWidth(width)
        around = head.totalSizeHint().height() + self._foot.sizeHint().height() + 2 * _LINE + 2
        self.setFixedSize(width + 2, min(page + around, screen.height() - 2 * _SIDE))

    def _settle(self) -> None:
        """Gives all parts the heights that they will have; those that were never seen have others before."""
        parts = self.findChildren(QWidget)
        for part in parts:
            part.ensurePolished()
        for part in reversed(parts):  # from the inside out
            layout = part.layout()
            if layout is not None:
                layout.activate()

    def _width_of(self, direction: QBoxLayout.Direction, spacing: int) -> int:
        """What the settings take with their columns so, in pixels."""
        self._columns.setDirection(direction)
        self._columns.setSpacing(spacing)
        self._columns.activate()
        return self._columns.totalSizeHint().width()

    # -- words ------------------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.fields.retranslate()
        self.presets.retranslate()
        for row in self._rows.values():
            row.retranslate()
        for heading in self._headings:
            heading.retranslate()
        self._reset.setText(tr("training.reset"))
        self._find_rate.setText(tr("training.find_rate"))
        self._find_rate.setToolTip(tr("training.find_rate_tip"))
        self._line_words.setText(self.line.words)
        self.setAccessibleName(tr("training.more"))
        self._grey_out()

    def restyle(self) -> None:
        self.fields.data_dir.restyle()
        self.line.update()

    # -- what the user does -----------------------------------------------------------------------------------------

    def _on_changed(self) -> None:
        self._grey_out()
        if self.isVisible():
            self._fit_again()
        self.changed.emit()

    def _fit_again(self) -> None:
        """Rows came or went: the lower edge stays where it is, beside the button."""
        bottom = self.geometry().bottom()
        self._fit()
        self.move(self.x(), max(bottom - self.height() + 1, self.screen().availableGeometry().top() + _SIDE))

    def _on_find_rate(self) -> None:
        self.hide()
        self.rate_test_requested.emit()


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("role", "line")
    return line


def _with_threads(config: TrainConfig) -> TrainConfig:
    """`config` with as many threads as a run takes where it is not said: runs keep the number."""
    return config if config.threads is not None else replace(config, threads=threads.usual())
