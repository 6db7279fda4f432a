"""Training, then from the runs table to where the network errs, and with one of its mistakes into the network."""

from PySide6.QtWidgets import QAbstractSpinBox

from explorer.gui.panels.labs.evaluation_page import EvaluationPage
from explorer.gui.tour import Hands
from explorer.runs.shelf.record import Status


def test_from_a_run_to_one_of_its_mistakes(hands: Hands) -> None:
    hands.choose("datasetSelector", "digits")
    hands.type(hands.find(QAbstractSpinBox, "epochsField"), "2")
    hands.click("startButton")
    hands.wait("the run", lambda: hands.state.runs and hands.state.runs[0].status is Status.FINISHED, 60)
    run = hands.state.runs[0]
    hands.state.evaluation_requested.emit(run.id, 0)
    assert hands.window.workspaces.current == "labs"
    labs = hands.window.workspaces.labs
    assert labs is not None
    page = labs.page("evaluation")
    assert isinstance(page, EvaluationPage)
    assert page.isVisible()
    hands.wait("the figures", lambda: page.first.summary is not None and not page.is_busy, 60)
    assert page.first.summary is not None
    assert page.first.summary.accuracy == run.test_accuracy
    wrong = next(place for place in range(50) if not page.body.images.wall.tile(place).is_right)
    number, tile = page.body.images.wall.numbers[wrong], page.body.images.wall.tile(wrong)
    page.body.images.wall.chosen.emit(number)
    hands.wait("the image", lambda: page.body.images.explore.isEnabled(), 60)
    page.body.images.explore.click()
    hands.wait("the weights of the epoch", lambda: hands.window.workspaces.current == "explore", 60)

    def looks_into_it() -> bool:
        insight = hands.state.insight
        return insight is not None and bool(insight.predictions) and insight.is_trained

    hands.wait("the activations", looks_into_it, 60)
    hands.wait("the same answer", lambda: _answer(hands) == tile.first, 60)


def _answer(hands: Hands) -> str:
    """What the inspector says of the image, as the page of evaluations does."""
    insight = hands.state.insight
    best = insight.predictions[0] if insight is not None else None
    return "" if best is None else f"{best.label} · {best.probability:.0%}"
