"""What the curves of a run that is over say of it, and what could be tried. Silent where nothing is wrong. No torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.training.events import Finished

if TYPE_CHECKING:
    from explorer.runs.curves.history import History

_CHANCE = 1.3  # times the accuracy of guessing: up to there nothing has been learned
_FEW_STEPS = 20  # too few for anything to be learned
_EPOCHS_SINCE = 3  # without a better test loss, before it is said to have grown
_GROWN, _APART = 1.25, 2.0  # times the least test loss, and times the training loss
_STILL_FALLING = 0.93  # of the test loss of the epoch before


def diagnose(history: History, classes: int) -> Text | None:
    """A sentence or two on a run of a network that tells so many `classes` apart; None where nothing is to be said."""
    tests, accuracies = history.epoch_test_losses, history.epoch_test_accuracies
    if history.ending is None or len(tests) < 2:
        return None
    is_guessing = float(accuracies.max()) <= min(_CHANCE / max(classes, 1), 0.9)
    if is_guessing and history.step < _FEW_STEPS:
        return Text(
            f"Hardly trained: {history.step} steps in all. Smaller batches or more epochs make more of them.",
            f"几乎没有训练：总共只有 {history.step} 步。减小批量大小或增加轮数可得到更多步。",
        )
    if is_guessing:
        return Text(
            "Nothing was learned: the test is no better than guessing. Try another learning rate, ReLU or batch norm.",
            "没有学到东西：测试结果与猜测无异。可尝试其他学习率、ReLU 或批量规范化。",
        )
    best = int(tests.argmin())
    last, least, train = float(tests[-1]), float(tests[best]), float(history.epoch_train_losses[-1])
    if len(tests) - 1 - best >= _EPOCHS_SINCE and last > _GROWN * least and last > _APART * train:
        return Text(
            f"Overfitted: the test loss was least after epoch {best + 1} and is {last / least:.1f} times as high now. "
            "More data, augmentation or weight decay would help.",
            f"过拟合：测试损失在第 {best + 1} 轮最低，现在是其 {last / least:.1f} 倍。"
            "增加数据、数据增广或权重衰减会有帮助。",
        )
    if isinstance(history.ending, Finished) and last == least and last < _STILL_FALLING * float(tests[-2]):
        return Text(
            "Still getting better at the end: more epochs would go further.",
            "结束时仍在进步：增加轮数会更好。",
        )
    return None
