"""The real window in a process of its own; prints a JSON line for everything that a test waits for."""

import json
import sys

from explorer.app import create_window
from explorer.gui import ending


def tell(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


def main() -> int:
    app, window = create_window([])
    window.show()
    state = window.state
    state.ready_changed.connect(lambda: tell(event="ready"))
    state.noticed.connect(lambda message, hint, level: tell(event="notice", text=str(message), level=str(level)))
    state.image_changed.connect(lambda: tell(event="image", name=state.image and state.image.name))
    state.insight_changed.connect(lambda: state.insight and tell(event="insight", **found(state)))
    state.training_changed.connect(lambda: tell(event="training", run=state.training, paused=state.is_paused))
    tell(event="shown")
    status = app.exec()
    ending.leave(status)


def found(state) -> dict[str, object]:
    return {
        "image": state.image.name if state.image else None,
        "layers": len(state.insight.activations),
        "best": state.insight.predictions[0].label,
    }


if __name__ == "__main__":
    sys.exit(main())
