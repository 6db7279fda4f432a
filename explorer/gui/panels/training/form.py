"""The settings of the next run, in one row."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from explorer.bilingual import Text
from explorer.catalogue import Choice
from explorer.data import cards
from explorer.gui import theme
from explorer.gui.panels.training.data_box import DataBox, about
from explorer.gui.panels.training.more import MoreSettings
from explorer.gui.panels.training.words import out_of_range
from explorer.gui.text import say, tr
from explorer.gui.widgets.choice_box import ChoiceBox
from explorer.gui.widgets.labelled import Labelled
from explorer.gui.widgets.number_field import DecimalField, DoublingField, WholeField
from explorer.runs.plan import RunPlan
from explorer.training.config import OPTIMIZERS, TrainConfig

ADAPTIVE_LR = 0.001  # what Adam and its kin usually begin with


class SettingsForm(QWidget):
    """Data set, epochs, batch size, optimiser, learning rate and device, and the rest behind a button.

    Signals:
        edited: The user changed a setting.
        dataset_picked(str): The user chose a data set.
        reset_requested: All settings are to be the defaults again.
    """

    edited = Signal()
    dataset_picked = Signal(str)
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._usual = TrainConfig()
        self.data = DataBox()
        self.epochs = WholeField(1, 9999, explain=partial(out_of_range, "epochs", "1", "9999"))
        self.batch_size = DoublingField(1, 65536, explain=partial(out_of_range, "batch_size", "1", "65536"))
        self.optimizer, self.device = ChoiceBox(), ChoiceBox()
        self.lr = DecimalField(1e-9, 1000, explain=partial(out_of_range, "lr", "0.000000001", "1000"))
        self.more_button = QToolButton()
        self.more_button.setObjectName("moreButton")
        self.more = MoreSettings(self)
        self._devices: tuple[tuple[str, Text], ...] = ()
        self._fields = {
            "data": Labelled(self.data),
            "epochs": Labelled(self.epochs),
            "batch_size": Labelled(self.batch_size),
            "optimizer": Labelled(self.optimizer),
            "lr": Labelled(self.lr),
            "device": Labelled(self.device),
        }
        self._lay_out()
        self.retranslate()
        self.show_config(self._usual)
        self._connect()

    def _lay_out(self) -> None:
        names = {"epochs": "epochsField", "batch_size": "batchSizeField", "lr": "learningRateField"}
        names |= {"optimizer": "optimizerSelector", "device": "deviceSelector"}
        for name, object_name in names.items():
            self._fields[name].field.setObjectName(object_name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        # least and greatest width, and share of the room between them
        sizes = {"data": (92, 200, 4), "epochs": (44, 72, 1), "batch_size": (58, 84, 1), "optimizer": (78, 104, 2)}
        sizes |= {"lr": (74, 92, 1), "device": (66, 140, 2)}
        for name, (least, greatest, share) in sizes.items():
            self._fields[name].setMinimumWidth(least)
            self._fields[name].setMaximumWidth(greatest)
            row.addWidget(self._fields[name], share)
        row.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)

    def _connect(self) -> None:
        self.data.picked.connect(self._on_picked)
        for number in (self.epochs, self.batch_size, self.lr):
            number.valueChanged.connect(self._on_edited)
        self.optimizer.currentIndexChanged.connect(self._on_optimizer_changed)
        self.device.currentIndexChanged.connect(self._on_edited)
        self.more.changed.connect(self._on_edited)
        self.more.reset_requested.connect(self.reset_requested)
        self.more_button.clicked.connect(self._open_more)

    # -- values -----------------------------------------------------------------------------------------------------

    def config(self) -> TrainConfig:
        """The settings as they stand.

        Raises:
            ExplorerError: One of them cannot be.
        """
        return TrainConfig(
            epochs=self.epochs.value(),
            batch_size=self.batch_size.value(),
            optimizer=self.optimizer.currentData(),
            lr=self.lr.value(),
            momentum=self.more.momentum.value(),
            weight_decay=self.more.weight_decay.value(),
            initialisation=self.more.initialisation.currentData(),
            seed=self.more.seed.value(),
            limit=self.more.limit.value() or None,
            device=self.device.currentData(),
            precision=self.more.precision.currentData(),
        )

    def plan(self, choice: Choice) -> RunPlan:
        """What Start would begin with `choice`.

        Raises:
            ExplorerError: One of the settings cannot be.
        """
        data_dir = self.more.data_dir if cards.find(self.data.dataset).needs_download else None
        return RunPlan(choice, self.data.dataset, data_dir, self.config())

    def show_config(self, config: TrainConfig, *, usual: TrainConfig | None = None) -> None:
        """Shows `config`, as if it had never been edited; `usual` is what the architecture is best started with."""
        was_blocked = self.blockSignals(True)
        self._usual = usual or config
        self.epochs.setValue(config.epochs)
        self.batch_size.setValue(config.batch_size)
        self.optimizer.choose(config.optimizer)
        self.lr.setValue(config.lr)
        if not self.device.choose(config.device):
            self.device.choose("auto")
        self.more.show_config(config)
        self.more.set_optimizer(config.optimizer)
        self.blockSignals(was_blocked)

    def set_dataset(self, name: str) -> None:
        self.data.set_dataset(name)
        self._describe_data()

    def set_devices(self, devices: tuple[tuple[str, Text], ...]) -> None:
        """What there is to compute on, the automatic choice first."""
        self._devices = devices
        if devices:
            self.device.offer([(name, say(title)) for name, title in devices])
        else:
            self.device.offer([("auto", tr("training.device_auto")), ("cpu", "CPU")])

    # -- words ------------------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        for name, field in self._fields.items():
            field.set_words(tr(f"training.{name}"), tr(f"training.{name}_tip"))
        self.data.retranslate()
        self.optimizer.offer([(name, tr(f"training.optimizer_{name}")) for name in OPTIMIZERS])
        self.set_devices(self._devices)
        self.more_button.setToolTip(tr("training.more_tip"))
        self.more_button.setAccessibleName(tr("training.more"))
        self.more.retranslate()
        self._describe_data()
        self.restyle()

    def restyle(self) -> None:
        self.more_button.setIcon(theme.icon("adjustments-horizontal", "secondary"))
        self.more.restyle()

    def _describe_data(self) -> None:
        self.data.setToolTip(about(self.data.dataset))
        self.more.show_data_dir(cards.find(self.data.dataset).needs_download)

    # -- what the user does -----------------------------------------------------------------------------------------

    def _on_edited(self) -> None:
        self.edited.emit()

    def _on_picked(self, name: str) -> None:
        self._describe_data()
        self.dataset_picked.emit(name)

    def _on_optimizer_changed(self) -> None:
        """A learning rate that was the usual one of another optimiser becomes the usual one of this."""
        name = self.optimizer.currentData()
        self.more.set_optimizer(name)
        usual_rates = {self._usual_lr(other) for other in OPTIMIZERS}
        if self.lr.value() in usual_rates:
            self.lr.setValue(self._usual_lr(name))
        self.edited.emit()

    def _usual_lr(self, optimizer: str) -> float:
        if optimizer == self._usual.optimizer:
            return self._usual.lr
        return TrainConfig().lr if optimizer == "sgd" else ADAPTIVE_LR

    def _open_more(self) -> None:
        self.more.open_over(self.more_button)
