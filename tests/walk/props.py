"""What a walk drops, opens and types: good files, damaged ones, models as people write them, texts of all kinds."""

import json
import os
import random
import zipfile
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage

from explorer import paths

TEXTS = (
    "", " ", "0", "1", "-1", "2", "7", "10", "1e999", "nan", "inf", "0.5", "1,5", "1e-9", "99999999999999999999",
    "½", "٣", "汉字", "卷积 3×3", "🦆👩👩👧", "\u202egnirts", "e\u0301", "\x00", "a\nb", "<b>bold</b>", "&amp;",
    "%s %d {0} {}", "../../etc", "'; drop table", "(", "[a-", "\\", "*.*", "1/0", "3x32x32", "3×32×32", "1 x 0 x 0",
    "1,28,28", "100000", "0.0001", "conv", "relu", "resnet", "lenet", "-", "--help", "a" * 3000, "词" * 400, "true",
    "None", "1 2 3", "#3", "run 1", "5-3", "/nonexistent/x",
)  # fmt: skip

_MODELS = {
    "good.py": """
import torch
from torch import nn

class Small(nn.Module):
    def __init__(self, width: int = 4, classes: int = 10):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3, padding=1)
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        return self.head(torch.relu(self.conv(x)).mean((2, 3)))

class Grey(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Flatten(), nn.LazyLinear(10))

    def forward(self, x):
        return self.body(x)
""",
    "misfit.py": """
from torch import nn

class Misfit(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.head = nn.Linear(100, 10)

    def forward(self, x):
        return self.head(self.conv(x).flatten(1))
""",
    "needs arguments.py": """
from torch import nn

class Needs(nn.Module):
    def __init__(self, channels: int, depth):
        super().__init__()
        self.layers = nn.Sequential(*[nn.Conv2d(3, 3, 3, padding=1) for _ in range(depth)], nn.Conv2d(3, channels, 1))

    def forward(self, x):
        return self.layers(x).mean((2, 3))
""",
    "wrong.py": "class Broken(nn.Module\n    pass\n",
    "raises.py": "raise SystemExit('no')\n",
    "dies.py": """
import os
from torch import nn

class Dies(nn.Module):
    def forward(self, x):
        os._exit(3)
""",
    "nothing.py": "x = 1\n",
}


class Props:
    """Files in a folder of the walk's own, and what of them to take.

    Args:
        folder: An empty folder; exports go there too.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.exports = folder / "exports"
        self.exports.mkdir(parents=True)
        self.images = self._make_images()
        self.models = [self._write(name, code) for name, code in _MODELS.items()]
        self.garbage = self._make_garbage()
        self.folders = self._make_folders()

    def any_file(self, rng: random.Random) -> Path:
        """Mostly an image; now and then garbage, a model, or nothing that there is."""
        kinds = (self.images, self.garbage, self.models, [self.folder / "not there.png"], self.folders)
        return rng.choice(rng.choices(kinds, (6, 3, 0.5, 0.5, 1))[0])

    def mime(self, kind: str, paths_: list[str]) -> QMimeData:
        """What is dropped or copied: `kind` is "files", "image", "text", "address", "bytes" or "nothing"."""
        mime = QMimeData()
        if kind == "files":
            mime.setUrls([QUrl.fromLocalFile(path) for path in paths_])
        elif kind == "image":
            is_good = Path(paths_[0]) in self.images  # Qt warns of others, here and not in the program
            mime.setImageData(QImage(paths_[0]) if is_good else QImage())
        elif kind == "text":
            mime.setText(paths_[0])
        elif kind == "address":
            mime.setUrls([QUrl("http://127.0.0.1:9/picture.png"), QUrl("ftp:"), QUrl("file://nowhere/x.png"), QUrl()])
        elif kind == "bytes":
            mime.setData("application/x-qt-image", b"\x89PNG garbage")
            mime.setData("text/uri-list", b"\xff\xfe\x00not an address\r\n")
        return mime

    def _make_images(self) -> list[Path]:
        made = [paths.resources() / "samples" / name for name in ("cat.jpg", "camera.jpg")]
        sizes = {"photo.png": (300, 200), "one pixel.png": (1, 1), "line.png": (3000, 1), "数字 七.bmp": (28, 28)}
        for name, (width, height) in sizes.items():
            image = QImage(width, height, QImage.Format.Format_ARGB32)
            image.fill(QColor(200, 40, 90, 120))
            image.save(str(self.folder / name))
            made.append(self.folder / name)
        return made

    def _make_garbage(self) -> list[Path]:
        photo = (paths.resources() / "samples" / "cat.jpg").read_bytes()
        contents = {
            "cut off.jpg": photo[: len(photo) // 2],
            "empty.png": b"",
            "text.png": b"no image\n",
            "garbage.pt": os.urandom(400),
            "garbage.safetensors": (99999).to_bytes(8, "little") + b"{}",
            "garbage.pt2": b"PK\x03\x04garbage",
            "table.csv": b"a,b\n1,2\n",
            "no ending": b"x",
            "%41 #?&.gif": b"GIF89a",
            "data.tar.gz": b"\x1f\x8b garbage",
            "weights.json": json.dumps({"a": [1, 2]}).encode(),
        }
        return [self._write(name, content) for name, content in contents.items()]

    def _make_folders(self) -> list[Path]:
        classes = self.folder / "my images"
        for name in ("cats", "dogs", "类"):
            (classes / name).mkdir(parents=True)
            for number in range(6):
                image = QImage(20, 20, QImage.Format.Format_RGB32)
                image.fill(QColor(40 * number, 90, 20))
                image.save(str(classes / name / f"{number}.png"))
        (classes / "dogs" / "broken.png").write_bytes(b"no image")
        empty = self.folder / "empty folder.png"
        empty.mkdir()
        packed = self.folder / "my images.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            for path in sorted(classes.rglob("*.png")):
                archive.write(path, path.relative_to(self.folder))
        return [classes, empty, packed, self.folder]

    def _write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path
