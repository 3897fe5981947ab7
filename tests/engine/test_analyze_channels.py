from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from quantengine.analyze.channels import (
    OUTLIER,
    activation_channels,
    channel_sqnr_db,
    per_channel_sqnr_db,
    weight_channels,
)
from quantengine.formats.dtype import INT8
from quantengine.formats.encoding import encode_range
from quantengine.observe.statistics import TensorStats
from quantengine.plan import QuantPlan
from quantengine.ranges.choice import RangeSpec

WIDTHS = np.array([1.0, 1.0, 1.2, 50.0, 0.0])
PLAN = replace(QuantPlan().weights, method="minmax", symmetric=True)


@pytest.fixture
def weight() -> np.ndarray:
    noise = np.random.default_rng(7).uniform(-1, 1, (5, 4, 3, 3)).astype(np.float32)
    noise[:, 0, 0, 0], noise[:, 1, 1, 1] = 1.0, -1.0
    return noise * WIDTHS[:, None, None, None].astype(np.float32)


def test_dead_and_outlier_channels_are_told_from_the_others(weight: np.ndarray) -> None:
    found = weight_channels(weight, 0, PLAN)
    np.testing.assert_allclose(found.width, WIDTHS, rtol=1e-6)
    assert found.dead.tolist() == [False, False, False, False, True]
    assert found.outliers.tolist() == [False, False, False, True, False]
    tame = weight_channels(weight[:3], 0, PLAN)
    assert not tame.outliers.any() and OUTLIER > 1.2


def test_one_scale_ruins_the_narrow_channels_and_not_the_widest(weight: np.ndarray) -> None:
    found = weight_channels(weight, 0, PLAN)
    assert found.tensor_db is not None and found.channel_db is not None
    assert found.tensor_db[0] < 15 and found.channel_db[0] > 40
    assert found.tensor_db[3] == pytest.approx(found.channel_db[3])
    assert np.isnan(found.channel_db[4])


def test_channels_run_along_the_axis_that_is_asked_for(weight: np.ndarray) -> None:
    turned = weight_channels(np.moveaxis(weight, 0, 1), 1, PLAN)
    straight = weight_channels(weight, 0, PLAN)
    np.testing.assert_array_equal(turned.high, straight.high)
    np.testing.assert_allclose(turned.tensor_db, straight.tensor_db)


def test_a_range_by_hand_holds_for_every_channel(weight: np.ndarray) -> None:
    by_hand = weight_channels(weight, 0, replace(PLAN, low=-1.2, high=1.2))
    np.testing.assert_allclose(by_hand.tensor_db, by_hand.channel_db)
    assert by_hand.tensor_db is not None and by_hand.tensor_db[3] < 1


def test_a_float_weight_has_ranges_but_no_sqnr(weight: np.ndarray) -> None:
    found = weight_channels(weight, 0, replace(PLAN, dtype="float"))
    assert found.tensor_db is None and found.high[3] == 50


def test_channel_figures_add_up_to_that_of_the_whole(weight: np.ndarray) -> None:
    widest = np.abs(weight).max(axis=(1, 2, 3)).astype(np.float64)
    encoding = encode_range(-widest.max(), widest.max(), INT8, symmetric=True, narrow=True)
    signal = (weight.astype(np.float64) ** 2).sum(axis=(1, 2, 3))
    found = channel_sqnr_db(weight, 0, encoding)
    noise = signal[:4] / 10 ** (found[:4] / 10)
    error = weight - encoding.fake_quantize(weight)
    assert noise.sum() == pytest.approx(float((error.astype(np.float64) ** 2).sum()), rel=1e-6)


def test_the_whole_weight_gains_from_scales_of_its_channels(weight: np.ndarray) -> None:
    spec = RangeSpec(INT8, symmetric=True, narrow=True)
    own = per_channel_sqnr_db(weight, 0, spec, "minmax")
    one = per_channel_sqnr_db(weight.reshape(1, -1), 0, spec, "minmax")
    assert own > one


def test_activations_have_ranges_of_channels_where_their_number_is_fixed() -> None:
    values = np.zeros((2, 3, 4), np.float32)
    values[:, 1] = np.linspace(-2, 5, 8).reshape(2, 4)
    found = activation_channels(TensorStats.of_values(values, "x", 1))
    assert found is not None and found.tensor_db is None
    assert found.low.tolist() == [0, -2, 0] and found.high.tolist() == [0, 5, 0]
    assert found.dead.tolist() == [True, False, True]
    assert activation_channels(TensorStats.of_values(values, "x")) is None
