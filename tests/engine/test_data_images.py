"""Image files: what decodes, what is refused, and how a folder is read."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from quantengine.data import image
from quantengine.data.dataset import samples
from quantengine.data.input import Input
from quantengine.data.open import DataOptions, open_data
from quantengine.errors import DataError
from quantengine.monitor import Monitor

RGB = Input("x", np.dtype(np.float32), ("batch", 3, 8, 8))
RAW = DataOptions(preset="raw")


class Notebook(Monitor):
    """Remembers what was said."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)


def picture(path: Path, value: int = 7, size: tuple[int, int] = (8, 8)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (value, value, value)).save(path)
    return path


def bomb(path: Path, side: int) -> Path:
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = b""
    for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 9)), (b"IEND", b"")):
        checksum = struct.pack(">I", zlib.crc32(kind + body))
        chunks += struct.pack(">I", len(body)) + kind + body + checksum
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    return path


@pytest.mark.parametrize(
    "suffix", ["png", "jpg", "jpeg", "bmp", "webp", "PNG", "tif", "TIFF", "gif"]
)
def test_each_format_decodes(tmp_path: Path, suffix: str) -> None:
    path = picture(tmp_path / f"a.{suffix}", 200, (5, 4))
    assert image.size(path) == (5, 4)
    decoded = image.decode(path)
    assert decoded.shape == (4, 5, 3) and decoded.dtype == np.uint8
    np.testing.assert_allclose(decoded, 200, atol=2)


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "1", "CMYK"])
def test_each_colour_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("a.jpg" if mode == "CMYK" else "a.png")
    Image.new("RGB", (4, 4), "white").convert(mode).save(path)
    np.testing.assert_allclose(image.decode(path), 255, atol=1)


def test_sixteen_bits_are_scaled_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "deep.png"
    Image.fromarray(np.full((4, 4), 0x8000, np.uint16)).save(path)
    assert np.all(image.decode(path) == 0x80)


def test_a_sideways_photo_is_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (8, 4)).save(tmp_path / "a.jpg", exif=exif)
    assert image.size(tmp_path / "a.jpg") == (4, 8)
    assert image.decode(tmp_path / "a.jpg").shape == (8, 4, 3)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [10_000, 60_000])
def test_image_bombs_are_refused_from_the_header(tmp_path: Path, side: int) -> None:
    path = bomb(tmp_path / "bomb.png", side)
    for read in (image.size, image.decode):
        with pytest.raises(DataError, match="more than the limit"):
            read(path)


def test_a_bomb_is_refused_where_warnings_are_errors(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="more than the limit"):
        image.decode(bomb(tmp_path / "bomb.png", 10_000))


def test_damaged_images_are_refused(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    for suffix in ("png", "jpg", "bmp", "webp", "tif", "gif"):
        path = tmp_path / f"a.{suffix}"
        Image.fromarray(noise).save(path)
        whole = path.read_bytes()
        for kept in (0, 3, 20, len(whole) // 2, len(whole) * 3 // 4):
            path.write_bytes(whole[:kept])
            with pytest.raises(DataError):
                image.decode(path)


def test_foreign_formats_are_refused_whatever_their_name(tmp_path: Path) -> None:
    Image.new("RGB", (4, 4)).save(tmp_path / "a.ppm")
    (tmp_path / "a.ppm").rename(tmp_path / "a.png")
    with pytest.raises(DataError, match="not a PNG, JPEG, BMP, WebP, TIFF or GIF image"):
        image.decode(tmp_path / "a.png")


def test_a_jpeg_may_be_called_jfif(tmp_path: Path) -> None:
    picture(tmp_path / "a.jpg").rename(tmp_path / "a.jfif")
    assert open_data(tmp_path, [RGB], RAW).names == ("a.jfif",)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_tiff_lies_as_other_pictures_do(tmp_path: Path, orientation: int) -> None:
    pixels = np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3)
    exif = Image.Exif()
    exif[0x0112] = orientation
    for name in ("a.tif", "a.png"):
        Image.fromarray(pixels).save(tmp_path / name, exif=exif)
    assert image.size(tmp_path / "a.tif") == image.size(tmp_path / "a.png")
    assert np.array_equal(image.decode(tmp_path / "a.tif"), image.decode(tmp_path / "a.png"))


@pytest.mark.parametrize(
    ("pixels", "said"),
    [
        (np.full((4, 4), 0.5, np.float32), "it holds floats"),
        (np.full((4, 4), 70_000, np.int32), "from 70000 to 70000, which are no pixels"),
    ],
)
def test_a_tiff_of_measurements_is_no_picture(
    tmp_path: Path, pixels: np.ndarray, said: str
) -> None:
    Image.fromarray(pixels).save(tmp_path / "a.tif")
    with pytest.raises(DataError, match=said):
        image.decode(tmp_path / "a.tif")


def test_of_what_moves_the_first_picture_is_taken_and_that_is_said(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (8, 8), (shade,) * 3) for shade in (200, 10)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    data = open_data(tmp_path, [RGB], RAW)
    assert data.load(0).feeds["x"].min() == 200
    assert any("such as a.gif, the first is taken" in note for note in data.notes)


def test_heic_names_the_plugin_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image, "_formats", lambda: ("PNG",))
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    with pytest.raises(DataError, match="pip install pillow-heif"):
        image.decode(tmp_path / "a.heic")


