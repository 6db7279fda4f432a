"""Answers of a real model, against what a plain forward pass says."""

import torch
from torch import nn

from explorer.evaluation.collect import Collector


def test_answers_are_those_of_one_forward_pass() -> None:
    generator = torch.Generator().manual_seed(1)
    images = torch.randn(50, 48, generator=generator)
    labels = torch.randint(0, 7, (50,), generator=generator)
    model, collector = nn.Linear(48, 7), Collector()
    with torch.no_grad():
        for batch, true in zip(images.split(16), labels.split(16), strict=True):
            collector.add(model(batch), true)
        logits = model(images)
    found = collector.take(tuple("abcdefg"))
    assert torch.equal(torch.from_numpy(found.answers[:, 0]), logits.argmax(1))
    assert abs(found.loss - nn.functional.cross_entropy(logits, labels).item()) < 1e-6
    assert found.answers.shape == (50, 5)


def test_few_classes_have_as_many_answers() -> None:
    collector = Collector()
    collector.add(torch.tensor([[2.0, 1.0]]), torch.tensor([1]))
    found = collector.take(("a", "b"))
    assert found.answers.tolist() == [[0, 1]]
    assert len(collector.take(("a", "b"))) == 0
