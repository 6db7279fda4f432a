"""An input shape that several networks take, so that their costs can be compared without the size of the image."""

from collections.abc import Sequence

from explorer import catalogue
from explorer.catalogue import Choice, Shape


def common_shape(choices: Sequence[Choice]) -> Shape | None:
    """The first shape that all take, made of sizes and channels that they have now; None where there is none.

    The sizes of the first choice are tried before those of the second, and so on.
    """
    cards = [catalogue.find(choice.architecture) for choice in choices]
    sizes = [choice.input_shape[1:] for choice in choices]
    channels = [choice.input_shape[0] for choice in choices]
    wanted = ((count, *size) for size in sizes for count in channels)
    return next((shape for shape in wanted if all(card.takes(shape) for card in cards)), None)
