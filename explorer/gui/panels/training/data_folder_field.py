"""Where the files of the data sets are: the program's own folder, or one that the user chose."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QToolButton, QWidget

from explorer.gui import theme
from explorer.gui.text import tr


class DataFolderField(QWidget):
    """A button that asks for a folder, and one that forgets it.

    Signals:
        changed: The user chose another folder, or the program's own again.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folder: str | None = None
        self._button, self._forget = QPushButton(), QToolButton()
        self._button.setObjectName("dataFolderButton")
        self._button.setProperty("role", "field")
        self._forget.setProperty("role", "flat")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._button, 1)
        row.addWidget(self._forget)
        self.setFocusProxy(self._button)
        self._button.clicked.connect(self.ask)
        self._forget.clicked.connect(self._take_own)
        self.retranslate()

    def ask(self) -> None:
        """Asks for a folder."""
        folder = QFileDialog.getExistingDirectory(self.window(), tr("training.data_dir_choose"), self.folder or "")
        if folder:
            self.take(folder)

    def _take_own(self) -> None:
        self.take(None)

    def take(self, folder: str | None) -> None:
        """Files of data sets are in `folder`, or where the program keeps them."""
        self.folder = folder
        self.retranslate()
        self.changed.emit()

    def retranslate(self) -> None:
        words = self.folder or tr("training.data_dir_own")
        room = 72 if self.folder else 104
        self._button.setText(self._button.fontMetrics().elidedText(words, Qt.TextElideMode.ElideLeft, room))
        self._button.setToolTip(self.folder or tr("training.data_dir_tip"))
        self._button.setAccessibleName(tr("training.data_dir"))
        self._forget.setVisible(self.folder is not None)
        self._forget.setToolTip(tr("training.data_dir_reset"))
        self._forget.setAccessibleName(tr("training.data_dir_reset"))
        self.restyle()

    def restyle(self) -> None:
        self._forget.setIcon(theme.icon("x", "secondary", 14))
