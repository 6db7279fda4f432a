"""All kinds of steps, and how often each is taken."""

from tests.walk import files, keyboard, mouse, parts, world
from tests.walk.steps import Kind

KINDS = {
    "click": Kind(30, mouse.think_click, mouse.take_click),
    "cell": Kind(6, parts.think_cell, parts.take_cell),
    "item": Kind(6, parts.think_item, parts.take_item),
    "tab": Kind(3, parts.think_tab, parts.take_tab),
    "menu": Kind(25, parts.think_menu, parts.take_menu),  # none where no menu is open
    "choose": Kind(5, parts.think_choose, parts.take_choose),
    "drag": Kind(5, mouse.think_drag, mouse.take_drag),
    "wheel": Kind(4, mouse.think_wheel, mouse.take_wheel),
    "hover": Kind(4, mouse.think_hover, mouse.take_hover),
    "key": Kind(8, keyboard.think_key, keyboard.take_key),
    "write": Kind(7, keyboard.think_write, keyboard.take_write),
    "action": Kind(6, keyboard.think_action, keyboard.take_action),
    "drop": Kind(4, files.think_drop, files.take_drop),
    "paste": Kind(1.5, files.think_paste, files.take_paste),
    "file": Kind(0.7, files.think_file, files.take_file),
    "window": Kind(2, world.think_window, world.take_window),
    "wait": Kind(4, world.think_wait, world.take_wait),
    "network": Kind(3, world.think_network, world.take_network),
    "lab": Kind(2.5, world.think_lab, world.take_lab),
    "train": Kind(2, world.think_train, world.take_train),
    "disk": Kind(0.6, world.think_disk, world.take_disk),
    "end": Kind(0, world.think_end, world.take_end),
}
