"""The settings of the next run: a row of those that matter most, the others behind a button."""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from explorer.bilingual import Text
from explorer.catalogue import Choice
from explorer.data import cards
from explorer.errors import ExplorerError
from explorer.gui import theme
from explorer.gui.panels.training.data_box import DataBox, about
from explorer.gui.panels.training.device_box import DeviceBox
from explorer.gui.panels.training.more import MoreSettings
from explorer.gui.panels.training.words import out_of_range
from explorer.gui.text import tr
from explorer.gui.widgets.fields.choice_box import ChoiceBox
from explorer.gui.widgets.fields.labelled import Labelled
from explorer.gui.widgets.fields.number_field import DecimalField, DoublingField, WholeField
from explorer.gui.widgets.frames.wrapping_row import Room, WrappingRow
from explorer.gui.widgets.words.plain import plain
from explorer.runs.plan import RunPlan
from explorer.training.config import OPTIMIZERS, TrainConfig

ADAPTIVE_LR = 0.001  # what Adam and its kin usually begin with
_FIRST_ROW = 3  # fields that stay together where there is room for two rows only
_GAP = 5  # px; with the least widths all fields stand in one row of a window 1280 px wide
_UNKNOWN_STEPS = 100  # of an epoch, where the images have not been counted; only for the drawing of the schedule
_ROOMS = {
    "data": Room(148, 200, 4),
    "epochs": Room(46, 72, 1),
    "batch_size": Room(60, 84, 1),
    "optimizer": Room(82, 104, 2),
    "lr": Room(72, 92, 1),
    "device": Room(64, 96, 1),
}


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
        self._images = self._changes = 0
        self.data = DataBox()
        self.epochs = WholeField(1, 9999, explain=partial(out_of_range, "epochs", "1", "9999"))
        self.batch_size = DoublingField(1, 65536, explain=partial(out_of_range, "batch_size", "1", "65536"))
        self.optimizer, self.device = ChoiceBox(), DeviceBox()
        self.lr = DecimalField(1e-9, 1000, explain=partial(out_of_range, "lr", "0.000000001", "1000"))
        self.more_button = QToolButton()
        self.more_button.setObjectName("moreButton")
        self.more_button.setProperty("role", "field")
        self.more_button.setIconSize(QSize(18, 18))
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
        self.row = WrappingRow(first_row=_FIRST_ROW, gap=_GAP)
        for name, room in _ROOMS.items():
            self.row.add(self._fields[name], room)
        self.row.add(self.more_button, Room(0, 0, 0))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.row)

    def _connect(self) -> None:
        self.data.picked.connect(self._on_picked)
        for number in (self.epochs, self.batch_size, self.lr):
            number.valueChanged.connect(self._on_edited)
        self.optimizer.currentIndexChanged.connect(self._on_optimizer_changed)
        self.device.currentIndexChanged.connect(self._on_edited)
        self.more.changed.connect(self._on_edited)
        self.more.fields.schedule.activated.connect(self._on_schedule_picked)
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
            device=self.device.currentData(),
            **self.more.fields.values(),
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
        # The learning rate comes after the optimizer, which may bring its own.
        self.optimizer.choose(config.optimizer)
        self.lr.setValue(config.lr)
        if not self.device.choose(config.device):
            self.device.choose("auto")
        self.more.show_config(config)
        self.blockSignals(was_blocked)
        self._describe_device()
        self._show_consequences()

    def set_dataset(self, name: str) -> None:
        self.data.set_dataset(name)
        self._describe_data()

    def set_images(self, count: int) -> None:
        """So many training images the data set has; 0 where that is not known."""
        if count != self._images:
            self._images = count
            self._show_consequences()

    def set_devices(self, devices: tuple[tuple[str, Text], ...]) -> None:
        """What there is to compute on, the automatic choice first."""
        self._devices = devices
        self.device.set_devices(devices)
        self._describe_device()

    # -- what follows from the settings -----------------------------------------------------------------------------

    def _show_consequences(self) -> None:
        try:
            config = self.config()
        except ExplorerError:  # said, and in words, when the run is to start
            self.more.show_run(None, 0)
            return
        images = min(config.limit or self._images, self._images)
        self.more.show_run(config, -(-images // config.batch_size) or _UNKNOWN_STEPS)
        count = self.more.changes(config, self._usual)
        self.more.show_changes(count)
        self._changes = count
        self._say_changes()

    def _say_changes(self) -> None:
        """Marks the button with how many settings differ from the usual ones.

        In words where there is room; but the row is not to break into two for the words.
        """
        count = self._changes
        words = tr("training.changed", count=count) if count else ""
        self.more_button.setText(words)
        style = Qt.ToolButtonStyle
        self.more_button.setToolButtonStyle(style.ToolButtonTextBesideIcon if count else style.ToolButtonIconOnly)
        self.more_button.setAccessibleDescription(words)
        if count and self.row.has_two_lines:
            self.more_button.setText(str(count))
            if self.row.has_two_lines:
                self.more_button.setText(words)
                if self.row.minimumSizeHint().width() > self.row.width():
                    self.more_button.setText(str(count))
        self.row.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say_changes()

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
        self._show_consequences()

    def restyle(self) -> None:
        self.more_button.setIcon(theme.icon("adjustments-horizontal", "secondary"))
        self.more.restyle()

    def _describe_data(self) -> None:
        self.data.setToolTip(plain(about(self.data.dataset)))
        self.more.show_data_dir(cards.find(self.data.dataset).needs_download)

    def _describe_device(self) -> None:
        self.device.setToolTip(f"{self.device.currentText()}\n{tr('training.device_tip')}")

    # -- what the user does -----------------------------------------------------------------------------------------

    def _on_edited(self) -> None:
        if self.signalsBlocked():
            return  # the program fills the form, and shows what follows when it has
        self._describe_device()
        self._show_consequences()
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
        self._on_edited()

    def _on_schedule_picked(self) -> None:
        """Steps that would come after the end of the run come at its thirds."""
        steps = self.more.fields.step_epochs
        if self.more.fields.schedule.currentData() == "step" and steps.value() >= self.epochs.value():
            steps.setValue(max(self.epochs.value() // 3, 1))

    def _usual_lr(self, optimizer: str) -> float:
        if optimizer == self._usual.optimizer:
            return self._usual.lr
        return TrainConfig().lr if optimizer == "sgd" else ADAPTIVE_LR

    def _open_more(self) -> None:
        self.more.open_over(self.more_button)
