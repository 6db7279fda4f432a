"""What is said to who writes a first module and slips; the words are those that Python and torch raise today."""

import textwrap
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from explorer.errors import ExplorerError
from explorer.graph.user_model import advice, source

GOOD = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.fc = nn.Linear(4 * 26 * 26, 10)

    def forward(self, x):
        return self.fc(F.relu(self.conv(x)).flatten(1))
"""


def raised(code: str, images: int = 1) -> str:
    """What a model of this code raises when it is built and run."""
    names: dict[str, Any] = {"nn": nn, "torch": torch, "F": torch.nn.functional}
    names = {name: value for name, value in names.items() if f"no {name}\n" not in code}
    exec(textwrap.dedent(code), names)
    with pytest.raises((AttributeError, NameError, NotImplementedError, RuntimeError, TypeError)) as caught:
        names["Net"]()(torch.zeros(images, 1, 28, 28))
    return f"{type(caught.value).__name__}: {caught.value}"


@pytest.mark.parametrize(
    ("slip", "instead", "helps"),
    [
        ("        super().__init__()\n", "", "super().__init__()"),
        ("def forward", "def foward", "spelled so"),
        ("def forward(self, x)", "def forward(x)", "def forward(self, x)"),
        ("\nclass", "# no F\nclass", "import torch.nn.functional as F"),
        ("self.fc(F", "self.fc2(F", "self.fc2 in __init__"),
        ("def __init__", "def __init", "two underscores"),
        ("flatten(1)", "flatten()", "x.flatten(1)"),
        ("flatten(1)", "view(1, -1)", "x.flatten(1)"),
    ],
)
def test_a_beginners_slip_is_answered_with_what_to_write(slip: str, instead: str, helps: str) -> None:
    assert slip in GOOD
    code = GOOD.replace(slip, instead)
    told = advice.of_reason(raised(code, images=2))
    assert told is not None
    assert helps in told.en
    assert told.zh != told.en


@pytest.mark.parametrize("reason", ["'NoneType' object has no attribute 'shape'", "name 'width' is not defined"])
def test_no_advice_where_none_is_known(reason: str) -> None:
    assert advice.of_reason(f"AttributeError: {reason}") is None


def test_sizes_that_do_not_fit_for_another_reason_are_not_taken_for_a_lost_batch() -> None:
    assert advice.of_reason("mat1 and mat2 shapes cannot be multiplied (1x401 and 400x120)") is None
    assert advice.of_reason("mat1 and mat2 shapes cannot be multiplied (2x800 and 400x120)") is None


@pytest.mark.parametrize(("wrong", "meant"), [("\uff08", "("), ("\uff0c", ","), ("\uff1a", ":"), ("\u201c", '"')])
def test_a_full_width_mark_in_the_code_is_named(tmp_path: Path, wrong: str, meant: str) -> None:
    path = tmp_path / "net.py"
    path.write_text(f"x = 1\nprint{wrong}x)\n", encoding="utf-8")
    with pytest.raises(ExplorerError) as caught:
        source.parse(path)
    assert caught.value.hint is not None
    assert f"type {meant} instead" in caught.value.hint.en
    assert "line 2" in caught.value.message.en
