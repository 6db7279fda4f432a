"""Models and weights from files of the user: opened, remembered, reloaded; what they cannot do is said."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer import catalogue, paths
from explorer.catalogue import Choice
from explorer.errors import ExplorerError
from explorer.graph.model import LayerGraph
from explorer.graph.user_model import own
from explorer.gui.dialogs.model_desk import ModelDesk
from explorer.gui.dialogs.own_model import OwnModelDialog
from explorer.gui.panels.architecture_settings import ArchitectureSettingsPanel
from explorer.gui.panels.architectures import ArchitecturesPanel
from explorer.gui.services import graphs, own_models
from explorer.gui.services.graphs import GraphService
from explorer.gui.services.own_models import OwnModels
from explorer.gui.state import AppState, FromFile
from explorer.gui.widgets.fields.size_field import read_shape
from explorer.gui.widgets.tables.row_list import Link, Row, RowList
from explorer.gui.widgets.words.notices import Notice, Notices

NET = '''
from torch import nn

class Part(nn.Module):
    pass

class Net(nn.Module):
    """A network of mine."""
    def __init__(self, classes: int, width=4, act="relu", sizes=(1, 2), norm=nn.BatchNorm2d):
        super().__init__()
        self.conv = nn.Conv2d(1, width, 3)

    def forward(self, x):
        return self.conv(x).mean((2, 3))
'''


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text(NET, encoding="utf-8")
    return path


@pytest.fixture
def state() -> AppState:
    return AppState(catalogue.find("lenet").default_choice())


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for model in catalogue.own_models():
        catalogue.remove_own(model.card.name)


@pytest.fixture
def models(state: AppState) -> Iterator[OwnModels]:
    service = OwnModels(state)
    yield service
    service.close()


def opened(qtbot: QtBot, models: OwnModels, path: Path) -> own_models.Opening:
    with qtbot.waitSignal(models.asked) as asked:
        models.open(path)
    opening = asked.args[0]
    assert isinstance(opening, own_models.Opening)
    return opening


def test_a_file_is_read_and_asked_about_without_being_run(qtbot: QtBot, models: OwnModels, net: Path) -> None:
    net.write_text("raise SystemExit\n" + NET, encoding="utf-8")
    opening = opened(qtbot, models, net)
    assert [model.name for model in opening.models] == ["Part", "Net"]
    assert opening.input_shape == (1, 28, 28)
    assert not opening.is_trusted


def test_arguments_become_settings(qtbot: QtBot, models: OwnModels, state: AppState, net: Path) -> None:
    opening = opened(qtbot, models, net)
    with pytest.raises(ExplorerError, match="classes"):
        models.take(opening, "Net", (1, 28, 28), {})
    assert state.choice.architecture == "lenet"
    models.take(opening, "Net", (1, 20, 20), {"classes": "7"})
    assert state.choice == Choice(
        f"my:{net}:Net", (1, 20, 20), 1, {"classes": 7, "width": 4, "act": "relu", "sizes": "(1, 2)"}
    )
    assert state.is_own_model
    model = catalogue.own(state.choice.architecture)
    assert model is not None
    assert model.arguments(state.choice.settings) == {"classes": 7}
    assert model.arguments({**state.choice.settings, "width": 8}) == {"classes": 7, "width": 8}
    with pytest.raises(ExplorerError, match="process of its own"):
        catalogue.build(state.choice)


def test_models_are_remembered_and_missing_ones_greyed(
    qtbot: QtBot, models: OwnModels, state: AppState, net: Path
) -> None:
    models.take(opened(qtbot, models, net), "Net", (1, 28, 28), {"classes": "3"})
    qtbot.waitUntil(paths.models_file().is_file)
    kept = json.loads(paths.models_file().read_text(encoding="utf-8"))
    assert kept["trusted"] == [str(net)]
    name = state.choice.architecture
    catalogue.remove_own(name)
    net.unlink()
    again = OwnModels(AppState(catalogue.find("lenet").default_choice()))
    qtbot.waitUntil(lambda: again.is_missing(name))
    assert catalogue.find(name).title == "Net"
    panel = ArchitecturesPanel(state, again)
    qtbot.addWidget(panel)
    rows = panel.findChild(RowList).rows().items()
    row = next(item for item in rows if isinstance(item, Row) and item.key == name)
    assert row.is_off
    assert str(net) in row.note
    again.forget(name)
    assert again.models == ()
    again.close()
    models.forget(name)


def test_a_damaged_list_is_forgotten() -> None:
    paths.models_file().parent.mkdir(parents=True)
    paths.models_file().write_text('{"schema": 1, "models": [{"path": 3}], "trusted": []}', encoding="utf-8")
    assert own_models.restore().models == ()


def test_a_change_on_disk_is_noticed_and_reloaded(
    qtbot: QtBot, models: OwnModels, state: AppState, net: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.take(opened(qtbot, models, net), "Net", (1, 28, 28), {"classes": "3"})
    state.set_choice(state.card.choose(settings={**state.choice.settings, "act": "gelu"}))
    name = state.choice.architecture
    qtbot.waitUntil(lambda: name in models._stamps)
    with qtbot.waitSignal(models.file_changed):
        net.write_text(NET.replace("width=4", "width=16"), encoding="utf-8")
    with qtbot.waitSignal(state.choice_changed):
        models.reload(name)
    assert state.choice.settings == {"classes": 3, "width": 16, "act": "gelu", "sizes": "(1, 2)"}


def test_another_content_gets_another_graph(
    qtbot: QtBot, models: OwnModels, state: AppState, net: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Choice] = []

    def graph_of(choice: Choice, *_: object, **__: object) -> LayerGraph:
        asked.append(choice)
        raise ExplorerError(own.Text("It does not run.", "无法运行。"))

    monkeypatch.setattr(graphs.own, "graph_of", graph_of)
    service = GraphService(state)
    notices: list[object] = []
    state.noticed.connect(lambda *args: notices.append(args))
    models.take(opened(qtbot, models, net), "Net", (1, 28, 28), {"classes": "3"})
    qtbot.waitUntil(lambda: state.graph_note is not None and state.graph_note.is_problem)
    assert state.graph_note is not None
    assert "does not run" in state.graph_note.text.en
    assert state.graph is None
    assert notices == []  # it is said in place of the graph
    models.reload(state.choice.architecture)
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert asked[0] == asked[1]
    service.close()


def test_the_dialog_warns_once_and_asks(qtbot: QtBot, models: OwnModels, state: AppState, net: Path) -> None:
    window = ArchitecturesPanel(state, models)
    qtbot.addWidget(window)
    desk = ModelDesk(state, models, Notices(window), window)
    with qtbot.waitSignal(models.asked):
        desk.open(net)
    dialog = window.findChild(OwnModelDialog)
    assert dialog is not None
    assert dialog.findChild(object, "runsCode") is not None
    assert list(dialog.fields) == ["classes", "width", "act", "sizes", "norm"]
    dialog.accept_button.click()
    assert "classes" in dialog.refusal.text()
    dialog.fields["classes"].setText("5")
    dialog.input_size.setCurrentText("nonsense")
    dialog.accept_button.click()
    assert "3 × 224 × 224" in dialog.refusal.text()
    dialog.input_size.setCurrentText("32")
    dialog.accept_button.click()
    assert state.choice.input_shape == (1, 32, 32)
    assert state.choice.settings["classes"] == 5
    again = opened(qtbot, models, net)
    assert again.is_trusted
    assert OwnModelDialog(again, models.take, window).findChild(object, "runsCode") is None
    desk._weights.close()


def test_the_list_offers_to_open(qtbot: QtBot, models: OwnModels, state: AppState) -> None:
    panel = ArchitecturesPanel(state, models)
    qtbot.addWidget(panel)
    view = panel.findChild(RowList)
    link = next(item for item in view.rows().items() if isinstance(item, Link))
    with qtbot.waitSignal(panel.open_requested):
        view.activated_link.emit(link.key)


def test_settings_of_a_model_show_its_arguments(qtbot: QtBot, models: OwnModels, state: AppState, net: Path) -> None:
    models.take(opened(qtbot, models, net), "Net", (1, 28, 28), {"classes": "3"})
    panel = ArchitectureSettingsPanel(state)
    qtbot.addWidget(panel)
    assert panel.findChild(object, "setting_act") is not None
    assert not panel.findChild(object, "classesField").isVisibleTo(panel)
    assert not panel.findChild(object, "ownModelLimits").isVisibleTo(panel)


# -- weights --------------------------------------------------------------------------------------------------------


def desk_of(qtbot: QtBot, state: AppState, models: OwnModels) -> tuple[ModelDesk, ArchitecturesPanel]:
    window = ArchitecturesPanel(state, models)
    qtbot.addWidget(window)
    return ModelDesk(state, models, Notices(window), window), window


def test_weights_that_fit_are_used_and_others_change_nothing(
    qtbot: QtBot, models: OwnModels, state: AppState, tmp_path: Path
) -> None:
    desk, _ = desk_of(qtbot, state, models)
    path = tmp_path / "mine.pt"
    torch.save(catalogue.build(state.choice).state_dict(), path)
    with qtbot.waitSignal(state.weights_changed):
        desk.open(path)
    assert state.weights == FromFile(path, path.stat().st_mtime_ns)
    path.with_suffix(".safetensors").write_bytes(b"nothing of the kind")
    before = state.weights
    with qtbot.waitSignal(state.noticed) as noticed:
        desk.open(path.with_suffix(".safetensors"))
    assert "damaged" in noticed.args[0].en
    assert state.weights is before
    desk._weights.close()


def test_weights_of_another_architecture_are_offered_there(
    qtbot: QtBot, models: OwnModels, state: AppState, tmp_path: Path
) -> None:
    desk, window = desk_of(qtbot, state, models)
    path = tmp_path / "mine.pt"
    torch.save(catalogue.build(state.choice).state_dict(), path)
    state.set_choice(catalogue.find("lenet_bn").default_choice())
    desk.open(path)
    qtbot.waitUntil(lambda: window.findChild(Notice) is not None)
    assert state.choice.architecture == "lenet_bn"
    notice = window.findChild(Notice)
    assert "LeNet" in notice.message.offer
    notice.offer_button.click()
    assert state.choice.architecture == "lenet"
    assert isinstance(state.weights, FromFile)
    desk._weights.close()


NOTEBOOK = """
import torch
from torch import nn

