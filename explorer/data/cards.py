"""What is known of a data set before it is loaded. No torch, so that the window can list them at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.bilingual import Text
from explorer.errors import ExplorerError

FOLDER_PREFIX = "folder:"
DIGIT_CLASSES = tuple("0123456789")
FASHION_CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
CIFAR_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SHAPE_CLASSES = (
    "circle", "square", "triangle", "star", "ring", "cross", "heart", "crescent", "hexagon", "stripes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DatasetCard:
    """What is known of a data set without loading it.

    Attributes:
        size: Side of its square images in pixels; 0 where it is only known after loading.
        classes: Names in the order of the labels; empty where they are only known after loading.
        needs_download: Not carried with the program; `download_mb` come over the network once.
        source: Who made it, and under which licence.
    """

    name: str
    title: Text
    about: Text
    channels: int
    size: int
    classes: tuple[str, ...]
    train_images: int
    test_images: int
    needs_download: bool = False
    download_mb: int = 0
    source: str = ""

    @property
    def images(self) -> int:
        """Training and test images together."""
        return self.train_images + self.test_images


CARDS: Mapping[str, DatasetCard] = {
    card.name: card
    for card in (
        DatasetCard(
            "digits",
            Text("Handwritten digits", "手写数字"),
            Text(
                "1,797 real digits of 13 people, 8×8 pixels; carried with the program.",
                "13 个人书写的 1797 个真实数字，8×8 像素；随程序提供。",
            ),
            1, 8, DIGIT_CLASSES, 1437, 360,
            source="E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits (UCI, 1998), CC BY 4.0",
        ),
        DatasetCard(
            "shapes",
            Text("Coloured shapes", "彩色图形"),
            Text("Ten kinds of shape, drawn by the program in any size.", "十种图形，由程序生成，尺寸任意。"),
            3, 64, SHAPE_CLASSES, 4000, 1000,
            source="drawn by the program",
        ),
        DatasetCard(
            "mnist",
            Text("MNIST", "MNIST"),
            Text("70,000 handwritten digits, 28×28 pixels.", "70000 个手写数字，28×28 像素。"),
            1, 28, DIGIT_CLASSES, 60000, 10000, True, 12,
            source="Y. LeCun, C. Cortes, C. Burges",
        ),
        DatasetCard(
            "fashion-mnist",
            Text("Fashion-MNIST", "Fashion-MNIST"),
            Text("70,000 pieces of clothing in grey, 28×28 pixels.", "70000 张服装灰度图，28×28 像素。"),
            1, 28, FASHION_CLASSES, 60000, 10000, True, 31,
            source="Zalando Research, MIT licence",
        ),
        DatasetCard(
            "cifar10",
            Text("CIFAR-10", "CIFAR-10"),
            Text(
                "60,000 small colour photographs of animals and vehicles, 32×32 pixels.",
                "60000 张动物和交通工具的彩色小照片，32×32 像素。",
            ),
            3, 32, CIFAR_CLASSES, 50000, 10000, True, 171,
            source="A. Krizhevsky, V. Nair, G. Hinton",
        ),
    )
}  # fmt: skip


def find(name: str) -> DatasetCard:
    """The card of `name`; for `folder:PATH` one with what is not known left 0 or empty.

    Raises:
        ExplorerError: There is no such data set; the hint lists the names.
    """
    if name in CARDS:
        return CARDS[name]
    if name.startswith(FOLDER_PREFIX) and len(name) > len(FOLDER_PREFIX):
        folder = name.removeprefix(FOLDER_PREFIX)
        return DatasetCard(
            name,
            Text(f"Folder {folder}", f"文件夹 {folder}"),
            Text("Images in class folders.", "按类别分文件夹存放的图像。"),
            3, 0, (), 0, 0,
        )  # fmt: skip
    names = ", ".join([*CARDS, f"{FOLDER_PREFIX}PATH"])
    raise ExplorerError(
        Text(f"There is no data set {name!r}.", f"没有名为 {name!r} 的数据集。"),
        Text(f"Choose one of: {names}.", f"可选：{names}。"),
    )
