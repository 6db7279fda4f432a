"""Every file ends as pixels or as one plain sentence, soon, whatever is in it."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from explorer.data import images
from explorer.errors import ExplorerError
from tests.data import hostile
from tests.work import calls

MOST_CALLS = 2_000_000  # of functions; one icon with 65,536 pictures takes half of it


def sentence(refusal: pytest.ExceptionInfo[ExplorerError]) -> str:
    """The refusal in English, after a look at its form in both languages."""
    error = refusal.value
    for language in ("en", "zh"):
        words = error.language(language)
        assert "\n" not in words
        assert len(words) < 400
        assert words.rstrip()[-1] in ".。"
    assert any("\u4e00" <= character <= "\u9fff" for character in error.language("zh"))
    return error.language("en")


def outcome(source: Path | bytes) -> str:
    """Why it was refused, or nothing."""
    try:
        images.decode(source)
    except ExplorerError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", list(hostile.REFUSED))
def test_what_harms_is_refused_without_much_work(tmp_path: Path, name: str) -> None:
    path = hostile.write(tmp_path, name, hostile.REFUSED[name]())
    with pytest.raises(ExplorerError) as refusal:
        images.decode(path)
    assert name in sentence(refusal)
    assert calls(lambda: outcome(path)) < MOST_CALLS


@pytest.mark.parametrize("name", list(hostile.TAKEN))
def test_what_is_a_picture_is_taken(tmp_path: Path, name: str) -> None:
    path = hostile.write(tmp_path, name, hostile.TAKEN[name]())
    decoded = images.decode(path)
    assert calls(lambda: outcome(path)) < MOST_CALLS
    assert decoded.pixels.dtype == np.uint8
    assert decoded.pixels.shape[:2] == hostile.SIDE == decoded.size
    assert decoded.pixels.shape[2] in (1, 3)
    assert decoded.pixels.flags.c_contiguous


@pytest.mark.parametrize("name", list(hostile.EITHER))
def test_others_end_either_way(tmp_path: Path, name: str) -> None:
    path = hostile.write(tmp_path, name, hostile.EITHER[name]())
    words = outcome(path)
    assert words == "" or name in words
    assert calls(lambda: outcome(path)) < MOST_CALLS


def test_bytes_from_the_clipboard_are_taken_and_refused_alike() -> None:
    decoded = images.decode(hostile.encoded(hostile.photo(), "PNG"))
    assert np.array_equal(decoded.pixels, np.asarray(hostile.photo()))
    with pytest.raises(ExplorerError) as refusal:
        images.decode(b"nothing")
    assert sentence(refusal).startswith("This is no picture")


def test_a_bomb_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    """Measured in a process of its own; the interpreter with numpy and Pillow takes some 50 MB."""
    names = ("bomb-1-bit.png", "bomb-palette.png", "claims-2-31.png", "canvas.gif", "growing.gif", "huge.bmp",
             "claims.tif", "header-bomb.jpg", "claims.webp", "just-over.png")  # fmt: skip
    for name in names:
        hostile.write(tmp_path, name, hostile.REFUSED[name]())
    script = f"""
import resource
from pathlib import Path
from explorer.data import images
from explorer.errors import ExplorerError
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name in {names!r}:
    try:
        images.decode(Path({str(tmp_path)!r}) / name)
    except ExplorerError:
        continue
    raise SystemExit(name + " was taken")
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 30


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes that have names")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.png"
    os.mkfifo(path)
    with pytest.raises(ExplorerError, match="no regular file"):
        images.decode(path)


