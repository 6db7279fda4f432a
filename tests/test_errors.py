"""What is said of a place that cannot be written says what to do about it."""

import errno
import sqlite3

import pytest

from explorer.errors import unwritable


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
