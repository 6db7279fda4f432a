"""Which images to learn from: the known data sets, and folders of the user."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from explorer.data import cards
from explorer.gui.panels.training import words
from explorer.gui.text import say, tr
from explorer.gui.widgets.fields.choice_box import ChoiceBox
from explorer.gui.widgets.words.plain import plain

ASK_FOR_FOLDER = "folder?"


class DataBox(ChoiceBox):
    """The data sets; the last item asks for a folder.

    Signals:
        picked(str): The user chose the data set of this name.
    """

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folders: list[str] = []
        self._present = "digits"
        self.setObjectName("datasetSelector")
        self.retranslate()
        self.currentIndexChanged.connect(self._on_index_changed)

    @property
    def dataset(self) -> str:
        return self._present

    @property
    def folders(self) -> tuple[str, ...]:
        """The data sets that are folders of the user, in the order in which they were chosen."""
        return tuple(self._folders)

    def add_folders(self, names: Iterable[str]) -> None:
        """Offers these data sets, which are folders, too."""
        self._folders += [name for name in names if name not in self._folders]
        self.retranslate()

    def set_dataset(self, name: str) -> None:
        """Shows the data set `name` without saying that the user picked it."""
        if name.startswith(cards.FOLDER_PREFIX) and name not in self._folders:
            self._folders.append(name)
        self._present = name
        self.retranslate()

    def retranslate(self) -> None:
        names = [*cards.CARDS, *self._folders]
        was_blocked = self.blockSignals(True)
        self.offer([*((name, words.dataset(name)) for name in names), (ASK_FOR_FOLDER, tr("training.folder"))])
        self.choose(self._present)
        self.blockSignals(was_blocked)
        for row, name in enumerate(names):
            self.setItemData(row, plain(about(name)), Qt.ItemDataRole.ToolTipRole)
        self.setItemData(self.count() - 1, tr("training.folder_tip"), Qt.ItemDataRole.ToolTipRole)

    def _on_index_changed(self) -> None:
        name = self.currentData()
        if name == ASK_FOR_FOLDER:
            folder = QFileDialog.getExistingDirectory(self.window(), tr("training.folder_ask"), self._begin())
            name = f"{cards.FOLDER_PREFIX}{folder}" if folder else self._present
            self.set_dataset(name if folder else self._present)
            if not folder:
                return
        self._present = name
        self.picked.emit(name)

    def _begin(self) -> str:
        """Where to look for a folder: beside the last one, else at home."""
        last = self._folders[-1].removeprefix(cards.FOLDER_PREFIX) if self._folders else ""
        return str(Path(last).parent if last else Path.home())


def about(name: str) -> str:
    """What a data set is, in a tool tip."""
    card = cards.find(name)
    if not card.images:
        return name.removeprefix(cards.FOLDER_PREFIX)
    figures = tr(
        "training.data_about",
        images=words.count(card.images),
        channels=card.channels,
        height=card.size,
        width=card.size,
        classes=len(card.classes),
    )
    lines = [say(card.about), figures]
    if card.needs_download:
        lines.append(tr("training.data_download"))
    return "\n".join(lines)
