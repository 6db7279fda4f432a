"""What to compute on: short names in the form, whole ones in the list."""

from explorer.bilingual import Text
from explorer.gui.panels.training import words
from explorer.gui.text import say, tr
from explorer.gui.widgets.fields.choice_box import ChoiceBox


class DeviceBox(ChoiceBox):
    """The devices of this machine, the automatic choice first; closed, it says "Auto", "CPU" or "GPU 1"."""

    def set_devices(self, devices: tuple[tuple[str, Text], ...]) -> None:
        """Names and titles; before they are known there are the automatic choice and the CPU."""
        if devices:
            self.offer([(name, say(title)) for name, title in devices])
        else:
            self.offer([("auto", tr("training.device_auto")), ("cpu", "CPU")])

    def closed_words(self) -> str:
        name = self.currentData()
        return tr("training.device_auto") if name in ("auto", None) else words.device(str(name))
