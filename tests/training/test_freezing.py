"""Parts of a network that are not trained."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from explorer.architectures.lenet_bn import BatchNorm, LeNetBatchNorm
from explorer.errors import ExplorerError
from explorer.training import optimizers
from explorer.training.config import TrainConfig
from explorer.training.freezing import freeze
from explorer.training.loop import Position, train
from tests.training.stand_ins import setup


def network():
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return nn.Sequential(
            nn.Sequential(nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.ReLU()),
            nn.Sequential(nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3)),
            nn.Flatten(),
            nn.Linear(12, 2),
        )


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
def test_frozen_parts_stay_as_they_are_to_the_bit_and_the_rest_learns(optimizer):
    model = network()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    resting = freeze(model, ("0",))
    assert resting == (model[0][1],)
    made = optimizers.make(TrainConfig(optimizer=optimizer, weight_decay=0.1), model, torch.device("cpu"))
    parts = setup(model)
    parts = replace(parts, optimizer=made, resting=resting)
    list(train(parts, Position(), epochs=2))
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]) == name.startswith("0."), name


def test_the_batch_normalisation_of_the_lecture_rests_as_torchs_own_does():
    model = LeNetBatchNorm((1, 28, 28), 10)
    resting = freeze(model, ("features",))
    assert [type(module) for module in resting] == [BatchNorm, BatchNorm]
    parts = replace(setup(model), resting=resting)
    parts.begin_training()
    before = {name: value.clone() for name, value in model.features.state_dict().items()}
    model(torch.randn(4, 1, 28, 28))
    assert all(torch.equal(value, before[name]) for name, value in model.features.state_dict().items())


def test_what_lies_in_a_module_with_numbers_of_its_own_is_trained_as_before():
    model = nn.Sequential(nn.Sequential(nn.Linear(2, 2), nn.Dropout()), nn.Linear(2, 2))
    model[0].register_buffer("places", torch.arange(3))
    parts = replace(setup(model), resting=freeze(model, ("0",)))
    parts.begin_training()
    assert not model[0].training
    assert model[0][1].training


def test_a_path_does_not_reach_its_neighbours():
    model = nn.ModuleDict({"block1": nn.Linear(1, 1), "block10": nn.Linear(1, 1)})
    freeze(model, ("block1",))
    assert not model["block1"].weight.requires_grad
    assert model["block10"].weight.requires_grad


def test_a_single_parameter_can_be_frozen():
    model = network()
    freeze(model, ("3.weight",))
    assert [name for name, value in model.named_parameters() if not value.requires_grad] == ["3.weight"]


def test_an_unknown_path_is_answered_with_what_there_is():
    with pytest.raises(ExplorerError, match="no part 'stem'") as caught:
        freeze(network(), ("stem",))
    assert caught.value.hint.en == "There are: 0, 1, 2, 3."
    with pytest.raises(ExplorerError, match=r"no part '1\.7'") as caught:
        freeze(network(), ("1.7",))
    assert caught.value.hint.en == "There are: 1.0, 1.1."


def test_something_must_be_left_to_learn():
    with pytest.raises(ExplorerError, match="All of the network's weights"):
        freeze(network(), ("0", "1", "2", "3"))
