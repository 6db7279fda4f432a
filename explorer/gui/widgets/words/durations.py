"""How long something took, as every table and line of the window writes it."""

from explorer.gui.text import tr


def duration(seconds: float) -> str:
    """As two units at most: "8 s", "3 min 07 s", "2 h 05 min"."""
    whole = max(round(seconds), 0)
    if whole < 60:
        return tr("training.seconds", s=whole)
    if whole < 3600:
        return tr("training.minutes", m=whole // 60, s=whole % 60)
    return tr("training.hours", h=whole // 3600, m=whole % 3600 // 60)
