"""The fields of the settings that one seldom changes, and how they are read and filled."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox

from explorer.gui.panels.training.data_folder_field import DataFolderField
from explorer.gui.panels.training.frozen_field import FrozenField
from explorer.gui.panels.training.ladder_field import LadderField
from explorer.gui.panels.training.words import out_of_range
from explorer.gui.text import tr
from explorer.gui.widgets.fields.choice_box import ChoiceBox
from explorer.gui.widgets.fields.number_field import WholeField
from explorer.training.config import INITIALISATIONS, PRECISIONS, SCHEDULES, SPEEDS, TrainConfig

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_LARGEST_SEED = 2**31 - 1
_CHOICES = {"schedule": SCHEDULES, "initialisation": INITIALISATIONS, "precision": PRECISIONS, "speed": SPEEDS}
_AT_LEAST = {  # what the least value means
    "limit": "limit_all",
    "clip_norm": "none",
    "ema_decay": "none",
    "patience": "never",
    "threads": "threads_auto",
}
_NONE_AS_ZERO = ("limit", "threads")


class SettingFields(QObject):
    """One field for each setting, by the name that it has in `TrainConfig`.

    Signals:
        changed: The user changed one of them.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.momentum = _number("momentum", 0, 0.9999, (0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99))
        self.nesterov, self.augment, self.exact = QCheckBox(), QCheckBox(), QCheckBox()
        self.weight_decay = _number("weight_decay", 0, 1, (0, 1e-5, 5e-5, 1e-4, 5e-4, 0.001, 0.005, 0.01, 0.05, 0.1))
        self.clip_norm = _number("clip_norm", 0, 10_000, (0, 0.1, 0.5, 1, 2, 5, 10, 50, 100))
        self.schedule, self.initialisation, self.precision, self.speed = (ChoiceBox() for _ in range(4))
        self.warmup_epochs = _number("warmup_epochs", 0, 1000, (0, 0.5, 1, 2, 3, 5, 10, 20))
        self.step_epochs = _whole("step_epochs", 1, 9999)
        self.step_factor = _number("step_factor", 0.0001, 1, (0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1))
        self.label_smoothing = _number("label_smoothing", 0, 0.99, (0, 0.05, 0.1, 0.15, 0.2, 0.3))
        self.ema_decay = _number("ema_decay", 0, 0.99999, (0, 0.9, 0.95, 0.99, 0.995, 0.998, 0.999, 0.9999))
        self.patience = _whole("patience", 0, 9999)
        self.freeze = FrozenField()
        self.limit = _whole("limit", 0, 10_000_000, step=1000)
        self.seed = _whole("seed", 0, _LARGEST_SEED)
        self.threads = _whole("threads", 0, 1024)
        self.data_dir = DataFolderField()
        self._connect()

    def _connect(self) -> None:
        for field in self.by_name().values():
            match field:
                case WholeField() | LadderField():
                    field.valueChanged.connect(self._on_changed)
                case ChoiceBox():
                    field.currentIndexChanged.connect(self._on_changed)
                case QCheckBox():
                    field.toggled.connect(self._on_changed)
                case FrozenField():
                    field.changed.connect(self._on_changed)
        self.data_dir.changed.connect(self.changed)

    def by_name(self) -> dict[str, QWidget]:
        """The fields of `TrainConfig`; the data folder, which is none, left out."""
        names = [
            *("momentum", "nesterov", "weight_decay", "clip_norm", "initialisation", "schedule", "step_epochs"),
            *("step_factor", "warmup_epochs", "label_smoothing", "ema_decay", "patience", "freeze", "augment"),
            *("limit", "seed", "precision", "speed", "threads", "exact"),
        ]
        return {name: getattr(self, name) for name in names}

    # -- values -----------------------------------------------------------------------------------------------------

    def values(self) -> dict[str, Any]:
        """What `TrainConfig` takes, by its names."""
        found = {name: _value(field) for name, field in self.by_name().items()}
        for name in _NONE_AS_ZERO:
            found[name] = found[name] or None
        # Nesterov's way needs a momentum, and cannot be ticked without one.
        found["nesterov"] = found["nesterov"] and found["momentum"] > 0
        return found

    def show(self, config: TrainConfig) -> None:
        """Shows what `config` says, without telling."""
        was_blocked = self.blockSignals(True)
        for name, field in self.by_name().items():
            _fill(field, getattr(config, name) or 0 if name in _NONE_AS_ZERO else getattr(config, name))
        self.blockSignals(was_blocked)

    def _on_changed(self) -> None:
        self.changed.emit()

    def retranslate(self) -> None:
        for name, values in _CHOICES.items():
            getattr(self, name).offer([(value, tr(f"training.{name}_{value}")) for value in values])
        for name, key in _AT_LEAST.items():
            getattr(self, name).setSpecialValueText(tr(f"training.{key}"))
        self.freeze.retranslate()
        self.data_dir.retranslate()


def _number(name: str, least: float, greatest: float, rungs: tuple[float, ...]) -> LadderField:
    explain = partial(out_of_range, name, f"{least:g}", f"{greatest:g}")
    return LadderField(least, greatest, rungs, explain=explain)


def _whole(name: str, least: int, greatest: int, step: int = 1) -> WholeField:
    return WholeField(least, greatest, explain=partial(out_of_range, name, str(least), str(greatest)), step=step)


def _value(field: QWidget) -> Any:
    match field:
        case ChoiceBox():
            return field.currentData()
        case QCheckBox():
            return field.isChecked()
        case FrozenField():
            return field.chosen
        case WholeField() | LadderField():
            return field.value()
    raise TypeError(field)


def _fill(field: QWidget, value: Any) -> None:
    match field:
        case ChoiceBox() | FrozenField():
            field.choose(value)
        case QCheckBox():
            field.setChecked(value)
        case WholeField() | LadderField():
            field.setValue(value)
