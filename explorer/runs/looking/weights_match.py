"""Which known architecture a file of weights belongs to."""

from explorer import catalogue
from explorer.catalogue import Card, Choice
from explorer.errors import ExplorerError
from explorer.graph import lazymeta
from explorer.runs.looking import weights_file
from explorer.runs.looking.weights_file import WeightsFile


def check(found: WeightsFile, choice: Choice) -> WeightsFile:
    """`found`, made to fit the model of `choice`; allocates no other weights.

    Raises:
        ExplorerError: It does not fit; the message lists the first differences.
    """
    return weights_file.fit(found, lazymeta.build_on_meta(lambda: catalogue.build(choice)))


def matching(found: WeightsFile) -> Card | None:
    """The first architecture that the weights fit with its default settings; None where there is none."""
    params = found.params()
    for card in catalogue.cards().values():
        if card.params == params:
            try:
                check(found, card.default_choice())
            except ExplorerError:
                continue
            return card
    return None
