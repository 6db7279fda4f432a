"""What is said of a place that cannot be written says what to do about it."""

import errno
import sqlite3

import pytest

from explorer.errors import near, unwritable


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "Make room"),
        (OSError(errno.EROFS, "Read-only file system"), "Allow writing"),
        (PermissionError(errno.EACCES, "Permission denied"), "Allow writing"),
        (sqlite3.OperationalError("database or disk is full"), "Make room"),
    ],
)
def test_the_advice_follows_the_reason(error: Exception, advice: str) -> None:
    assert advice in str(unwritable("here", error))


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("resnet50", "torchvision/resnet50"),
        ("inception_mnist", "mnist_inception"),
        ("ResNet-MNIST", "mnist_residual"),
        ("lenett", "lenet"),
    ],
)
def test_what_is_meant_by_a_name_is_proposed(name: str, meant: str) -> None:
    known = ("lenet", "resnet18", "mnist_inception", "mnist_residual", "torchvision/resnet50", "torchvision/vgg16")
    assert meant in near(name, known)