@pytest.mark.skipif(os.name != "posix", reason="about links and devices")
def test_links_and_devices(tmp_path: Path) -> None:
    (tmp_path / "zero.png").symlink_to("/dev/zero")
    (tmp_path / "dangling.png").symlink_to(tmp_path / "gone.png")
    (tmp_path / "loop.png").symlink_to(tmp_path / "loop.png")
    (tmp_path / "folder.png").mkdir()
    good = hostile.write(tmp_path, "good.png", hostile.encoded(hostile.photo(), "PNG"))
    (tmp_path / "link.png").symlink_to(good)
    for name, words in (
        ("zero.png", "no regular file"),
        ("dangling.png", "not there"),
        ("loop.png", "cannot be read"),
        ("folder.png", "is a folder"),
        ("never.png", "not there"),
    ):
        with pytest.raises(ExplorerError) as refusal:
            images.decode(tmp_path / name)
        assert words in sentence(refusal)
    assert images.decode(tmp_path / "link.png").size == hostile.SIDE


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="becomes another user")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = hostile.write(tmp_path, "secret.png", hostile.encoded(hostile.photo(), "PNG"))
    path.chmod(0)
    os.seteuid(65534)
    try:
        with pytest.raises(ExplorerError, match="may not read"):
            images.decode(path)
    finally:
        os.seteuid(0)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not allow such names")
def test_names_that_are_not_text(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.png"))
    path.write_bytes(hostile.encoded(hostile.photo(), "PNG"))
    assert images.decode(path).size == hostile.SIDE
    path.write_bytes(b"nothing")
    with pytest.raises(ExplorerError) as refusal:
        images.decode(path)
    sentence(refusal).encode("utf-8")
    with pytest.raises(ExplorerError) as refusal:
        images.decode(hostile.write(tmp_path, "line\nbreak.jpg", b"nothing"))
    assert "line\\nbreak.jpg" in sentence(refusal)


def test_a_name_with_a_zero_byte() -> None:
    with pytest.raises(ExplorerError):
        images.decode(Path("a\0b.png"))


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(images.MAX_BYTES + 1)
    with pytest.raises(ExplorerError, match="too large"):
        images.decode(path)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_upright(orientation: int) -> None:
    undo = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]  # the inverse of each turn
    stored = hostile.photo() if undo is None else hostile.photo().transpose(Image.Transpose(undo))
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = hostile.encoded(stored, "PNG", exif=exif)
    assert np.array_equal(images.decode(content).pixels, np.asarray(hostile.photo()))


def test_16_bits_are_scaled_not_cut_off() -> None:
    decoded = images.decode(hostile.TAKEN["16-bit.png"]())
    assert decoded.pixels.shape == (*hostile.SIDE, 1)
    assert set(np.unique(decoded.pixels)) == {127}


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ([0, 256, 65535], [0, 1, 255]),  # of 16 bits
        ([128, 129, 65535], [0, 1, 255]),
        ([0, 7, 255], [0, 7, 255]),  # bytes in wider numbers
        ([0, 131072, 262144], [0, 128, 255]),
        ([-4, 0, 4], [0, 128, 255]),
    ],
)
def test_greys_keep_their_own_scale_or_get_one(stored: list[int], shown: list[int]) -> None:
    image = Image.fromarray(np.array([stored], np.int32))
    decoded = images.decode(hostile.encoded(image, "TIFF"))
    assert decoded.pixels[0, :, 0].tolist() == shown
    assert bool(decoded.notes) == (shown[1] == 128)


@pytest.mark.parametrize("start", [b"<svg", b"  \n<html>", b"\xef\xbb\xbf<?xml", b"\xff\xfe<\0", b"\xfe\xff\0<"])
def test_texts_are_told_from_pictures(start: bytes) -> None:
    with pytest.raises(ExplorerError, match="is a text"):
        images.decode(start + b" and so on")


def test_the_limit_is_said_in_both_languages() -> None:
    with pytest.raises(ExplorerError, match="too large") as refusal:
        images.decode(hostile.REFUSED["just-over.png"]())
    assert refusal.value.hint is not None
    assert refusal.value.hint.en == "Up to 64 million pixels are read."
    assert "6400 万像素" in refusal.value.hint.zh


def test_a_path_without_a_name_is_shown_whole() -> None:
    assert images.shown_name(Path("/")) == "/"
    assert images.shown_name(Path("/a/b\nc.png")) == r"b\nc.png"


