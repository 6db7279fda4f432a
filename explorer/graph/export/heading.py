"""What stands over every exported graph: its name, its figures, and the settings that are not the usual ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer import catalogue
from explorer.bilingual import Text
from explorer.graph import labels

if TYPE_CHECKING:
    from explorer.graph.export import Request


def heading(request: Request) -> tuple[str, str]:
    """The title of a file, and one line of figures."""
    graph, choice = request.graph, request.choice
    if choice is not None and choice.architecture in catalogue.cards():
        name = request.say(catalogue.cards()[choice.architecture].titles)
    else:
        name = graph.architecture.rsplit(":", 1)[-1] or graph.blocks[0].kind  # of an own model the class
    figures = Text(
        f"{labels.count(graph.params)} parameters · {labels.count(graph.macs)} MACs · "
        f"{labels.bytes(graph.activation_bytes)} activations · input {labels.shape(graph.input_shape)}",
        f"{labels.count(graph.params)} 参数 · {labels.count(graph.macs)} 次乘加 · "
        f"激活 {labels.bytes(graph.activation_bytes)} · 输入 {labels.shape(graph.input_shape)}",
    )
    return name, request.say(figures) + "".join(f" · {setting}" for setting in _changed_settings(request))


def _changed_settings(request: Request) -> list[str]:
    """The settings that differ from the architecture's own."""
    choice = request.choice
    if choice is None or choice.architecture not in catalogue.cards():
        return []
    card = catalogue.cards()[choice.architecture]
    changed = [
        f"{request.say(setting.title)} {setting.of(choice.settings)}"
        for setting in card.settings
        if setting.of(choice.settings) != setting.default
    ]
    if choice.classes != card.classes:
        changed.append(request.say(Text(f"{choice.classes} classes", f"{choice.classes} 个类别")))
    return changed
