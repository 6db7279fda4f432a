"""What is read of a user's file without running it."""

from pathlib import Path

import pytest

from explorer.graph.user_model import hints


@pytest.mark.parametrize(
    ("code", "channels"),
    [
        ("nn.Conv2d(1, 8, 3)", 1),
        ("nn.Conv2d(CHANNELS, 8, 3)\nCHANNELS = 2", 2),
        ("def __init__(self, width, in_ch=1, *, out=9):\n    nn.Conv2d(width, 8, 3)\n    nn.Conv2d(in_ch, out, 3)", 1),
        ("def __init__(self, *, planes=4):\n    nn.Conv2d(planes, 8, 3)", 4),
        ("def __init__(self, in_channels=1, widths=(1, 2)):\n    [nn.Conv2d(a, b, 3) for a, b in widths]", 1),
        ("def __init__(self, width):\n    nn.Conv2d(width, 8, 3)", None),
        ("def __init__(self, bias=True):\n    nn.Conv2d(bias, 8, 3)", None),
        ("nn.Linear(1, 8)", None),
    ],
)
def test_channels_of_the_first_convolution(tmp_path: Path, code: str, channels: int | None) -> None:
    path = tmp_path / "net.py"
    path.write_text(code)
    assert hints.first_channels(path) == channels
