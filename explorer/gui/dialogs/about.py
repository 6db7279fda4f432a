"""What this program is, with the versions that a question about it should name."""

import platform

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from explorer import __version__, paths
from explorer.gui.text import tr


class AboutDialog(QDialog):
    """Name, versions, licence, and where the program keeps its files."""

    def __init__(self, icon: QIcon, device: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("about")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("window.action_app_about"))
        self._facts = _facts(device)
        sign = QLabel()
        sign.setPixmap(icon.pixmap(QSize(64, 64)))
        words = QVBoxLayout()
        words.setSpacing(8)
        words.addWidget(_label("brand", f"{paths.APP_NAME} {__version__}"))
        words.addWidget(_label("idea", tr("window.about_words")))
        words.addWidget(_label("mono", self._facts))
        words.addWidget(_label("caption", tr("window.about_licence")))
        words.addStretch()
        top = QHBoxLayout()
        top.setSpacing(20)
        top.addWidget(sign, alignment=Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(20)
        layout.addLayout(top)
        layout.addLayout(self._buttons())
        self.setMinimumWidth(480)

    def _buttons(self) -> QHBoxLayout:
        copy, close = QPushButton(tr("common.copy")), QPushButton(tr("common.close"))
        copy.clicked.connect(self._copy)
        close.clicked.connect(self.reject)
        close.setDefault(True)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(copy)
        buttons.addWidget(close)
        return buttons

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{paths.APP_NAME} {__version__}\n{self._facts}")


def _facts(device: str) -> str:
    rows = [f"Python {platform.python_version()}", f"Qt {qVersion()}", platform.platform(), device, str(paths.home())]
    return "\n".join(row for row in rows if row)


def _label(role: str, words: str) -> QLabel:
    label = QLabel(words)
    label.setWordWrap(True)
    label.setProperty("role", role)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
