"""What a file of the user may import from around it."""

import sys
from pathlib import Path

import pytest

from explorer.commands.summary import as_json
from explorer.errors import ExplorerError
from explorer.graph.user_model import file, loading, surroundings

NET = """
class Net(nn.Sequential):
    def __init__(self):
        super().__init__(Conv(3, 4, 3), nn.Flatten(), nn.Linear(4 * 6 * 6, 10))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """lab/common.py, lab/nets/layers.py with a layer, lab/nets/net.py to be written; packages without __init__.py."""
    nets = tmp_path / "lab" / "nets"
    nets.mkdir(parents=True)
    (tmp_path / "lab" / "common.py").write_text("from torch import nn\nConv = nn.Conv2d\n")
    (nets / "layers.py").write_text("from torch import nn\nclass Conv(nn.Conv2d): pass\n")
    return nets


@pytest.mark.parametrize(
    ("line", "has_init"),
    [
        ("from .layers import Conv", True),
        ("from ..common import Conv", False),
        ("from nets.layers import Conv", False),
    ],
)
def test_a_file_finds_what_lies_around_it(project: Path, line: str, has_init: bool, traced_here: None) -> None:
    check(project, line, has_init=has_init)


def test_so_it_does_in_a_process_of_its_own(project: Path) -> None:
    check(project, "from lab.nets.layers import Conv", has_init=True)


def check(project: Path, line: str, *, has_init: bool) -> None:
    if has_init:
        for folder in (project, project.parent):
            (folder / "__init__.py").write_text("")
    path = project / "net.py"
    path.write_text(f"from torch import nn\n{line}\n{NET}")
    summary = as_json(file.trace(path, "Net", (3, 8, 8)))
    assert summary["params"] == 3 * 4 * 9 + 4 + 4 * 36 * 10 + 10
    assert summary["architecture"] == "net.py:Net"


def test_packages() -> None:
    home = Path("/nowhere/lab/nets/net.py")
    assert surroundings.package_of(home, "import torch") == ""
    assert surroundings.package_of(home, "from .layers import Conv") == "nets"
    assert surroundings.package_of(home, "from ..common import Conv") == "lab.nets"
    assert surroundings.package_of(Path("/v1.0/net.py"), "from .layers import Conv") == ""
    assert surroundings.package_of(home, "not python at all") == ""


def test_a_package_is_climbed_to_its_top_and_its_project_searched(project: Path) -> None:
    (project / "__init__.py").write_text("")
    (project.parent / "__init__.py").write_text("")
    (project.parent.parent / "pyproject.toml").write_text("")
    home = project / "net.py"
    assert surroundings.package_of(home, "from .layers import Conv") == "lab.nets"
    assert surroundings.search_folders(home, "import torch") == [project, project.parent.parent]
    assert surroundings.search_folders(home, "import common") == [project, project.parent, project.parent.parent]


def test_a_copy_imports_from_around_its_original(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    copy = tmp_path / "copy" / "net.py"
    copy.parent.mkdir()
    copy.write_text(f"from torch import nn\nfrom .layers import Conv\n{NET}")
    assert loading.load_maker(copy, "Net", project / "net.py")
    with pytest.raises(ExplorerError, match="layers"):
        loading.load_maker(copy, "Net")


def test_a_module_that_is_nowhere_is_named_with_its_line(project: Path, traced_here: None) -> None:
    path = project / "net.py"
    path.write_text(f"from torch import nn\nfrom .nothing import Conv\n{NET}")
    with pytest.raises(ExplorerError, match=r"line 2 raised ModuleNotFoundError: No module named 'nets.nothing'"):
        file.trace(path, "Net", (3, 8, 8))


def test_a_model_of_two_inputs_is_refused_in_words(tmp_path: Path, traced_here: None) -> None:
    path = tmp_path / "net.py"
    path.write_text(
        "from torch import nn\nclass Net(nn.Module):\n    def forward(self, left, right, scale=1, *more, **options):\n"
        "        return left + right\n"
    )
    with pytest.raises(ExplorerError, match=r"Net.forward takes 2 inputs \(left, right\)"):
        file.trace(path, "Net", (3, 8, 8))
