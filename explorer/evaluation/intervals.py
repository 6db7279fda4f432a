"""How far a share that was found on so many images can be trusted."""

import math

NORMAL_95 = 1.959963984540054  # standard deviations to each side that hold 95 % of a normal distribution


def wilson(right: int, total: int, deviations: float = NORMAL_95) -> tuple[float, float]:
    """Lowest and highest share that fit `right` of `total`, with 95 % confidence (Wilson 1927, formula 2).

    Unlike the usual one it stays within 0 and 1, and has a width also where all or none are right.
    """
    if total == 0:
        return 0.0, 1.0
    share, square = right / total, deviations * deviations
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = deviations * math.sqrt(share * (1 - share) / total + square / (4 * total * total)) / (1 + square / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def mcnemar(only_first: int, only_second: int) -> float:
    """How likely chance alone makes two equally good networks differ so much, or more: 0-1 (McNemar 1947; exact).

    Args:
        only_first: Images that the first has right and the second wrong; `only_second` the other way round.
    """
    count, fewer = only_first + only_second, min(only_first, only_second)
    if count == 0:
        return 1.0
    whole = math.lgamma(count + 1) - count * math.log(2)
    tail = math.fsum(
        math.exp(whole - math.lgamma(number + 1) - math.lgamma(count - number + 1)) for number in range(fewer + 1)
    )
    return min(1.0, 2 * tail)
