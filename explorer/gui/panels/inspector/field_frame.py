"""Frames, on the image, what the unit sees that is pointed at in a feature map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF

from explorer.gui.panels.inspector.subject import subject_of
from explorer.inspection import seen

if TYPE_CHECKING:
    from explorer.gui.panels.inspector.maps_page import MapsPage
    from explorer.gui.state import AppState
    from explorer.gui.widgets.pictures.image_well import ImageWell


class FieldFrame(QObject):
    """Between the page of maps and the image well."""

    def __init__(self, state: AppState, well: ImageWell, maps: MapsPage) -> None:
        super().__init__(maps)
        self._state, self._well = state, well
        maps.pointed.connect(self._on_pointed)

    def _on_pointed(self, at: tuple[int, int] | None) -> None:
        state = self._state
        subject = subject_of(state.graph, state.selection)
        field = None if subject is None else subject.node.receptive_field
        if at is None or field is None or state.image is None or state.insight is None:
            self._well.show_field(None)
            return
        fitted, pixels = state.insight.image, state.image.pixels
        shares = seen.in_picture(seen.box(field, *at), fitted.shape[:2], pixels.shape[:2])
        self._well.show_field(QRectF(*shares))
