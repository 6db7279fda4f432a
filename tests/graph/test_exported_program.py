"""The graph of a program of `torch.export`."""

from pathlib import Path

import pytest
import torch
from torch import nn

from explorer.errors import ExplorerError
from explorer.graph import trace as tracing
from explorer.graph.user_model import file


def export(path: Path) -> Path:
    """Saves a small network with a branch as torch.export does; made `branching.pt2`."""
    torch.export.save(torch.export.export(Branching().eval(), (torch.zeros(2, 1, 12, 12),)), path)
    return path


class Branching(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU())
        self.second = nn.Conv2d(4, 4, 1)
        self.last = nn.Linear(4, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x)
        return self.last((x + self.second(x)).mean((2, 3)))


NEEDS_NEWER = pytest.mark.skipif(torch.__version__ < (2, 9), reason="the program was made by a newer torch")


@pytest.mark.filterwarnings("ignore:The given buffer is not writable")  # torch 2.11 of its own loader
@pytest.mark.parametrize("name", [pytest.param("made before", marks=NEEDS_NEWER), "made now"])
def test_an_exported_program_has_the_graph_of_its_model(tmp_path: Path, name: str, traced_here: None) -> None:
    path = export(tmp_path / "net.pt2") if name == "made now" else Path(__file__).with_name("branching.pt2")
    graph = file.trace(path, None, None, architecture="my:net")
    direct = tracing.trace(Branching(), (1, 12, 12))
    assert (graph.architecture, graph.input_shape) == ("my:net", (1, 12, 12))
    for ours, theirs in zip(graph.nodes, direct.nodes, strict=True):
        assert (ours.path, ours.kind, ours.inputs, ours.params) == (
            theirs.path,
            theirs.kind,
            theirs.inputs,
            theirs.params,
        )
        assert (ours.macs, ours.output_shape) == (theirs.macs, theirs.output_shape)
        assert ours.receptive_field == theirs.receptive_field
    kernel = ("kernel_size", "padding", "in_channels", "out_channels")
    assert [graph.nodes[1].attributes[key] for key in kernel] == [(3, 3), (1, 1), 1, 4]


def test_what_is_no_exported_program(tmp_path: Path) -> None:
    path = tmp_path / "net.pt2"
    torch.save({"a": torch.zeros(2)}, path)
    with pytest.raises(ExplorerError, match="no program"):
        file.trace(path, None, None)
    path.write_bytes(b"PK nothing of the kind")
    with pytest.raises(ExplorerError, match="damaged"):
        file.trace(path, None, None)
    with pytest.raises(ExplorerError, match="cannot be opened"):
        file.trace(tmp_path / "missing.pt2", None, None)


class Tied(nn.Module):
    """One block that runs twice: a loaded program of it cannot be copied."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 1, 3, padding=1), nn.ReLU())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.body(self.body(x)) + x


@pytest.mark.slow
def test_an_exported_program_may_run_a_block_twice(tmp_path: Path) -> None:
    path = tmp_path / "tied.pt2"
    torch.export.save(torch.export.export(Tied().eval(), (torch.zeros(1, 1, 9, 9),)), path)
    graph = file.trace(path, None, None)
    assert graph.params == 10
    assert graph.macs == 2 * 9 * 9 * 9
    assert [node.kind for node in graph.nodes[1:-1]] == ["Conv2d", "ReLU", "Conv2d", "ReLU", "add"]
