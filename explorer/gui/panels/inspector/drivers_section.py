"""Under an enlarged map: the test images that drive it most, cut to what the unit sees of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from explorer.data import cards
from explorer.gui.class_text import say_class
from explorer.gui.panels.inspector.page import label, row
from explorer.gui.state import PinnedImage
from explorer.gui.text import say, tr
from explorer.gui.widgets.pictures.patch_row import PatchRow
from explorer.gui.widgets.pictures.pixels import thumbnail

if TYPE_CHECKING:
    from explorer.graph.model import Node
    from explorer.gui.state import AppState
    from explorer.runs.looking.drivers import Drivers


class DriversSection(QWidget):
    """Asks when the button is pressed; then it follows to the other maps of the layer.

    Signals:
        found: What was asked for is shown.
    """

    found = Signal()

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._state = state
        self.title, self.about = label("heading"), label("caption", wrap=True)
        self.search = QPushButton()
        self.patches = PatchRow()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 10, 0, 4)
        box.setSpacing(6)
        for widget in (self.title, row(self.search, None), self.patches, self.about):
            box.addWidget(widget)
        self._node: Node | None = None
        self._channel = -1
        self._asked = ""  # the layer that is being asked for
        self.search.clicked.connect(self._on_find)
        self.patches.chosen.connect(self._on_chosen)
        state.drivers_changed.connect(self._on_drivers)
        self.hide()

    def retranslate(self) -> None:
        self.title.setText(tr("inspector.drivers").upper())
        self.patches.setAccessibleName(tr("inspector.drivers"))
        self._show()

    def show_map(self, node: Node | None, channel: int | None) -> None:
        """Is about the map `channel` of a layer, or about none."""
        self.setVisible(node is not None and channel is not None)
        if node is not None and channel is not None and (node, channel) != (self._node, self._channel):
            self._node, self._channel = node, channel
            self._show()

    def _on_find(self) -> None:
        if self._node is not None:
            self._asked = self._node.path
            self._state.request_drivers(self._asked)
            self._show()

    def _on_drivers(self) -> None:
        self._asked = ""
        self._show()
        if self._found() is not None:
            self.found.emit()

    def _found(self) -> Drivers | None:
        drivers = self._state.drivers
        is_here = drivers is not None and self._node is not None and drivers.path == self._node.path
        return drivers if is_here and drivers is not None and self._channel < len(drivers.found.values) else None

    def _show(self) -> None:
        drivers, node = self._found(), self._node
        self.search.setVisible(drivers is None)
        self.patches.setVisible(drivers is not None)
        self.search.setEnabled(not self._asked)
        self.search.setText(tr("inspector.drivers_searching" if self._asked else "inspector.drivers_find"))
        if drivers is None or node is None:
            self.about.setText(tr("inspector.drivers_about"))
            return
        from explorer.inspection import seen

        found, classes = drivers.found, drivers.classes
        images, words = [], []
        for place, number in enumerate(found.images[self._channel].tolist()):
            pixels = drivers.pixels[number]
            if node.receptive_field is not None and len(node.output_shape) == 3:
                unit = int(found.rows[self._channel, place]), int(found.columns[self._channel, place])
                pixels = seen.inside(seen.box(node.receptive_field, *unit), pixels)
            images.append(thumbnail(pixels))
            words.append(say_class(drivers.labels[number], classes))
        self.patches.show_patches(images, words)
        data = say(cards.short_title(drivers.dataset))
        self.about.setText(tr("inspector.drivers_of", count=len(drivers.pixels), data=data))

    def _on_chosen(self, place: int) -> None:
        """Looks at that image as a whole."""
        drivers = self._found()
        if drivers is not None:
            number = int(drivers.found.images[self._channel, place])
            name = tr("inspector.drivers_image", data=say(cards.short_title(drivers.dataset)), number=number)
            pixels, shown = drivers.pixels[number], drivers.labels[number]
            self._state.set_image(PinnedImage(pixels, name, label=shown, classes=drivers.classes))
