"""Names that the program proposes for files: allowed on every system, whichever one they are carried to."""

import re

LONGEST = 120  # characters; file systems allow 255 bytes, and a Chinese character takes three
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')  # by Windows; the slash by all
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # of Windows, whatever the ending


def fit(name: str) -> str:
    """`name` as that of a file, without its ending: a slash becomes a hyphen, and a device gets an underscore."""
    kept = _FORBIDDEN.sub("-", name)[:LONGEST].strip(" .")
    return f"{kept}_" if _DEVICES.fullmatch(kept) else kept or "network"
