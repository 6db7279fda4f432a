"""The shipped cards are those that the architectures declare."""

from explorer import catalogue, paths
from explorer.architectures import shipped
from explorer.catalogue import LECTURE


def test_the_shipped_file_is_what_the_architectures_declare() -> None:
    content = (paths.resources() / "catalogue" / "cards.json").read_text(encoding="utf-8")
    assert content == shipped.cards_json(), "run: python -m explorer.architectures.shipped"


def test_cards_survive_the_file() -> None:
    for name, (card, _) in catalogue.load_all().items():
        assert catalogue.cards()[name] == card


def test_lecture_networks_come_first_in_order_of_publication() -> None:
    families = [card.family for card in catalogue.cards().values()]
    assert families == sorted(families, key=lambda family: family != LECTURE)
    years = [card.year for card in catalogue.cards().values() if card.family == LECTURE]
    assert years == sorted(years)
    assert years[0] == 1998
