"""Two choices and the comparison of their graphs: in step, off the GUI thread, with names that tell them apart."""

import dataclasses
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from pytestqt.qtbot import QtBot

import explorer.graph
from explorer import catalogue
from explorer.bilingual import Text
from explorer.catalogue import Choice
from explorer.errors import ExplorerError
from explorer.graph import shipped
from explorer.graph.model import LayerGraph
from explorer.gui.services import comparing as module
from explorer.gui.services.comparing import PARTNERS, Comparing, in_short, partner
from explorer.gui.state import AppState


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Choice]:
    """What was traced; the answer is the carried graph at the size asked for, or a refusal for 7 classes."""
    choices: list[Choice] = []

    def graph_of(choice: Choice, mode: str = "eval") -> LayerGraph:
        choices.append(choice)
        if choice.classes == 7:
            raise ExplorerError(Text("Not seven.", "不能是七。"))
        graph = shipped.load(choice.architecture)
        assert graph is not None
        return LayerGraph(graph.architecture, choice.input_shape, graph.nodes, graph.blocks)

    fake = ModuleType("explorer.graph.trace")
    fake.graph_of = graph_of  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "explorer.graph.trace", fake)
    monkeypatch.setattr(explorer.graph, "trace", fake, raising=False)
    return choices


@pytest.fixture
def state(qapp: object) -> AppState:
    return AppState(catalogue.find("lenet").default_choice())


@pytest.fixture
def comparing(state: AppState, asked: list[Choice]) -> Iterator[Comparing]:
    made = Comparing(state)
    yield made
    made.close()


def settle(qtbot: QtBot, comparing: Comparing) -> None:
    qtbot.waitUntil(lambda: comparing.comparison is not None and not comparing.is_busy)


def default(name: str) -> Choice:
    return catalogue.find(name).default_choice()


@pytest.mark.parametrize("name", list(catalogue.cards()))
def test_everyone_has_a_partner_of_another_name(name: str) -> None:
    found = partner(catalogue.find(name))
    assert found.name != name
    assert found.name in catalogue.cards()


def test_model_of_the_user_is_beside_a_known_one() -> None:
    card = dataclasses.replace(catalogue.find("lenet"), name="own:net.py", family="own")
    assert partner(card).name == "resnet18"


def test_named_partners_exist() -> None:
    assert set(PARTNERS) | set(PARTNERS.values()) <= set(catalogue.cards())


def test_begins_with_the_present_network_and_its_partner(qtbot: QtBot, comparing: Comparing) -> None:
    settle(qtbot, comparing)
    assert comparing.comparison is not None
    assert comparing.comparison.graphs[0].architecture == "lenet"
    assert comparing.comparison.graphs[1].architecture == "alexnet"


def test_compares_on_a_thread_of_its_own(
    qtbot: QtBot, state: AppState, asked: list[Choice], monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []
    real = module.compare

    def noted(*arguments: object) -> object:
        threads.append(threading.current_thread().name)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "compare", noted)
    made = Comparing(state)
    settle(qtbot, made)
    made.close()
    assert threads
    assert all(name.startswith("compare") for name in threads)


def test_old_comparison_goes_at_once(qtbot: QtBot, comparing: Comparing) -> None:
    settle(qtbot, comparing)
    comparing.left.set_choice(default("nin"))
    assert comparing.comparison is None
    settle(qtbot, comparing)
    assert comparing.comparison is not None
    assert comparing.comparison.graphs[0].architecture == "nin"


def test_swap_is_the_mirror_and_traces_nothing_twice(qtbot: QtBot, comparing: Comparing, asked: list[Choice]) -> None:
    comparing.left.set_ready()
    comparing.left.set_choice(catalogue.find("vgg11").choose(settings={"ratio": 4}))
    settle(qtbot, comparing)
    before = comparing.comparison
    assert before is not None
    assert len(asked) == 1
    comparing.right.set_ready()
    comparing.swap()
    settle(qtbot, comparing)
    after = comparing.comparison
    assert after is not None
    assert after.graphs == before.graphs[::-1]
    assert len(asked) == 1
    assert comparing.right.choice.settings["ratio"] == 4


def test_same_network_twice_is_told_apart_by_what_differs(qtbot: QtBot, comparing: Comparing) -> None:
    comparing.left.set_choice(default("vgg11"))
    comparing.right.set_choice(catalogue.find("vgg11").choose(settings={"ratio": 4, "batch_norm": True}, classes=5))
    assert comparing.names() == (
        "VGG-11 (Channel ratio 1, Batch norm Off, 10 classes)",
        "VGG-11 (Channel ratio 4, Batch norm On, 5 classes)",
    )
    comparing.right.set_choice(default("vgg11"))
    assert comparing.names() == ("VGG-11 [1]", "VGG-11 [2]")


