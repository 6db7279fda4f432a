"""Early stopping: whether the tests still get better. No torch."""

from dataclasses import asdict, dataclass
from typing import Any

from explorer.bilingual import Text
from explorer.training.events import EpochEnded


@dataclass(slots=True)
class Patience:
    """The best test so far, by loss and by accuracy; an epoch that improves either is a better one.

    Both, since the loss of a network that grows too sure may rise while its accuracy still does (Prechelt 1998 looks at
    the loss alone).

    Attributes:
        best_epoch: The latest epoch (from 0) that improved either; -1 before the first test.
        stale: Epochs since then.
    """

    loss: float | None = None
    accuracy: float | None = None
    best_epoch: int = -1
    stale: int = 0

    def take(self, ended: EpochEnded) -> None:
        """Takes in the test of one more epoch."""
        has_less_loss = self.loss is None or ended.test_loss < self.loss
        has_more_right = self.accuracy is None or ended.test_accuracy > self.accuracy
        if has_less_loss:
            self.loss = ended.test_loss
        if has_more_right:
            self.accuracy = ended.test_accuracy
        if has_less_loss or has_more_right:
            self.best_epoch, self.stale = ended.epoch, 0
        else:
            self.stale += 1

    def is_over(self, epochs: int) -> bool:
        """So many epochs have brought nothing better; never for 0."""
        return 0 < epochs <= self.stale

    def words(self, epochs: int) -> Text:
        """Why the training ends."""
        en = "The last epoch" if epochs == 1 else f"The last {epochs} epochs"
        return Text(
            f"{en} brought neither a lower test loss nor a higher test accuracy, so training ended early.",
            f"最近 {epochs} 轮的测试损失未降低，测试准确率也未提高，因此提前结束训练。",
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