b1 = nn.Sequential(nn.Conv2d(1, 4, 7), nn.ReLU())
net = nn.Sequential(b1, nn.Flatten(), nn.LazyLinear(10))
print(net(torch.rand(size=(1, 1, 96, 96))).shape)
"""


def test_a_network_in_a_variable_is_offered_with_the_images_that_the_file_names(
    qtbot: QtBot, models: OwnModels, tmp_path: Path
) -> None:
    path = tmp_path / "notebook.py"
    path.write_text(NOTEBOOK, encoding="utf-8")
    opening = opened(qtbot, models, path)
    assert [model.name for model in opening.models] == ["b1", "net"]
    assert (opening.likeliest, opening.input_shape) == ("net", (1, 96, 96))


def test_the_dialog_offers_the_sizes_that_the_file_names_first(
    qtbot: QtBot, models: OwnModels, state: AppState, tmp_path: Path
) -> None:
    path = tmp_path / "sizes.py"
    lines = [
        "import torch",
        "from torch import nn",
        "net = nn.Sequential(nn.Conv2d(3, 4, 3))",
        "net(torch.rand(2, 3, 96, 64))",
    ]
    path.write_text("\n".join([*lines, "net(torch.rand(1, 3, 40, 40))"]), encoding="utf-8")
    window = ArchitecturesPanel(state, models)
    qtbot.addWidget(window)
    dialog = OwnModelDialog(opened(qtbot, models, path), models.take, window)
    offered = [read_shape(dialog.input_size.itemText(place), 0) for place in range(dialog.input_size.count())]
    assert offered[:2] == [(3, 40, 40), (3, 96, 64)]
    assert read_shape(dialog.input_size.currentText(), 0) == (3, 40, 40)
    assert {(3, 224, 224), (1, 28, 28)} < set(offered)
    assert len(offered) == len(set(offered))