def test_lines_of_text_keep_their_width(tmp_path: Path) -> None:
    line = Input("x", np.dtype(np.float32), ("batch", 3, 6, "width"))
    for name, wide in (("a.png", 24), ("b.png", 9)):
        picture(tmp_path / name, size=(wide, 12))
    data = open_data(tmp_path, [line], RAW)
    shapes = [data.load(place).feeds["x"].shape for place in (0, 1)]
    assert shapes == [(1, 3, 6, 12), (1, 3, 6, 4)]
    assert any("resized to height 6, aspect kept" in note for note in data.notes)
    lying = Input("x", np.dtype(np.float32), ("batch", 3, "height", 6))
    assert open_data(tmp_path, [lying], RAW).load(0).feeds["x"].shape == (1, 3, 3, 6)
    with pytest.raises(DataError, match="say resize too"):
        open_data(tmp_path, [line], DataOptions(preset="raw", fit="stretch"))


def test_a_folder_is_read_recursively_in_string_order(tmp_path: Path) -> None:
    for name in ("b/2.png", "b/10.jpg", "a.webp", ".hidden/c.png", "._a.png"):
        picture(tmp_path / name)
    (tmp_path / "notes.txt").write_text("x")
    data = open_data(tmp_path, [RGB], RAW)
    assert data.names == ("a.webp", "b/10.jpg", "b/2.png")
    sample = data.load(2)
    assert sample.name == "b/2.png"
    assert np.array_equal(sample.feeds["x"], np.full((1, 3, 8, 8), 7, np.float32))


def test_files_that_are_no_images_are_counted_and_texts_are_not(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "labels.txt").write_text("")
    assert not any("left out" in note for note in open_data(tmp_path, (RGB,), RAW).notes)
    for name in ("b.psd", "c.PSB"):
        (tmp_path / name).write_bytes(b"II")
    notes = open_data(tmp_path, (RGB,), RAW).notes
    assert "2 of 4 files are left out, being no images that can be read (.psb, .psd)." in notes


def test_linked_folders_are_not_entered_whatever_they_are_called(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "input_0.pb").write_bytes(b"")
    (folder := tmp_path / "data").mkdir()
    picture(folder / "a.png")
    (folder / "again").symlink_to(folder, target_is_directory=True)
    (folder / "test_data_set_0").symlink_to(tmp_path / "set", target_is_directory=True)
    assert open_data(folder, [RGB], RAW).names == ("a.png",)


def test_one_image_file_is_a_dataset(tmp_path: Path) -> None:
    assert open_data(picture(tmp_path / "a.png"), [RGB], RAW).names == ("a.png",)


def test_a_bad_image_is_skipped_by_name(tmp_path: Path) -> None:
    for index in range(20):
        picture(tmp_path / f"{index:02d}.png")
    (tmp_path / "07.png").write_bytes(b"broken")
    monitor = Notebook()
    data = open_data(tmp_path, [RGB], RAW, monitor=monitor)
    read = [sample.name for _, sample in samples(data, monitor)]
    assert len(read) == 19 and "07.png" not in read
    assert [said for said in monitor.said if said.startswith("skipped 07.png: ")]


def test_more_than_a_twentieth_of_bad_images_stop_the_run(tmp_path: Path) -> None:
    for index in range(20):
        picture(tmp_path / f"{index:02d}.png")
    for name in ("03.png", "07.png"):
        (tmp_path / name).write_bytes(b"broken")
    with pytest.raises(DataError, match=r"2 of 20 .* the first: 03\.png: "):
        list(samples(open_data(tmp_path, [RGB], RAW)))


def test_the_only_image_being_bad_stops_the_run(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"no sample could be used: a\.png: "):
        list(samples(open_data(tmp_path, [RGB], RAW)))


def test_a_shape_mismatch_names_file_input_expected_and_found(tmp_path: Path) -> None:
    picture(tmp_path / "wide.png", size=(9, 8))
    data = open_data(tmp_path, [RGB], DataOptions(preset="raw", crop=(9, 8)))
    with pytest.raises(DataError) as caught:
        data.load(0)
    for part in ("wide.png", "'x'", "[batch,3,8,8]", "[3,8,9]"):
        assert part in str(caught.value)


