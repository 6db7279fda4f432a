"""Numbers as they are written in the window."""

import math

_MINUS = "−"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def compact(value: float) -> str:
    """Three significant digits: "0.482", "−1.2×10⁻⁵", "12.3"; whole numbers from 1000 on as `count` writes them."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("∞" if value > 0 else f"{_MINUS}∞")
    size = abs(value)
    if 1000 <= size < 1e6:
        written = count(round(size))
    elif 1e-4 <= size < 1000 or not size:
        written = f"{size:.3g}"
    else:
        digits, power = f"{size:.3g}".split("e") if "e" in f"{size:.3g}" else f"{size:.2e}".split("e")
        written = f"{digits}×10{raised(int(power))}"
    return f"{_MINUS}{written}" if value < 0 else written


def raised(power: int) -> str:
    """An exponent in small digits above the line."""
    return str(power).translate(_RAISED)


def rate(value: float) -> str:
    """A learning rate as it is typed, with three significant digits: "0.1", "0.00005"; tiny ones as "5e-8"."""
    if value >= 1e-4 or value <= 0 or not math.isfinite(value):
        return f"{value:.3g}"
    if value < 1e-6:
        return f"{value:.3g}".replace("e-0", "e-")
    return f"{value:.{2 - math.floor(math.log10(value))}f}".rstrip("0")


def with_deviation(mean: str, deviation: str) -> str:
    """A mean and how far apart the values are, with the decimals of the mean: "0.201 ± 0.009", "98.20 ± 0.31%"."""
    if deviation.endswith("%"):
        return f"{mean.removesuffix('%')} ± {deviation}"
    decimals = len(mean.partition(".")[2])
    is_finer = len(deviation.partition(".")[2]) > decimals
    return f"{mean} ± {float(deviation):.{decimals}f}" if is_finer else f"{mean} ± {deviation}"


def count(value: int) -> str:
    """A whole number with narrow spaces between thousands."""
    return grouped(f"{value:,}")


def grouped(words: str) -> str:
    """A number that was written with commas between thousands, as `count` writes it."""
    return words.replace(",", "\u202f")
