"""Why a program of torch.export is looked into, but not trained: what torch allows with one."""

from pathlib import Path

import pytest
import torch

pytestmark = [
    pytest.mark.skipif(torch.__version__ < (2, 9), reason="the program was made by a newer torch"),
    pytest.mark.filterwarnings("ignore:The given buffer is not writable"),  # torch 2.11 of its own loader
]
PROGRAM = Path(__file__).with_name("branching.pt2")


def test_a_program_cannot_be_switched_between_learning_and_predicting() -> None:
    model = torch.export.load(PROGRAM).module()
    assert all(weight.requires_grad for weight in model.parameters())  # it has gradients: that is not why
    for switch in (model.train, model.eval):
        with pytest.raises(NotImplementedError, match="not supported"):
            switch()
    before = {name: value.clone() for name, value in model.named_buffers()}
    model(torch.randn(2, 1, 12, 12))
    assert all(torch.equal(value, before[name]) for name, value in model.named_buffers())  # statistics stand still


def test_a_program_takes_batches_of_the_size_that_it_was_exported_with() -> None:
    model = torch.export.load(PROGRAM).module()
    with pytest.raises(AssertionError, match="Guard failed"):
        model(torch.randn(3, 1, 12, 12))
