"""A network is picked and trained; the training is paused, given another learning rate, goes on, and is stopped."""

from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QWidget

from explorer.gui.state import FromRun
from explorer.gui.tour import Hands
from explorer.runs.shelf.record import Status

RATE = 0.05


def step(hands: Hands) -> int:
    history = hands.state.history(hands.state.shown_run)
    return 0 if history is None else history.step


def begin(hands: Hands) -> str:
    hands.choose("datasetSelector", "digits")
    hands.type(hands.find(QAbstractSpinBox, "epochsField"), "500")
    hands.click("startButton")
    hands.wait("the run", lambda: hands.state.training, 60)
    hands.wait("its first steps", lambda: step(hands) >= 5, 60)
    run = hands.state.training
    assert run is not None
    return run


def test_pause_another_rate_stop_and_maps_of_the_trained_network(hands: Hands) -> None:
    hands.type(hands.find(QLineEdit, "architectureSearch"), "LeNet + batch")
    assert hands.state.choice.architecture == "lenet_bn"
    run = begin(hands)

    hands.click("pauseButton")
    hands.wait("the pause", lambda: hands.state.is_paused)
    hands.rest(0.3)
    paused_at = step(hands)
    hands.type(hands.find(QAbstractSpinBox, "liveRateField"), str(RATE))
    history = hands.state.history(run)
    assert history is not None
    hands.wait("the other rate", lambda: history.lr_changes)
    assert [change.lr for change in history.lr_changes] == [RATE]
    assert step(hands) == paused_at

    hands.click("pauseButton")
    hands.wait("it goes on", lambda: step(hands) > paused_at + 20, 60)
    assert history.lr == RATE
    hands.click("stopButton")
    hands.wait("the end", lambda: hands.state.training is None, 60)
    hands.wait("the list", lambda: hands.state.runs and hands.state.runs[0].status is Status.STOPPED)

    source = hands.state.weights
    assert isinstance(source, FromRun)
    assert source.run == run
    hands.wait("its activations", lambda: hands.state.insight is not None and hands.state.insight.is_trained)
    insight, path = hands.state.insight, hands.click_node("Conv2d")
    assert insight is not None
    channels = insight.activations[path].shape[0]
    maps = hands.window.inspector.maps
    hands.wait("its maps", lambda: maps.grid.mosaic is not None and len(maps.grid.mosaic.order) == channels)
    assert hands.find(QWidget, "featureMaps").isVisible()


def test_another_network_is_looked_at_while_one_trains(hands: Hands) -> None:
    run = begin(hands)
    hands.type(hands.find(QLineEdit, "architectureSearch"), "alexnet")
    hands.wait("its graph", lambda: hands.state.graph is not None and hands.state.graph.architecture == "alexnet")
    before = step(hands)
    hands.wait("the run goes on", lambda: step(hands) > before, 60)
    assert hands.state.training == run
    hands.click("stopButton")
    hands.wait("the end", lambda: hands.state.training is None, 60)