def test_in_short_tells_what_is_not_usual() -> None:
    card = catalogue.find("vgg11")
    assert in_short(card.default_choice()) == "1×224×224"
    chosen = card.choose(input_shape=(3, 96, 96), classes=5, settings={"ratio": 4})
    assert in_short(chosen) == "3×96×96 · 5 classes · Channel ratio 4"


def test_sides_tell_the_program_what_went_wrong(
    qtbot: QtBot, state: AppState, comparing: Comparing, asked: list[Choice]
) -> None:
    told: list[Text] = []
    state.noticed.connect(lambda message, hint, level: told.append(message))
    state.set_ready()
    settle(qtbot, comparing)
    before = comparing.comparison
    comparing.right.set_choice(catalogue.find("alexnet").choose(classes=7))
    qtbot.waitUntil(lambda: bool(told))
    assert told == [Text("Not seven.", "不能是七。")]
    assert comparing.right.graph_note is not None
    assert comparing.right.graph_note.is_problem
    assert comparing.comparison is before


def test_comes_back_with_the_network_that_was_looked_at_since(state: AppState, comparing: Comparing) -> None:
    comparing.left.set_choice(default("nin"))
    comparing.begin()
    assert comparing.left.choice == default("nin")  # nothing else was looked at
    state.set_choice(default("alexnet"))
    comparing.begin()
    assert comparing.left.choice == default("alexnet")
    assert comparing.right.choice == default("vgg11")  # AlexNet beside itself would say nothing


def test_sides_leave_the_program_alone(state: AppState, comparing: Comparing) -> None:
    comparing.left.set_choice(default("nin"))
    assert state.choice == default("lenet")


# -- more than two --------------------------------------------------------------------------------------------------


def test_networks_are_added_up_to_four_and_differ(qtbot: QtBot, comparing: Comparing) -> None:
    for expected in (3, 4, 4):
        comparing.add()
        assert len(comparing.sides) == expected
    assert len({choice.architecture for choice in comparing.choices}) == 4
    settle(qtbot, comparing)
    assert comparing.comparison is not None
    assert [one.architecture for one in comparing.comparison.graphs] == [c.architecture for c in comparing.choices]
    assert len(comparing.comparison.alignments) == 3


def test_networks_are_taken_out_down_to_two(qtbot: QtBot, comparing: Comparing) -> None:
    comparing.add()
    first, second, third = comparing.choices
    comparing.remove(0)
    assert comparing.choices == (second, third)
    comparing.remove(0)
    assert comparing.choices == (second, third)
    settle(qtbot, comparing)
    assert comparing.comparison is not None
    assert comparing.comparison.graphs[0].architecture == second.architecture
    comparing.add()
    assert len(comparing.choices) == 3
    assert first.architecture == "lenet"


def test_neighbours_are_swapped(comparing: Comparing) -> None:
    comparing.add()
    first, second, third = comparing.choices
    comparing.swap(1)
    assert comparing.choices == (first, third, second)


def test_all_have_one_input_until_each_has_its_own_again(
    qtbot: QtBot, state: AppState, comparing: Comparing, asked: list[Choice]
) -> None:
    state.set_ready()
    own = [choice.input_shape for choice in comparing.choices]
    comparing.set_same_input(True)
    assert {choice.input_shape for choice in comparing.choices} == {(1, 224, 224)}
    settle(qtbot, comparing)
    assert comparing.comparison is not None
    assert len({graph.input_shape for graph in comparing.comparison.graphs}) == 1
    comparing.set_same_input(False)
    assert [choice.input_shape for choice in comparing.choices] == own


def test_another_network_is_given_the_input_of_the_others(comparing: Comparing) -> None:
    comparing.set_same_input(True)
    comparing.right.set_choice(default("torchvision/resnet50"))
    assert {choice.input_shape for choice in comparing.choices} == {(3, 224, 224)}
    comparing.add()
    assert len({choice.input_shape for choice in comparing.choices}) == 1


def test_another_size_of_one_is_given_to_the_others(comparing: Comparing) -> None:
    comparing.set_same_input(True)
    comparing.left.set_choice(dataclasses.replace(comparing.left.choice, input_shape=(1, 96, 96)))
    assert {choice.input_shape for choice in comparing.choices} == {(1, 96, 96)}


def test_says_where_no_input_is_taken_by_all(state: AppState, comparing: Comparing) -> None:
    told: list[Text] = []
    state.noticed.connect(lambda message, hint, level: told.append(message))
    comparing.left.set_choice(default("torchvision/vit_b_16"))
    fixed = dataclasses.replace(catalogue.find("torchvision/vit_b_16"), name="own:f.py", input_shape=(3, 100, 100))
    catalogue.add_own(catalogue.OwnModel(fixed, Path("f.py")))
    try:
        comparing.right.set_choice(fixed.default_choice())
        comparing.set_same_input(True)
        assert told == [module.NO_COMMON_INPUT]
        assert comparing.right.choice.input_shape == (3, 100, 100)
    finally:
        comparing.right.set_choice(default("lenet"))
        catalogue.remove_own(fixed.name)
