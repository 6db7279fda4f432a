"""Numbers as they are written in the window."""

import math

_MINUS = "−"


def compact(value: float) -> str:
    """Three significant digits: "0.482", "−1.2e-05", "12.3"; whole numbers below 1000 as they are."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("∞" if value > 0 else f"{_MINUS}∞")
    written = f"{value:.3g}" if abs(value) < 1000 else f"{value:.4g}"
    return written.replace("-", _MINUS, 1) if value < 0 else written


def rate(value: float) -> str:
    """A learning rate as it is typed, with three significant digits: "0.1", "0.00005"; tiny ones as "5e-8"."""
    if value >= 1e-4 or value <= 0 or not math.isfinite(value):
        return f"{value:.3g}"
    if value < 1e-6:
        return f"{value:.3g}".replace("e-0", "e-")
    return f"{value:.{2 - math.floor(math.log10(value))}f}".rstrip("0")


def count(value: int) -> str:
    """A whole number with narrow spaces between thousands."""
    return grouped(f"{value:,}")


def grouped(words: str) -> str:
    """A number that was written with commas between thousands, as `count` writes it."""
    return words.replace(",", "\u202f")
