"""Settings with which a network learns a data set without further thought. No torch."""

from dataclasses import dataclass

from explorer.catalogue import Choice
from explorer.training.config import TrainConfig

FEW_IMAGES = 10_000
LARGE_SIDE = 160  # pixels


@dataclass(frozen=True, slots=True)
class Rates:
    """Learning rates for Adam (and AdamW) and for SGD with momentum 0.9, and the start weights that go with them."""

    adam: float = 0.001
    sgd: float = 0.01
    initialisation: str = "default"


# Adam: tried on the carried digits, batches of 16 or 32, on one CPU thread. The small networks are over 95 % within
# ten epochs; LeNet with sigmoids stays at 10 % for the first five epochs of SGD at 0.1. Deep networks without
# normalisation need the small rates to start at all. SGD for the larger ones: the lecture's rate, divided by ten
# because momentum of 0.9 takes ten times the step.
_RATES = {
    "lenet": Rates(0.005, 0.05, "xavier"),
    "lenet_bn": Rates(0.005, 0.05, "xavier"),
    "mnist_inception": Rates(0.001, 0.01),
    "mnist_residual": Rates(0.002, 0.05),
    "alexnet": Rates(0.0003, 0.001, "xavier"),
    "vgg11": Rates(0.0001, 0.005, "xavier"),
    "nin": Rates(0.0005, 0.01, "xavier"),
    "googlenet": Rates(0.0003, 0.01, "xavier"),
    "resnet18": Rates(0.001, 0.005),
    "resnet18_preact": Rates(0.001, 0.005),
    "densenet": Rates(0.001, 0.01),
    "cifar_resnet": Rates(0.001, 0.01),
}


def config_for(choice: Choice, *, images: int, optimizer: str = "adam") -> TrainConfig:
    """Settings for `choice` on so many training images (0 where that is not known).

    With few images the batches are small, so that an epoch has enough steps; with large images too, so that a step is
    short enough to be stopped in.
    """
    rates = _RATES.get(choice.architecture, Rates())
    is_sgd = optimizer == "sgd"
    # Sigmoids pass on small gradients: they take, and need, the larger step.
    sgd = 2 * rates.sgd if choice.settings.get("activation") == "sigmoid" else rates.sgd
    has_few = images < FEW_IMAGES
    small = 16 if max(choice.input_shape[1:]) >= LARGE_SIDE else 32
    return TrainConfig(
        epochs=15 if has_few else 10,
        batch_size=small if has_few else 128,
        optimizer=optimizer,
        lr=sgd if is_sgd else rates.adam,
        initialisation=rates.initialisation,
    )
