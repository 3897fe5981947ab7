"""What of several arrays is an image, a mask or plain numbers, and how a person says otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from quantengine.data.dataset import Dataset, samples
from quantengine.data.input import Input
from quantengine.data.open import open_data
from quantengine.data.options import DataOptions, InputOptions
from quantengine.data.preprocessing import PRESETS, same_preparation
from quantengine.errors import DataError

F32, U8 = np.dtype(np.float32), np.dtype(np.uint8)
IMAGE = Input("image", F32, ("n", 3, 16, 16))
MASK = Input("mask", F32, ("n", 1, 16, 16))
PAIR = (IMAGE, MASK)
CODES = Input("image", U8, (1, 16, 16, 3))

random = np.random.default_rng(0)
PIXELS = random.integers(0, 256, (6, 16, 16, 3)).astype(np.uint8)
BITS = (random.random((6, 1, 16, 16)) < 0.5).astype(np.uint8)
PLANAR = PIXELS.transpose(0, 3, 1, 2)


def opened(
    folder: Path,
    specs: tuple[Input, ...],
    options: DataOptions | None = None,
    **arrays: np.ndarray[Any, Any],
) -> Dataset:
    np.savez(folder / "d.npz", **arrays)
    return open_data(folder / "d.npz", specs, options or DataOptions())


def fed(data: Dataset) -> dict[str, np.ndarray[Any, Any]]:
    found = [sample.feeds for _, sample in samples(data)]
    return {name: np.concatenate([feeds[name] for feeds in found]) for name in found[0]}


@pytest.mark.parametrize("specs", [PAIR, PAIR[::-1]])
@pytest.mark.parametrize("kind", [np.uint8, bool, np.int64, np.float32])
def test_a_mask_beside_an_image_passes_as_it_is(
    tmp_path: Path, specs: tuple[Input, ...], kind: type
) -> None:
    options = DataOptions(preset="imagenet")
    data = opened(tmp_path, specs, options, image=PIXELS, mask=BITS.astype(kind))
    feeds = fed(data)
    assert np.array_equal(feeds["mask"], BITS)
    assert np.allclose(feeds["image"][0], PRESETS["imagenet"].apply(PIXELS[0]))
    assert list(data.preprocessing) == ["image"]
    stored = data.describe()["preprocessing"]
    assert stored["image"]["preset"] == "imagenet"
    assert kind is np.float32 or any("'mask'" in note for note in data.notes)


def test_a_mask_beside_floats_stays_one_whatever_was_said(tmp_path: Path) -> None:
    values = random.normal(size=PLANAR.shape).astype(np.float32)
    data = opened(tmp_path, PAIR, DataOptions(preset="unit"), image=values, mask=BITS)
    feeds = fed(data)
    assert np.array_equal(feeds["image"], values) and np.array_equal(feeds["mask"], BITS)
    assert any("is not used" in note for note in data.notes)


def test_a_mask_of_black_and_white_becomes_zero_and_one(tmp_path: Path) -> None:
    data = opened(tmp_path, PAIR, image=PIXELS, mask=255 * BITS)
    assert np.array_equal(fed(data)["mask"], BITS)
    assert any("only 0 and 255" in note for note in data.notes)
    said = DataOptions(inputs={"mask": InputOptions(raw=True)})
    assert np.array_equal(
        fed(opened(tmp_path, PAIR, said, image=PIXELS, mask=255 * BITS))["mask"], 255 * BITS
    )


def test_each_input_can_be_told_apart(tmp_path: Path) -> None:
    said = {"mask": InputOptions(preset="unit"), "image": InputOptions(raw=True)}
    data = opened(tmp_path, PAIR, DataOptions(inputs=said), image=PLANAR, mask=BITS)
    feeds = fed(data)
    assert np.array_equal(feeds["image"], PLANAR)
    assert np.allclose(feeds["mask"], BITS / 255)
    both = DataOptions(preset="unit", inputs={"image": InputOptions(bgr=True)})
    feeds = fed(opened(tmp_path, PAIR, both, image=PIXELS, mask=BITS))
    assert np.allclose(feeds["image"], PLANAR[:, ::-1] / 255)


def test_images_of_different_sizes_are_each_fitted(tmp_path: Path) -> None:
    specs = (
        IMAGE,
        Input("small", F32, ("n", 8, 8, 3)),
        Input("depth", F32, ("n", 1, 16, 16)),
    )
    deep = random.integers(0, 4000, (6, 1, 16, 16)).astype(np.uint16)
    options = DataOptions(preset="tf", inputs={"small": InputOptions(mean=(0.5,), std=(0.5,))})
    data = opened(tmp_path, specs, options, image=PIXELS, small=PIXELS, depth=deep)
    feeds = fed(data)
    assert feeds["small"].shape == (6, 8, 8, 3) and feeds["image"].shape == (6, 3, 16, 16)
    assert np.array_equal(feeds["depth"], deep)
    assert np.allclose(feeds["image"], PLANAR / 127.5 - 1, atol=1e-6)
    used = {name: each.preset for name, each in data.preprocessing.items()}
    assert used == {"image": "tf", "small": "custom"}
    assert any("uint16" in note for note in data.notes)


def test_a_second_image_is_guessed_like_the_first(tmp_path: Path) -> None:
    specs = (
        IMAGE,
        Input("other", F32, ("n", 3, 16, 16)),
        Input("grey", F32, ("n", 1, 16, 16)),
    )
    grey = PIXELS[..., :1]
    data = opened(tmp_path, specs, DataOptions(preset="tf"), image=PIXELS, other=PIXELS, grey=grey)
    used = {name: each.preset for name, each in data.preprocessing.items()}
    assert used == {"image": "tf", "other": "tf", "grey": "tf"}
    data = opened(tmp_path, specs, DataOptions(), image=PIXELS, other=PIXELS, grey=grey)
    used = {name: each.preset for name, each in data.preprocessing.items()}
    assert used == {"image": "imagenet", "other": "imagenet", "grey": "unit"}
    assert any(
        note.startswith("Input 'other'") and "as for the image" in note for note in data.notes
    )


@pytest.mark.parametrize("kind", [np.uint8, np.int32, np.int64])
def test_a_model_that_takes_pixels_gets_pixels(tmp_path: Path, kind: type) -> None:
    data = opened(tmp_path, (CODES,), image=PIXELS.astype(kind))
    feeds = fed(data)
    assert feeds["image"].dtype == U8 and np.array_equal(feeds["image"], PIXELS)
    assert any("pass as they are" in note for note in data.notes)
    with pytest.raises(DataError, match="takes uint8, which cannot hold pixel/255"):
        opened(tmp_path, (CODES,), DataOptions(preset="unit"), image=PIXELS.astype(kind))
    plain = opened(tmp_path, (CODES,), DataOptions(preset="raw"), image=PIXELS.astype(kind))
    assert np.array_equal(fed(plain)["image"], PIXELS)


def test_values_that_are_no_pixels_are_refused(tmp_path: Path) -> None:
    data = opened(tmp_path, (CODES,), image=PIXELS.astype(np.int64) + 300)
    with pytest.raises(DataError, match="too small for the values"):
        data.load(0)
    data = opened(tmp_path, (IMAGE,), DataOptions(preset="unit"), image=PLANAR.astype(int) + 1)
    with pytest.raises(DataError, match=r"no pixels of 0\.\.255"):
        list(samples(data))


def test_integers_are_pixels_only_where_that_was_said(tmp_path: Path) -> None:
    said = opened(tmp_path, (IMAGE,), DataOptions(preset="unit"), image=PIXELS.astype(np.int64))
    assert np.allclose(fed(said)["image"], PLANAR / 255)
    plain = opened(tmp_path, (IMAGE,), image=PLANAR.astype(np.int64))
    assert np.array_equal(fed(plain)["image"], PLANAR)
    assert any("int64 values of 'image' pass as they are" in note for note in plain.notes)


def test_zeros_and_ones_alone_are_no_pixels_unless_said(tmp_path: Path) -> None:
    assert np.array_equal(fed(opened(tmp_path, (MASK,), mask=BITS))["mask"], BITS)
    said = opened(tmp_path, (MASK,), DataOptions(preset="unit"), mask=BITS)
    assert np.allclose(fed(said)["mask"], BITS / 255)
    grey = opened(tmp_path, (MASK,), mask=255 * BITS)
    assert np.array_equal(fed(grey)["mask"], BITS), "a picture, preset unit"


def test_grey_images_for_an_input_of_open_channels(tmp_path: Path) -> None:
    spec = Input("image", F32, ("n", "c", "h", "w"))
    data = opened(tmp_path, (spec,), image=PIXELS[..., :1])
    assert data.preprocessing["image"].preset == "unit"
    assert fed(data)["image"].shape == (6, 1, 16, 16)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"nothing": InputOptions(raw=True)}, "no input 'nothing': its inputs are image, mask"),
        ({"mask": InputOptions(preset="tf")}, "'mask'.*float32.*only integer images"),
        ({"image": InputOptions(preset="magic")}, "preset 'magic' is unknown"),
        ({"image": InputOptions(mean=(1, 2))}, "mean has 2 values"),
    ],
)
def test_what_does_not_fit_an_input_is_refused(
    tmp_path: Path, said: dict[str, InputOptions], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        opened(
            tmp_path, PAIR, DataOptions(inputs=said), image=PIXELS, mask=BITS.astype(np.float32)
        ).load(0)
    with pytest.raises(DataError, match="raw passes values as they are, so bgr"):
        InputOptions(raw=True, bgr=True)


def test_a_constant_is_never_prepared(tmp_path: Path) -> None:
    for options, words in (
        (InputOptions(preset="unit"), "'mask' is fed by no image or array"),
        (InputOptions(raw=True), ""),
    ):
        asked = DataOptions(mapping={"mask": 1}, inputs={"mask": options})
        Image.fromarray(PIXELS[0]).save(tmp_path / "a.png")
        if words:
            with pytest.raises(DataError, match=words):
                open_data(tmp_path, PAIR, asked)
        else:
            assert np.all(fed(open_data(tmp_path, PAIR, asked))["mask"] == 1)


def test_image_files_for_a_model_that_takes_pixels(tmp_path: Path) -> None:
    Image.fromarray(PIXELS[0]).save(tmp_path / "a.png")
    feeds = fed(open_data(tmp_path, [CODES]))
    assert feeds["image"].dtype == U8 and np.array_equal(feeds["image"][0], PIXELS[0])
    with pytest.raises(DataError, match="takes uint8"):
        open_data(tmp_path, [CODES], DataOptions(preset="imagenet"))


def folder(root: Path, **arrays: list[np.ndarray[Any, Any]]) -> Path:
    for index in range(len(next(iter(arrays.values())))):
        np.savez(root / f"{index}.npz", **{name: rows[index] for name, rows in arrays.items()})
    return root


def test_a_file_of_another_type_is_treated_alike_or_refused(tmp_path: Path) -> None:
    images = [PIXELS[0], PIXELS[1].astype(np.int64), PLANAR[2].astype(np.float32) / 255]
    data = open_data(folder(tmp_path, image=images), [IMAGE], DataOptions(preset="unit"))
    assert np.allclose(data.load(1).feeds["image"], PLANAR[1:2] / 255)
    with pytest.raises(DataError, match=r"2\.npz: .*float32 where pixels are expected"):
        data.load(2)
    data = open_data(folder(tmp_path, image=images[::-1]), [IMAGE], DataOptions(preset="unit"))
    assert not data.preprocessing
    with pytest.raises(DataError, match=r"2\.npz: array 'image' is uint8 where the first file"):
        data.load(2)


def test_masks_in_files_are_judged_over_several(tmp_path: Path) -> None:
    blank = [np.zeros((1, 1, 16, 16), np.uint8), *(BITS[k : k + 1] for k in range(1, 6))]
    data = open_data(folder(tmp_path, image=list(PIXELS), mask=blank), PAIR)
    assert np.array_equal(fed(data)["mask"][1:], BITS[1:])
    for index in range(6, 40):
        np.savez(tmp_path / f"{index}.npz", image=PIXELS[0], mask=BITS[0])
    np.savez(tmp_path / "12.npz", image=PIXELS[0], mask=200 * BITS[0])
    data = open_data(tmp_path, PAIR)
    place = data.names.index("12.npz")
    with pytest.raises(DataError, match=r"12\.npz: its mask holds 200 where others hold only 0"):
        data.load(place)


def test_stored_preprocessing_of_earlier_versions_is_that_of_the_one_image(tmp_path: Path) -> None:
    stored = opened(tmp_path, (IMAGE,), DataOptions(preset="tf"), image=PIXELS).describe()
    now = stored["preprocessing"]
    assert same_preparation(now["image"], now) and same_preparation(now, now["image"])
    assert not same_preparation(PRESETS["unit"].to_json(), now)
    assert not same_preparation(None, now) and same_preparation(None, None)
    assert not same_preparation({"a": now["image"]}, {"b": now["image"]})
