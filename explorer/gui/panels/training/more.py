"""The settings that one seldom changes, in a pop-up."""

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.gui import theme
from explorer.gui.panels.training.words import out_of_range
from explorer.gui.text import tr
from explorer.gui.widgets.choice_box import ChoiceBox
from explorer.gui.widgets.number_field import DecimalField, WholeField
from explorer.training.config import INITIALISATIONS, PRECISIONS, TrainConfig


class MoreSettings(QFrame):
    """Momentum, weight decay, initialisation, precision, seed, limit and data folder.

    Signals:
        changed: The user changed one of them.
        reset_requested: All settings are to be the defaults again.
    """

    changed = Signal()
    reset_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self.setObjectName("moreSettings")
        self._labels: dict[str, QLabel] = {}
        self.momentum = DecimalField(0, 0.9999, explain=partial(out_of_range, "momentum", "0", "0.9999"))
        self.weight_decay = DecimalField(0, 1, explain=partial(out_of_range, "weight_decay", "0", "1"))
        self.initialisation, self.precision = ChoiceBox(), ChoiceBox()
        self.seed = WholeField(0, 2**31 - 1, explain=partial(out_of_range, "seed", "0", str(2**31 - 1)))
        self.limit = WholeField(0, 10_000_000, explain=partial(out_of_range, "limit", "1", "10000000"), step=1000)
        self.data_dir: str | None = None
        self._data_dir_button, self._data_dir_reset = QPushButton(), QToolButton()
        self._reset = QPushButton()
        self._reset.setProperty("role", "link")
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        fields: dict[str, QWidget] = {
            "momentum": self.momentum,
            "weight_decay": self.weight_decay,
            "initialisation": self.initialisation,
            "precision": self.precision,
            "seed": self.seed,
            "limit": self.limit,
            "data_dir": self._data_dir_row(),
        }
        for row, (name, field) in enumerate(fields.items()):
            label = QLabel()
            label.setProperty("role", "secondary")
            label.setBuddy(field)
            self._labels[name] = label
            field.setMinimumWidth(168)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        for name in ("momentum", "weight_decay", "initialisation", "precision", "seed", "limit"):
            fields[name].setObjectName(f"{name}Field")
        column.addLayout(grid)
        column.addWidget(self._reset, alignment=Qt.AlignmentFlag.AlignLeft)

    def _data_dir_row(self) -> QWidget:
        row = QWidget()
        self._data_dir_row_widget = row
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        self._data_dir_button.setObjectName("dataFolderButton")
        self._data_dir_button.setMaximumWidth(200)
        self._data_dir_reset.setProperty("role", "flat")
        line.addWidget(self._data_dir_button, 1)
        line.addWidget(self._data_dir_reset)
        return row

    def _connect(self) -> None:
        for number in (self.momentum, self.weight_decay, self.seed, self.limit):
            number.valueChanged.connect(self._on_changed)
        for box in (self.initialisation, self.precision):
            box.currentIndexChanged.connect(self._on_changed)
        self._data_dir_button.clicked.connect(self._ask_for_data_dir)
        self._data_dir_reset.clicked.connect(self._forget_data_dir)
        self._reset.clicked.connect(self._on_reset)

    # -- values -----------------------------------------------------------------------------------------------------

    def show_config(self, config: TrainConfig) -> None:
        self.momentum.setValue(config.momentum)
        self.weight_decay.setValue(config.weight_decay)
        self.initialisation.choose(config.initialisation)
        self.precision.choose(config.precision)
        self.seed.setValue(config.seed)
        self.limit.setValue(config.limit or 0)

    def set_optimizer(self, name: str) -> None:
        """Momentum is for SGD alone."""
        self.momentum.setEnabled(name == "sgd")
        self._labels["momentum"].setEnabled(name == "sgd")

    def set_data_dir(self, folder: str | None) -> None:
        self.data_dir = folder
        metrics = self._data_dir_button.fontMetrics()
        words = folder if folder else tr("training.data_dir_own")
        self._data_dir_button.setText(metrics.elidedText(words, Qt.TextElideMode.ElideLeft, 140))
        self._data_dir_button.setToolTip(folder or tr("training.data_dir_tip"))
        self._data_dir_reset.setVisible(folder is not None)

    def show_data_dir(self, is_used: bool) -> None:
        """The row of the data folder is there for data sets that are files only."""
        self._labels["data_dir"].setVisible(is_used)
        self._data_dir_row_widget.setVisible(is_used)

    def open_over(self, button: QWidget) -> None:
        """Opens above `button`, or below where there is more room."""
        self.adjustSize()
        corner = button.mapToGlobal(QPoint(button.width() - self.width(), -self.height() - 4))
        screen = button.screen().availableGeometry()
        if corner.y() < screen.top():
            corner = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 4))
        self.move(max(corner.x(), screen.left() + 4), corner.y())
        self.show()
        self.momentum.setFocus() if self.momentum.isEnabled() else self.weight_decay.setFocus()

    def retranslate(self) -> None:
        for name, label in self._labels.items():
            label.setText(tr(f"training.{name}"))
            label.buddy().setAccessibleName(tr(f"training.{name}"))
            for widget in (label, label.buddy()):
                widget.setToolTip(tr(f"training.{name}_tip"))
        self.initialisation.offer([(value, tr(f"training.initialisation_{value}")) for value in INITIALISATIONS])
        self.precision.offer([(value, tr(f"training.precision_{value}")) for value in PRECISIONS])
        self.limit.setSpecialValueText(tr("training.limit_all"))
        self._reset.setText(tr("training.reset"))
        self._data_dir_reset.setToolTip(tr("training.data_dir_reset"))
        self._data_dir_reset.setAccessibleName(tr("training.data_dir_reset"))
        self.setAccessibleName(tr("training.more"))
        self.set_data_dir(self.data_dir)
        self.restyle()

    def restyle(self) -> None:
        self._data_dir_reset.setIcon(theme.icon("x", "secondary", 14))

    # -- what the user does -----------------------------------------------------------------------------------------

    def _on_changed(self) -> None:
        self.changed.emit()

    def _on_reset(self) -> None:
        self.hide()
        self.reset_requested.emit()

    def _ask_for_data_dir(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self.parentWidget(), tr("training.data_dir_choose"), self.data_dir or ""
        )
        if folder:
            self.set_data_dir(folder)
            self.changed.emit()

    def _forget_data_dir(self) -> None:
        self.set_data_dir(None)
        self.changed.emit()
