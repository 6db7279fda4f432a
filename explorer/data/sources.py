"""Where the files of the known data sets come from, and how to know that they are right. No torch.

Addresses and checksums are those that torchvision 0.29 keeps (a test holds them together), with further places known
to have the same files after them; the checksum decides in any case.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_MNIST = ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/")
_FASHION = (
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
)
_KMNIST = ("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",)
_QMNIST = ("https://raw.githubusercontent.com/facebookresearch/qmnist/master/",)
_USPS = ("https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass/",)
_SVHN = ("http://ufldl.stanford.edu/housenumbers/",)
_CIFAR = ("https://www.cs.toronto.edu/~kriz/",)


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file by its name, the folders on the network that have it (ending in "/"), its MD5 and its bytes."""

    name: str
    places: tuple[str, ...]
    md5: str
    size: int

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(f"{place}{self.name}" for place in self.places)


@dataclass(frozen=True, slots=True)
class Source:
    """The files of a data set, and the folder among the program's data in which they are kept."""

    folder: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """Bytes to download."""
        return sum(file.size for file in self.files)


def _idx(places: tuple[str, ...], *rows: tuple[str, int]) -> tuple[RemoteFile, ...]:
    """The four files that MNIST and its likes have, from (MD5, bytes) of each."""
    names = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
    return tuple(
        RemoteFile(f"{name}-ubyte.gz", places, md5, size) for name, (md5, size) in zip(names, rows, strict=True)
    )


_EMNIST = Source(
    "emnist",
    (
        RemoteFile(
            "gzip.zip",
            ("https://biometrics.nist.gov/cs_links/EMNIST/", "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/"),
            "58c8d27c78d21e728a6bc7b3cc06412e",
            561_753_746,
        ),
    ),
)

SOURCES: Mapping[str, Source] = {
    "mnist": Source("mnist", _idx(
        _MNIST,
        ("f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422), ("d53e105ee54ea40749a09fcbcd1e9432", 28_881),
        ("9fb629c4189551a2d022fa330f9573f3", 1_648_877), ("ec29112dd5afa0611ce80d1b7f02629c", 4_542),
    )),
    "fashion-mnist": Source("fashion-mnist", _idx(
        _FASHION,
        ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880), ("25c81989df183df01b3e8a0aad5dffbe", 29_515),
        ("bef4ecab320f06d8554ea6380940ec79", 4_422_102), ("bb300cfdad3c16e7a12a480ee83cd310", 5_148),
    )),
    "kmnist": Source("kmnist", _idx(
        _KMNIST,
        ("bdb82020997e1d708af4cf47b453dcf7", 18_165_135), ("e144d726b3acfaa3e44228e80efcd344", 29_497),
        ("5c965bf0a639b31b8f53240b1b52f4d7", 3_041_136), ("7320c461ea6c1c855c0b718fb2a4b134", 5_120),
    )),
    "qmnist": Source("qmnist", (
        RemoteFile("qmnist-train-images-idx3-ubyte.gz", _QMNIST, "ed72d4157d28c017586c42bc6afe6370", 9_704_059),
        RemoteFile("qmnist-train-labels-idx2-int.gz", _QMNIST, "0058f8dd561b90ffdd0f734c6a30e5e4", 463_024),
        RemoteFile("qmnist-test-images-idx3-ubyte.gz", _QMNIST, "1394631089c404de565df7b7aeaf9412", 9_742_279),
        RemoteFile("qmnist-test-labels-idx2-int.gz", _QMNIST, "5b5b05890a5e13444e108efe57b788aa", 526_800),
    )),
    "emnist-letters": _EMNIST,
    "emnist-balanced": _EMNIST,
    "usps": Source("usps", (
        RemoteFile("usps.bz2", _USPS, "ec16c51db3855ca6c91edd34d0e9b197", 6_579_383),
        RemoteFile("usps.t.bz2", _USPS, "8ea070ee2aca1ac39742fdd1ef5ed118", 1_831_726),
    )),
    "svhn": Source("svhn", (
        RemoteFile("train_32x32.mat", _SVHN, "e26dedcc434d2e4c54c9b2d4a06d8373", 182_040_794),
        RemoteFile("test_32x32.mat", _SVHN, "eb5a983be6a315427106f1b164d9cef3", 64_275_384),
    )),
    "cifar10": Source("cifar10", (
        RemoteFile("cifar-10-python.tar.gz", _CIFAR, "c58f30108f718f92721af3b95e74349a", 170_498_071),
    )),
    "cifar100": Source("cifar100", (
        RemoteFile("cifar-100-python.tar.gz", _CIFAR, "eb9058c3a382ffc7106e4002c42a8d85", 169_001_437),
    )),
    "stl10": Source("stl10", (
        RemoteFile(
            "stl10_binary.tar.gz", ("http://ai.stanford.edu/~acoates/stl10/",),
            "91f7769df0f17e558f3565bffb0c7dfb", 2_640_397_119,
        ),
    )),
    "imagenette": Source("imagenette", (
        RemoteFile(
            "imagenette2-160.tgz", ("https://s3.amazonaws.com/fast-ai-imageclas/",),
            "e793b78cc4c9e9a4ccc0c1155377a412", 99_003_388,
        ),
    )),
    "eurosat": Source("eurosat", (
        RemoteFile(
            "EuroSAT.zip",
            ("https://huggingface.co/datasets/torchgeo/eurosat/resolve/c877bcd43f099cd0196738f714544e355477f3fd/",),
            "c8fa014336c82ac7804f0398fcb19387", 94_280_567,
        ),
    )),
}  # fmt: skip
