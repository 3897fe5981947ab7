from __future__ import annotations

import numpy as np
import pytest

from quantengine.data.preprocessing import PRESETS, Preprocessing
from quantengine.data.preview import preview

IMAGE = np.random.default_rng(5).integers(0, 256, (6, 4, 3), np.uint8)


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_preparing_an_image_can_be_undone(preset: str) -> None:
    used = PRESETS[preset]
    np.testing.assert_array_equal(preview({"x": used.apply(IMAGE)[None]}, {"x": used}), IMAGE)


def test_channels_last_and_grey() -> None:
    used = Preprocessing(layout="nhwc", grey=True)
    found = preview({"x": used.apply(IMAGE)[None]}, {"x": used})
    assert found is not None
    assert found.shape == (6, 4, 1)


def test_values_of_unknown_origin_are_stretched() -> None:
    found = preview({"ids": np.zeros((1, 8), np.int64), "x": np.float32(IMAGE[None]) / 100}, {})
    assert found is not None
    assert (found.min(), found.max()) == (0, 255)


@pytest.mark.parametrize("shape", [(1, 8), (1, 5, 4, 4), (1, 3, 1, 1), (0, 3, 4, 4)])
def test_what_is_no_image_has_no_picture(shape: tuple[int, ...]) -> None:
    assert preview({"x": np.zeros(shape, np.float32)}, {}) is None
