"""Answers that are made up."""

import numpy as np

from explorer.evaluation.scores import Evaluation


def answers(labels: list[int], given: list[int], classes: tuple[str, ...] = ("cat", "dog", "fox")) -> Evaluation:
    """Each answer is given with a probability of 0.5 to 0.99; the second best is the class after."""
    first = np.array(given, np.int64)
    sure = np.linspace(0.5, 0.99, len(given)).astype(np.float32)
    best = np.stack([first, (first + 1) % len(classes)], 1)
    probabilities = np.stack([sure, 1 - sure], 1)
    losses = np.where(first == np.array(labels), -np.log(sure), 3 + sure).astype(np.float32)
    return Evaluation(np.array(labels, np.int64), best, probabilities, losses, classes)


def many(classes: int, images: int, accuracy: float = 0.8, seed: int = 0) -> Evaluation:
    """Answers of a network with so many classes."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, classes, images)
    first = np.where(random.random(images) < accuracy, labels, random.integers(0, classes, images))
    best = (first[:, None] + np.arange(min(5, classes))) % classes
    probabilities = np.sort(random.dirichlet(np.ones(best.shape[1]) * 0.3, images), 1)[:, ::-1].astype(np.float32)
    losses = -np.log(np.clip(probabilities[:, 0], 1e-3, 1))
    names = tuple(f"class {index}" for index in range(classes))
    return Evaluation(labels, best, np.ascontiguousarray(probabilities), losses.astype(np.float32), names)
