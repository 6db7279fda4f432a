"""The window as a whole, what is chosen and trained in it, the disk below it, and its end."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit

from explorer import catalogue
from tests.walk.steps import Step

if TYPE_CHECKING:
    import random

    from tests.walk.props import Props
    from tests.walk.stage import Stage

LABS = ("curves", "evaluation", "rate", "data", "signals")
SMALL = ("lenet", "lenet_bn", "mnist_residual", "mnist_inception")  # what is trained on a walk: others take minutes
DATA = ("digits", "shapes")


def think_window(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    how = {
        "what": rng.choice(
            ("size", "size", "size", "maximise", "full", "normal", "minimise", "away", "back", "palette")
        )
    }
    return Step(
        "window", "", {**how, "size": [rng.choice((1000, 1100, 1280, 1600, 2600)), rng.choice((640, 800, 1000, 1400))]}
    )


def take_window(step: Step, stage: Stage, props: Props) -> None:
    window, what = stage.window, step.how["what"]
    if what == "size":
        window.resize(QSize(*step.how["size"]))
    elif what == "palette":
        QApplication.sendEvent(QGuiApplication.instance(), QEvent(QEvent.Type.ApplicationPaletteChange))
    elif what == "away":
        QApplication.sendEvent(window, QEvent(QEvent.Type.WindowDeactivate))
    elif what == "back":
        QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    else:
        acts = {"maximise": window.showMaximized, "full": window.showFullScreen, "normal": window.showNormal}
        acts.get(what, window.showMinimized)()
        if what == "minimise":
            window.showNormal()


def think_wait(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    return Step("wait", "", {"ms": rng.choice((50, 200, 600, 1500))})


def take_wait(step: Step, stage: Stage, props: Props) -> None:
    """Nothing: the walk goes on after so many milliseconds."""


def think_network(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    cards = [name for name in catalogue.cards() if not name.startswith("torchvision/")]
    return Step("network", rng.choice((*cards, *SMALL, *SMALL)), {})


def take_network(step: Step, stage: Stage, props: Props) -> None:
    """Picks a network that is quick to look into; the list itself is used by the other steps."""
    if QApplication.activeModalWidget() is None:
        stage.window.state.set_choice(catalogue.find(step.target).default_choice())


def think_lab(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    wanted = stage.area.removesuffix("Page").lower()
    return Step("lab", wanted if wanted in LABS and rng.random() < 0.8 else rng.choice(LABS), {})


def take_lab(step: Step, stage: Stage, props: Props) -> None:
    if QApplication.activeModalWidget() is None:
        stage.window.workspaces.show_lab(step.target)


def think_train(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    how = {"network": rng.choice(SMALL), "data": rng.choice(DATA), "epochs": rng.choice(("1", "2", "30"))}
    return Step("train", "", how)


def take_train(step: Step, stage: Stage, props: Props) -> None:
    """Begins a training that steps do not take long in, or tries to."""
    state, window = stage.window.state, stage.window
    if QApplication.activeModalWidget() is not None or not state.is_ready:
        return
    state.set_choice(catalogue.find(step.how["network"]).default_choice())
    state.dataset_requested.emit(step.how["data"])
    epochs = window.findChild(QAbstractSpinBox, "epochsField")
    if epochs is not None and epochs.isEnabled():
        epochs.findChild(QLineEdit).setText(step.how["epochs"])
        epochs.interpretText()
    if window.commands["run.start"].isEnabled():
        window.commands["run.start"].trigger()


def think_disk(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    return Step("disk", "", {"what": rng.choice(("cut", "remove", "touch")), "which": rng.random()})


def take_disk(step: Step, stage: Stage, props: Props) -> None:
    """Somebody else changes a file of a model, or a file in the folder of a run that is over."""
    is_on = {stage.window.state.training}
    runs = [
        path for path in (Path(os.environ["CNN_EXPLORER_HOME"]) / "runs").glob("*/*") if path.parent.name not in is_on
    ]
    files = sorted(path for path in runs if path.is_file() and "lock" not in path.name) + props.models
    file = files[int(step.how["which"] * len(files))]
    if step.how["what"] == "touch" and file.exists():
        os.utime(file, (time.time(), time.time()))
    elif step.how["what"] == "remove":
        file.unlink(missing_ok=True)
    elif file.exists():
        content = file.read_bytes()
        file.write_bytes(content[: len(content) // 2])


def think_end(rng: random.Random, stage: Stage, props: Props) -> Step | None:
    return Step("end", "", {"how": rng.choice(("close", "close", "action", "interrupt", "terminate", "quit"))})


def take_end(step: Step, stage: Stage, props: Props) -> None:
    how = step.how["how"]
    if how == "close":
        stage.window.close()
    elif how == "action":
        stage.window.commands["app.quit"].trigger()
    elif how == "quit":
        QApplication.instance().quit()
    else:
        os.kill(os.getpid(), signal.SIGINT if how == "interrupt" else signal.SIGTERM)
