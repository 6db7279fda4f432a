"""What is known of a data set before it is loaded. No torch, so that the window can list them at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.bilingual import Text
from explorer.data import class_names
from explorer.data.sources import SOURCES
from explorer.errors import ExplorerError, near

FOLDER_PREFIX = "folder:"


@dataclass(frozen=True, slots=True)
class DatasetCard:
    """What is known of a data set without loading it.

    Attributes:
        size: Side of its images in pixels (the shorter one where they differ); 0 where it is only known after loading.
        classes: Names in the order of the labels; empty where they are only known after loading.
        source: Who made it, and under which licence; empty for what the program draws itself.
    """

    name: str
    title: Text
    about: Text
    channels: int
    size: int
    classes: tuple[str, ...]
    train_images: int
    test_images: int
    source: str = ""

    @property
    def images(self) -> int:
        """Training and test images together."""
        return self.train_images + self.test_images

    @property
    def is_folder(self) -> bool:
        """A folder of the user, of which `find` knows no more than the name."""
        return self.name.startswith(FOLDER_PREFIX)

    @property
    def needs_download(self) -> bool:
        """Not carried with the program; its files come over the network once."""
        return self.name in SOURCES

    @property
    def download_bytes(self) -> int:
        """What comes over the network; 0 for what needs no download."""
        return SOURCES[self.name].size if self.needs_download else 0

    @property
    def download_mb(self) -> int:
        """The same in millions."""
        return round(self.download_bytes / 1e6)


CARDS: Mapping[str, DatasetCard] = {
    card.name: card
    for card in (
        DatasetCard(
            "digits",
            Text("Handwritten digits", "手写数字"),
            Text(
                "1\u202f797 real digits of 13 people, 8×8 pixels; carried with the program.",
                "13 个人书写的 1\u202f797 个真实数字，8×8 像素；随程序提供。",
            ),
            1, 8, class_names.DIGITS, 1437, 360,
            source="E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits (UCI, 1998), CC BY 4.0",
        ),
        DatasetCard(
            "shapes",
            Text("Coloured shapes", "彩色图形"),
            Text("Ten kinds of shape, drawn by the program in any size.", "十种图形，由程序生成，尺寸任意。"),
            3, 64, class_names.SHAPES, 4000, 1000,
        ),
        DatasetCard(
            "mnist",
            Text("MNIST", "MNIST"),
            Text("70\u202f000 handwritten digits, 28×28 pixels.", "70\u202f000 个手写数字，28×28 像素。"),
            1, 28, class_names.DIGITS, 60000, 10000,
            source="Y. LeCun, C. Cortes, C. Burges",
        ),
        DatasetCard(
            "fashion-mnist",
            Text("Fashion-MNIST", "Fashion-MNIST"),
            Text("70\u202f000 pieces of clothing in grey, 28×28 pixels.", "70\u202f000 张服装灰度图，28×28 像素。"),
            1, 28, class_names.FASHION, 60000, 10000,
            source="Zalando Research, MIT licence",
        ),
        DatasetCard(
            "cifar10",
            Text("CIFAR-10", "CIFAR-10"),
            Text(
                "60\u202f000 small colour photographs of animals and vehicles, 32×32 pixels.",
                "60\u202f000 张动物和交通工具的彩色小照片，32×32 像素。",
            ),
            3, 32, class_names.CIFAR10, 50000, 10000,
            source="A. Krizhevsky, V. Nair, G. Hinton",
        ),
        DatasetCard(
            "cifar100",
            Text("CIFAR-100", "CIFAR-100"),
            Text(
                "As CIFAR-10, but of 100 classes with 600 images each.",
                "与 CIFAR-10 相同的彩色小照片，但有 100 个类别，每类 600 张。",
            ),
            3, 32, class_names.CIFAR100, 50000, 10000,
            source="A. Krizhevsky, V. Nair, G. Hinton",
        ),
        DatasetCard(
            "svhn",
            Text("SVHN", "SVHN 门牌号"),
            Text(
                "99\u202f289 digits of house numbers in street photographs, in colour, 32×32 pixels.",
                "街景照片中的 99\u202f289 个门牌号数字，彩色，32×32 像素。",
            ),
            3, 32, class_names.DIGITS, 73257, 26032,
            source="Y. Netzer et al.: Reading Digits in Natural Images (2011); for non-commercial use",
        ),
        DatasetCard(
            "kmnist",
            Text("Kuzushiji-MNIST", "Kuzushiji-MNIST"),
            Text(
                "70\u202f000 characters of old Japanese handwriting, 28×28 pixels.",
                "70\u202f000 个日本古籍手写假名，28×28 像素。",
            ),
            1, 28, class_names.KUZUSHIJI, 60000, 10000,
            source="CODH, T. Clanuwat et al. (2018), CC BY-SA 4.0",
        ),
        DatasetCard(
            "qmnist",
            Text("QMNIST", "QMNIST"),
            Text(
                "MNIST made anew from the same forms, with 60\u202f000 test digits in place of 10\u202f000.",
                "由同一批原始表格重新制作的 MNIST，测试数字由 10\u202f000 个增至 60\u202f000 个。",
            ),
            1, 28, class_names.DIGITS, 60000, 60000,
            source="C. Yadav, L. Bottou (2019), BSD licence",
        ),
        DatasetCard(
            "emnist-letters",
            Text("EMNIST letters", "EMNIST 字母"),
            Text(
                "145\u202f600 handwritten letters, capital and small together, 28×28 pixels.",
                "145\u202f600 个手写字母，大小写合为一类，28×28 像素。",
            ),
            1, 28, class_names.LETTERS, 124800, 20800,
            source="G. Cohen et al. (2017), from NIST Special Database 19",
        ),
        DatasetCard(
            "emnist-balanced",
            Text("EMNIST balanced", "EMNIST 均衡"),
            Text(
                "131\u202f600 handwritten digits and letters of 47 classes of equal size, 28×28 pixels.",
                "131\u202f600 个手写数字和字母，47 个类别数量相等，28×28 像素。",
            ),
            1, 28, class_names.DIGITS_AND_LETTERS, 112800, 18800,
            source="G. Cohen et al. (2017), from NIST Special Database 19",
        ),
        DatasetCard(
            "usps",
            Text("USPS", "USPS 邮政编码"),
            Text(
                "9\u202f298 digits from envelopes of the US mail, 16×16 pixels.",
                "美国邮政信封上的 9\u202f298 个数字，16×16 像素。",
            ),
            1, 16, class_names.DIGITS, 7291, 2007,
            source="J. Hull (1994), in the form of LIBSVM's collection",
        ),
        DatasetCard(
            "stl10",
            Text("STL-10", "STL-10"),
            Text(
                "13\u202f000 colour photographs of ten classes, 96×96 pixels; the archive also has 100\u202f000 "
                "without labels, which are not used.",
                "十个类别的 13\u202f000 张彩色照片，96×96 像素；压缩包中另有 100\u202f000 张无标签图像，不使用。",
            ),
            3, 96, class_names.STL10, 5000, 8000,
            source="A. Coates, H. Lee, A. Ng (2011), from ImageNet; for research",
        ),
        DatasetCard(
            "imagenette",
            Text("Imagenette", "Imagenette"),
            Text(
                "13\u202f394 photographs of ten classes of ImageNet that are easy to tell apart, 160 pixels high "
                "or wide.",
                "ImageNet 中十个易于区分的类别，共 13\u202f394 张照片，短边 160 像素。",
            ),
            3, 160, tuple(class_names.IMAGENETTE.values()), 9469, 3925,
            source="J. Howard, fast.ai; images from ImageNet, for research",
        ),
        DatasetCard(
            "eurosat",
            Text("EuroSAT", "EuroSAT"),
            Text(
                "27\u202f000 satellite pictures of ten kinds of land in Europe, 64×64 pixels; a fifth is kept for "
                "testing.",
                "欧洲十类土地的 27\u202f000 张卫星图像，64×64 像素；其中五分之一用于测试。",
            ),
            3, 64, tuple(class_names.EUROSAT.values()), 21600, 5400,
            source="P. Helber et al. (2019), MIT licence; contains Copernicus Sentinel data",
        ),
    )
}  # fmt: skip


def short_title(name: str) -> Text:
    """What a data set is called among others: of a folder its last part, of one that is not known its name."""
    if name.startswith(FOLDER_PREFIX):
        path = name.removeprefix(FOLDER_PREFIX)
        last = path.rstrip("/\\").replace("\\", "/").rsplit("/", 1)[-1] or path
        return Text(last, last)
    return CARDS[name].title if name in CARDS else Text(name, name)


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
            Text("Images in class folders, or an archive of them.", "按类别分文件夹存放的图像，或其压缩包。"),
            3, 0, (), 0, 0,
        )  # fmt: skip
    close = ", ".join(near(name, CARDS))
    question = Text(f"Did you mean {close}? ", f"您是指 {close} 吗？") if close else Text("", "")
    names = ", ".join([*CARDS, f"{FOLDER_PREFIX}PATH"])
    raise ExplorerError(
        Text(f"There is no data set {name!r}.", f"没有名为 {name!r} 的数据集。"),
        Text(f"{question.en}Choose one of: {names}.", f"{question.zh}可选：{names}。"),
    )
