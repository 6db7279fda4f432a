"""What a training says on standard error."""

import pytest

from explorer.bilingual import Text
from explorer.commands.progress import ProgressBars
from explorer.training import events


def test_preparing_is_said_once_however_often_it_comes(capsys: pytest.CaptureFixture[str]) -> None:
    drawing, building = Text("Drawing", ""), Text("Building", "")
    with ProgressBars() as bars:
        for what, fraction in [(drawing, 0.0), (drawing, 0.5), (drawing, 1.0), (building, None)]:
            bars.show(events.Preparing("r", what, fraction))
    assert capsys.readouterr().err.splitlines() == ["Drawing", "Building"]


def test_a_warning_is_said_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressBars() as bars:
        bars.show(events.Warned("r", Text("The disk is full.", ""), Text("Make room.", "")))
        bars.show(events.Warned("r", Text("It is slow.", "")))
    assert capsys.readouterr().err.splitlines() == ["The disk is full. Make room.", "It is slow."]
