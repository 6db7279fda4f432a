"""Writing files where the user wants them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from explorer.bilingual import Text
from explorer.errors import ExplorerError


@contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """Turns what the system says of a folder or file that cannot be written into words for the user.

    Raises:
        ExplorerError: An `OSError` came up inside.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExplorerError(
            Text(f"{path} cannot be written: {reason}.", f"无法写入 {path}：{reason}。"),
            Text("Choose another place, or make room.", "请换一个位置，或腾出空间。"),
        ) from error
