"""Preprocessing: the arithmetic, the geometry, and the way to JSON and back."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantengine.data.guess import preprocessing
from quantengine.data.input import Input
from quantengine.data.options import InputOptions
from quantengine.data.preprocessing import PRESETS, Preprocessing
from quantengine.errors import DataError

RNG = np.random.default_rng(0)
IMAGE = RNG.integers(0, 256, (6, 8, 3), np.uint8)


def test_presets_follow_their_formulas() -> None:
    x = IMAGE.astype(np.float64).transpose(2, 0, 1)
    mean = np.array([0.485, 0.456, 0.406])[:, None, None]
    std = np.array([0.229, 0.224, 0.225])[:, None, None]
    expected = {
        "imagenet": (x / 255 - mean) / std,
        "tf": x / 127.5 - 1,
        "unit": x / 255,
        "raw": x,
    }
    assert set(expected) == set(PRESETS)
    for name, values in expected.items():
        found = PRESETS[name].apply(IMAGE)
        assert found.dtype == np.float32 and found.flags.c_contiguous
        np.testing.assert_allclose(found, values, rtol=0, atol=1e-6, err_msg=name)


def test_layout_colour_order_and_grey() -> None:
    assert np.array_equal(Preprocessing(layout="nhwc").apply(IMAGE), IMAGE)
    swapped = Preprocessing(layout="nhwc", bgr=True).apply(IMAGE)
    assert np.array_equal(swapped, IMAGE[:, :, ::-1])
    weights = np.array([0.299, 0.587, 0.114])
    for reduced in (Preprocessing(grey=True), Preprocessing(luma=True)):
        found = reduced.apply(IMAGE)
        assert found.shape == (1, 6, 8)
        np.testing.assert_allclose(found[0], IMAGE @ weights, atol=1.01)
    flat = IMAGE[:, :, 0]
    assert np.array_equal(Preprocessing(luma=True).apply(flat)[0], flat)


def test_resize_keeps_the_aspect_and_crop_takes_the_centre() -> None:
    tall = np.zeros((300, 150, 3), np.uint8)
    assert Preprocessing(resize=100).apply(tall).shape == (3, 200, 100)
    assert Preprocessing(resize=(32, 24)).apply(tall).shape == (3, 24, 32)
    rows = np.repeat(np.arange(10, dtype=np.uint8)[:, None], 10, axis=1)
    cropped = Preprocessing(crop=(4, 2)).apply(rows)[0]
    assert cropped.shape == (2, 4) and cropped[:, 0].tolist() == [4, 5]


def test_an_image_of_the_right_size_is_not_resampled() -> None:
    found = Preprocessing(resize=6, crop=6, layout="nhwc").apply(IMAGE)
    assert np.array_equal(found, IMAGE[:, 1:7])


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (np.zeros((4, 4, 3), np.float32), "uint8"),
        (np.zeros((4, 4, 5), np.uint8), "H, W, 3"),
        (np.zeros((0, 4, 3), np.uint8), "H, W, 3"),
        (np.zeros((4, 9, 3), np.uint8), "9x4, smaller than the crop 5x5"),
    ],
)
def test_unusable_images_are_refused(image: np.ndarray, words: str) -> None:
    with pytest.raises(DataError, match=words):
        Preprocessing(crop=5).apply(image)


def test_a_mean_for_each_channel_does_not_fit_one_channel() -> None:
    with pytest.raises(DataError, match="mean has 3 values but the image has 1 channel:"):
        PRESETS["imagenet"].apply(IMAGE[:, :, 0])


@pytest.mark.parametrize(
    "wrong",
    [
        {"std": (0.0,)},
        {"std": ()},
        {"mean": ()},
        {"scale": float("nan")},
        {"layout": "chwn"},
        {"resize": 0},
        {"crop": (1, 2, 3)},
        {"grey": True, "luma": True},
        {"blur": 3},
        {"mean": "a"},
        {"resize": "big"},
    ],
)
def test_impossible_values_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(DataError):
        Preprocessing.from_json(wrong)


sizes = st.one_of(st.none(), st.integers(1, 999), st.tuples(st.integers(1, 99), st.integers(1, 99)))
numbers = st.floats(0.01, 300)


@given(
    st.builds(
        Preprocessing,
        scale=numbers,
        mean=st.lists(numbers, min_size=1, max_size=3).map(tuple),
        std=st.lists(numbers, min_size=1, max_size=3).map(tuple),
        resize=sizes,
        crop=sizes,
        bgr=st.booleans(),
        luma=st.booleans(),
        layout=st.sampled_from(["nchw", "nhwc"]),
    )
)
def test_json_gives_the_same_value_back(value: Preprocessing) -> None:
    assert Preprocessing.from_json(json.loads(json.dumps(value.to_json()))) == value


def test_a_byte_is_the_code_of_its_value() -> None:
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    for value in (PRESETS["unit"], PRESETS["raw"], Preprocessing(mean=(127.0,), std=(128.0,))):
        grid = value.byte_grid()
        assert not isinstance(grid, str)
        scale, zero_point = grid
        codes = np.rint(value.apply(pixels)[0] / np.float32(scale)) + zero_point
        assert np.array_equal(codes, pixels)


def test_bytes_are_codes_with_one_scale_and_a_pixel_as_zero() -> None:
    assert "std differs" in str(PRESETS["imagenet"].byte_grid())
    assert "zero lies between two pixels (127.5)" in str(PRESETS["tf"].byte_grid())
    assert "zero is the pixel 300" in str(Preprocessing(mean=(300.0,)).byte_grid())
    assert "zero is the pixel -1" in str(Preprocessing(mean=(-1.0,)).byte_grid())


@pytest.mark.parametrize(("height", "width"), [(40, 80), (80, 40), (10, 30), (64, 64)])
def test_a_letterbox_keeps_the_aspect_and_says_where_pixels_lie(height: int, width: int) -> None:
    chosen = Preprocessing(resize=(64, 48), fill=114, layout="nhwc")
    image = np.full((height, width, 3), 255, np.uint8)
    found = chosen.apply(image)
    assert found.shape == (48, 64, 3)
    place = chosen.placement(width, height)
    (left, top), (right, low) = (
        tuple(round(corner[k] * place.scale[k] - place.offset[k]) for k in (0, 1))
        for corner in ((0, 0), (width, height))
    )
    inside = np.zeros((48, 64), bool)
    inside[top:low, left:right] = True
    assert np.all(found[inside] == 255) and np.all(found[~inside] == 114)
    assert abs((right - left) / width - (low - top) / height) < 0.5 / min(height, width) + 0.02
    assert Preprocessing.from_json(json.loads(json.dumps(chosen.to_json()))) == chosen


_IMAGE = Input("x", np.dtype("f4"), ("N", 3, 48, 64))
_ANY = Input("x", np.dtype("f4"), ("N", 3, None, None))


@pytest.mark.parametrize(
    ("spec", "said", "sizes"),
    [
        (_IMAGE, {"fit": "letterbox:0"}, ((64, 48), None, 0)),
        (_IMAGE, {"fit": "letterbox"}, ((64, 48), None, 114)),
        (_IMAGE, {"fit": "stretch"}, ((64, 48), None, None)),
        (_IMAGE, {"fit": "crop"}, (64, (64, 48), None)),
        (_ANY, {"fit": "letterbox", "resize": 96}, ((96, 96), None, 114)),
        (_ANY, {"fit": "crop", "resize": 96}, (96, (96, 96), None)),
    ],
)
def test_how_images_fit_is_as_it_is_said(spec: Input, said: dict[str, Any], sizes: Any) -> None:
    chosen, _ = preprocessing(spec, InputOptions(**said), (100, 200, 3))
    assert (chosen.resize, chosen.crop, chosen.fill) == sizes


@pytest.mark.parametrize(
    ("spec", "said", "words"),
    [
        (_ANY, {"fit": "letterbox"}, "say resize"),
        (_IMAGE, {"fit": "stretch", "crop": 32}, "crop cannot be said"),
        (_IMAGE, {"fit": "letterbox:300"}, "is unknown"),
        (_IMAGE, {"fit": "crop:3"}, "is unknown"),
    ],
)
def test_a_fit_that_cannot_be_is_refused(spec: Input, said: dict[str, Any], words: str) -> None:
    with pytest.raises(DataError, match=words):
        preprocessing(spec, InputOptions(**said), (100, 200, 3))