def test_size_and_layout_are_guessed_and_said(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", size=(500, 300))
    spec = Input("x", np.dtype(np.float32), (None, 224, 224, 3))
    monitor = Notebook()
    data = open_data(tmp_path, [spec], monitor=monitor)
    assert data.load(0).feeds["x"].shape == (1, 224, 224, 3)
    said = " ".join(monitor.said)
    assert "short side 256 and cropped to 224x224" in said
    assert "channels last" in said
    assert "preset 'imagenet': a guess" in said
    assert tuple(monitor.said) == data.notes


@pytest.mark.parametrize(
    ("shape", "stored", "found"),
    [
        ((1, 3, 240, 320), (500, 300), (1, 3, 240, 320)),
        (("n", 1, "h", "w"), (50, 30), (1, 1, 30, 50)),
        (("n", "c", "h", "w"), (50, 30), (1, 3, 30, 50)),
        (("n", 3, 32, 32), (50, 40), (1, 3, 32, 32)),
        ((3, 8, 8), (16, 8), (3, 8, 8)),
    ],
)
def test_images_are_brought_to_the_shape_of_the_input(
    tmp_path: Path,
    shape: tuple[int | str, ...],
    stored: tuple[int, int],
    found: tuple[int, ...],
) -> None:
    picture(tmp_path / "a.png", size=stored)
    data = open_data(tmp_path, [Input("x", np.dtype(np.float32), shape)])
    assert data.load(0).feeds["x"].shape == found


def test_overrides_reach_the_preprocessing(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", 127)
    options = DataOptions(mean=(127,), std=(128,), bgr=True, resize=10, crop=8)
    data = open_data(tmp_path, [RGB], options)
    used = data.preprocessing["x"]
    assert (used.resize, used.crop) == (10, 8)
    assert used.bgr and used.scale == 1
    assert not data.load(0).feeds["x"].any()


def test_a_fixed_batch_groups_images(tmp_path: Path) -> None:
    for index in range(5):
        picture(tmp_path / f"{index}.png", index)
    spec = Input("x", np.dtype(np.float32), (2, 3, 8, 8))
    data = open_data(tmp_path, [spec], RAW)
    assert len(data) == 2 and len(set(data.names)) == 2
    assert data.load(1).feeds["x"][:, 0, 0, 0].tolist() == [2, 3]
    assert any("no batch is filled: 1 row." in note for note in data.notes)
    with pytest.raises(DataError, match="batches of 9"):
        open_data(tmp_path, [Input("x", np.dtype(np.float32), (9, 3, 8, 8))], RAW)


def test_other_inputs_need_a_constant(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    ratio = Input("ratio", np.dtype(np.int64), ("batch", 2))
    with pytest.raises(DataError, match="map ratio=0"):
        open_data(tmp_path, [RGB, ratio], RAW)
    options = DataOptions(preset="raw", mapping={"ratio": "3"})
    feeds = open_data(tmp_path, [RGB, ratio], options).load(0).feeds
    assert feeds["ratio"].tolist() == [[3, 3]] and feeds["ratio"].dtype == np.int64
    with pytest.raises(DataError, match=r"cannot hold 0\.5"):
        open_data(tmp_path, [RGB, ratio], DataOptions(preset="raw", mapping={"ratio": 0.5})).load(0)


@pytest.mark.parametrize(
    "options",
    [
        DataOptions(preset="magic"),
        DataOptions(images="key"),
        DataOptions(mapping={"x": "key"}),
        DataOptions(mapping={"nothing": 0}),
        DataOptions(labels="absent.csv"),
        DataOptions(limit=0),
        DataOptions(start=5),
    ],
)
def test_options_that_do_not_fit_a_folder_are_refused(tmp_path: Path, options: DataOptions) -> None:
    picture(tmp_path / "a.png")
    with pytest.raises(DataError):
        open_data(tmp_path, [RGB], options)


def test_start_stop_and_limit_choose_samples(tmp_path: Path) -> None:
    for index in range(10):
        picture(tmp_path / f"{index}.png", index)
    data = open_data(tmp_path, [RGB], DataOptions(preset="raw", start=1, stop=9, limit=3))
    assert data.names == ("1.png", "5.png", "8.png")
    assert data.load(1).feeds["x"].flat[0] == 5
    assert data.subset([-1]).names == ("8.png",)
    assert data.subset(slice(0, 2)).subset([1]).digest(0) == data.digest(1)


def test_digests_follow_content_not_names(tmp_path: Path) -> None:
    for name, value in (("a.png", 1), ("b.png", 1), ("c.png", 2)):
        picture(tmp_path / name, value)
    data = open_data(tmp_path, [RGB], RAW)
    assert data.digest(0) == data.digest(1) != data.digest(2)


@pytest.mark.parametrize("content", ["empty", "text"])
def test_folders_without_data_are_refused(tmp_path: Path, content: str) -> None:
    if content == "text":
        (tmp_path / "a.txt").write_text("x")
    with pytest.raises(DataError, match="is empty" if content == "empty" else "holds 1 file"):
        open_data(tmp_path, [RGB])
    with pytest.raises(DataError, match="does not exist"):
        open_data(tmp_path / "absent", [RGB])
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(DataError, match="not usable"):
        open_data(tmp_path / "a.txt", [RGB])


def test_an_unreadable_folder_is_refused_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(tmp_path / "open" / "a.png")
    (tmp_path / "closed").mkdir()
    scan = os.scandir

    def guarded(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", guarded)
    with pytest.raises(DataError, match=r"closed' cannot be read \(Permission denied\)"):
        open_data(tmp_path, [RGB])


def test_an_impossible_path_is_refused() -> None:
    with pytest.raises(DataError, match=r"cannot be read|does not exist"):
        open_data("x" * 5000, [RGB])
