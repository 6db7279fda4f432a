"""Answers of a real model, against what a plain forward pass says."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from explorer.evaluation.collect import Collector, evaluate


class Source:
    image_count = 50

    def __init__(self) -> None:
        generator = torch.Generator().manual_seed(1)
        self.images = torch.randn(50, 3, 4, 4, generator=generator)
        self.labels = torch.randint(0, 7, (50,), generator=generator)

    def epoch(self, epoch: int, start: int = 0) -> Iterator[tuple[Tensor, Tensor]]:
        yield from zip(self.images.split(16), self.labels.split(16), strict=True)


def test_answers_are_those_of_one_forward_pass() -> None:
    source = Source()
    model = nn.Sequential(nn.Flatten(), nn.Linear(48, 7)).eval()
    state = torch.get_rng_state()
    steps, generator = [], evaluate(model, source, tuple("abcdefg"))
    while True:
        try:
            steps.append(next(generator))
        except StopIteration as end:
            found = end.value
            break
    with torch.no_grad():
        logits = model(source.images)
    assert steps[-1] == 1.0
    assert torch.equal(torch.from_numpy(found.answers[:, 0]), logits.argmax(1))
    expected = nn.functional.cross_entropy(logits, source.labels)
    assert abs(found.loss - expected.item()) < 1e-6
    assert found.answers.shape == (50, 5)
    assert torch.equal(state, torch.get_rng_state())


def test_few_classes_have_as_many_answers() -> None:
    collector = Collector()
    collector.add(torch.tensor([[2.0, 1.0]]), torch.tensor([1]))
    found = collector.take(("a", "b"))
    assert found.answers.tolist() == [[0, 1]]
    assert len(collector.take(("a", "b"))) == 0
