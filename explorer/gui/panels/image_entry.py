"""Takes files for the whole window: images, and models and weights; dropped anywhere, pasted, opened."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QStandardPaths, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QAbstractScrollArea, QFileDialog, QLineEdit, QMainWindow, QWidget

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.gui.state import AppState, Level
from explorer.gui.text import table, tr
from explorer.gui.widgets.pictures import image_intake, model_intake
from explorer.gui.widgets.pictures.drop_overlay import DropOverlay

_HIDE_ENDINGS = QFileDialog.Option.HideNameFilterDetails  # the list of them is longer than the dialog


class ImageEntry(QObject):
    """Hands every image to `state.request_image`.

    Signals:
        model_dropped(Path): A file that is a model or weights, by its name.
    """

    model_dropped = Signal(object)

    def __init__(self, state: AppState, window: QMainWindow) -> None:
        super().__init__(window)
        self._state = state
        self._window = window
        self._folder = _pictures()
        self._overlay = DropOverlay(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def open(self) -> None:
        """Asks for a file."""
        patterns = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in image_intake.SUFFIXES)
        kinds = f"{tr('window.open_images')} ({patterns});;{tr('window.open_all')} (*)"
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, tr("window.open_title"), self._folder, kinds, "", _HIDE_ENDINGS
        )
        if chosen:
            self._folder = str(Path(chosen).parent)
            self._state.request_image(image_intake.FileSource(Path(chosen)))

    def paste(self) -> None:
        """Takes what is on the clipboard: an image, a copied file, or the path of one."""
        mime = QGuiApplication.clipboard().mimeData() or QMimeData()  # none where nothing was ever copied
        address = image_intake.from_text(mime.text()) if mime.hasText() and not mime.hasUrls() else None
        if address is not None:
            self._state.request_image(image_intake.FileSource(Path(address.toLocalFile())))
        elif image_intake.accepts(mime):
            self._take(mime)
        else:
            words, hint = table()["window.nothing_to_paste"], table()["window.nothing_to_paste_hint"]
            self._state.notice(Text(words.en, words.zh), Text(hint.en, hint.zh), Level.WARNING)

    def _take(self, mime: QMimeData) -> None:
        try:
            source = image_intake.take(mime)
        except ExplorerError as error:
            self._state.refuse(error)
        else:
            self._state.request_image(source)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent):
            model = model_intake.model_file(event.mimeData())
            if model is not None:
                event.acceptProposedAction()
                kind = "weights" if model.suffix.lower() in model_intake.WEIGHTS else "model"
                self._overlay.appear(tr(f"models.drop_{kind}"))
            elif image_intake.accepts(event.mimeData()):
                event.acceptProposedAction()
                self._overlay.appear(tr("window.drop_here"))
            return True
        if isinstance(event, QDragMoveEvent):
            event.acceptProposedAction()
            return True
        if isinstance(event, QDropEvent):
            self._overlay.hide()
            event.acceptProposedAction()
            model = model_intake.model_file(event.mimeData())
            if model is not None:
                self.model_dropped.emit(model)
            else:
                self._take(event.mimeData())
            return True
        if isinstance(event, QDragLeaveEvent):
            self._overlay.hide()
        return False  # that is all that Qt's own would do, and this is asked some thirty times a second


def pass_drops_on(window: QWidget) -> None:
    """Has fields and scrolling areas leave drops to the window: a file's address as text in a field helps nobody."""
    for area in window.findChildren(QAbstractScrollArea):
        area.setAcceptDrops(False)
        area.viewport().setAcceptDrops(False)
    for field in window.findChildren(QLineEdit):
        field.setAcceptDrops(False)


def _pictures() -> str:
    """The user's folder of pictures; "", where one begins with anything, if there is none."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return folder if Path(folder).is_dir() else ""
