"""The two charts of a run: loss and accuracy over its epochs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.report import words
from explorer.report.chart import Axes, curve, draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.bilingual import Text
    from explorer.runs.curves.history import History

_FAINT, _TRAIN, _TEST = "#b9cdf3", "#2b66d9", "#c2570c"


def both(history: History, say: Callable[[Text], str]) -> str:
    """Loss and accuracy beside each other; nothing before the first step."""
    per_epoch = max(history.steps_per_epoch, 1)
    steps = np.arange(1, len(history.losses) + 1) / per_epoch
    epochs = np.asarray(history.epoch_steps, np.float64) / per_epoch
    told = (
        (words.LOSS, history.losses, history.epoch_train_losses, history.epoch_test_losses, None),
        (
            words.SHARE_RIGHT,
            history.accuracies,
            history.epoch_train_accuracies,
            history.epoch_test_accuracies,
            1.0,
        ),
    )
    drawn = (
        draw(
            Axes(say(title), say(words.EPOCH), top, is_share=top is not None),
            (
                curve(say(words.TRAIN_STEPS), _FAINT, steps, each),
                curve(say(words.TRAIN_EPOCHS), _TRAIN, epochs, train, is_dotted=True),
                curve(say(words.TEST_EPOCHS), _TEST, epochs, tests, is_dotted=True),
            ),
        )
        for title, each, train, tests, top in told
    )
    content = "".join(drawn)
    return f'<div class="charts">{content}</div>' if content else ""