def test_transparent_parts_become_white_and_that_is_said() -> None:
    decoded = images.decode(hostile.TAKEN["invisible.png"]())
    assert (decoded.pixels == 255).all()
    assert [str(note) for note in decoded.notes] == ["Transparent parts are shown on white."]
    half = Image.new("RGBA", (60, 40), (0, 0, 0, 128))
    assert set(np.unique(images.decode(hostile.encoded(half, "PNG")).pixels)) == {127}


def test_opaque_alpha_is_nothing_to_speak_of() -> None:
    assert images.decode(hostile.TAKEN["alpha.png"]()).notes == ()


def test_pixels_that_are_no_numbers_are_counted() -> None:
    decoded = images.decode(hostile.TAKEN["not-numbers.tif"]())
    assert "3 pixels are no numbers" in str(decoded.notes[1])
    assert decoded.pixels[0, :3, 0].tolist() == [0, 0, 0]
    assert decoded.pixels.max() == 255


def test_print_colours_keep_their_look() -> None:
    decoded = images.decode(hostile.encoded(Image.new("CMYK", (60, 40), (0, 255, 255, 0)), "TIFF"))
    assert decoded.pixels[0, 0, 0] > 200
    assert decoded.pixels[0, 0, 1:].max() < 60
    assert "CMYK" in str(decoded.notes[0])


def test_only_the_first_picture_counts() -> None:
    for name in ("frames.gif", "pages.tif", "animated.webp", "animated.png"):
        first = images.decode(hostile.TAKEN[name]()).pixels[20, 30].astype(int)
        assert np.abs(first - (200, 0, 0)).max() < 12, name


def test_a_large_photograph_comes_at_a_lower_resolution() -> None:
    large = Image.effect_noise((4000, 3000), 40).convert("RGB")
    for kind in ("JPEG", "BMP"):
        decoded = images.decode(hostile.encoded(large, kind))
        assert decoded.size == (3000, 4000)
        assert images.ENOUGH <= min(decoded.pixels.shape[:2]) < 2 * images.ENOUGH
        assert abs(decoded.pixels.shape[1] / decoded.pixels.shape[0] - 4 / 3) < 0.01


def test_a_large_jpeg_is_decoded_at_a_fraction_of_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    reduced: list[tuple[int, int]] = []
    reduce = Image.Image.reduce
    monkeypatch.setattr(Image.Image, "reduce", lambda image, by: reduced.append(image.size) or reduce(image, by))
    large = Image.new("RGB", (1600, 800), "red")
    sizes = [images.decode(hostile.encoded(large, kind), at_least=100).pixels.shape[:2] for kind in ("PNG", "JPEG")]
    assert sizes == [(100, 200), (100, 200)]
    assert reduced == [(1600, 800)]  # of the PNG alone


def test_a_header_is_read_without_decoding(tmp_path: Path) -> None:
    grey = hostile.write(tmp_path, "g.png", hostile.TAKEN["grey.png"]())
    assert images.header(grey) == images.Header(hostile.SIDE, True)
    cut = hostile.write(tmp_path, "c.jpg", hostile.REFUSED["truncated.jpg"]())
    assert images.header(cut) == images.Header(hostile.SIDE, False)
    assert images.header(tmp_path / "none.png") is None


SEEDS = [make() for name, make in hostile.TAKEN.items() if name.startswith(("photo", "grey-", "progressive", "frames"))]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([seed[:6000] for seed in SEEDS]), st.data())
def test_any_damage_ends_in_pixels_or_a_sentence(content: bytes, data: st.DataObject) -> None:
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(damaged) // 2, len(damaged)))
    assert "\n" not in outcome(bytes(damaged[:cut]))


def test_decoding_prints_nothing(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("truncated.tif", "loop.tif", "truncated.avif"):
        with pytest.raises(ExplorerError):
            images.decode(io.BytesIO(hostile.REFUSED[name]()).getvalue())
    captured = capfd.readouterr()
    assert captured.out == captured.err == ""
