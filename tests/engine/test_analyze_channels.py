from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.channels import (
    OUTLIER,
    activation_channels,
    channel_sqnr_db,
    planned_sqnr_db,
    weight_channels,
)
from quantengine.formats.dtype import INT8
from quantengine.formats.encoding import encode_range
from quantengine.formats.granularity import PER_TENSOR
from quantengine.graph.model import FloatModel
from quantengine.observe.collector import stats_of
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import Resolution, resolve_plan
from tests.engine.onnx_text import text_model

WIDTHS = np.array([1.0, 1.0, 1.2, 50.0, 0.0])
FLOATS = replace(QuantPlan().activations, dtype="float")
PLAN = QuantPlan(weights=replace(QuantPlan().weights, method="minmax"), activations=FLOATS)
GRAPH = """agraph (float[N, 4, 8, 8] x) => (float[N, K, 6, 6] y) {
    y = Conv(x, w)
}"""


@pytest.fixture
def weight() -> np.ndarray:
    noise = np.random.default_rng(7).uniform(-1, 1, (5, 4, 3, 3)).astype(np.float32)
    noise[:, 0, 0, 0], noise[:, 1, 1, 1] = 1.0, -1.0
    return noise * WIDTHS[:, None, None, None].astype(np.float32)


def resolved(
    folder: Path, weight: np.ndarray, plan: QuantPlan = PLAN
) -> tuple[FloatModel, Resolution]:
    model = text_model(folder / "m.onnx", GRAPH, {"w": weight})
    return model, resolve_plan(model, plan)


def by_hand(low: float, high: float) -> QuantPlan:
    return replace(PLAN, weights=replace(PLAN.weights, low=low, high=high))


def test_dead_and_outlier_channels_are_told_from_the_others(
    tmp_path: Path, weight: np.ndarray
) -> None:
    found = weight_channels(*resolved(tmp_path, weight), "w", 0)
    np.testing.assert_allclose(found.width, WIDTHS, rtol=1e-6)
    assert found.dead.tolist() == [False, False, False, False, True]
    assert found.outliers.tolist() == [False, False, False, True, False]
    tame = weight_channels(*resolved(tmp_path, weight[:3]), "w", 0)
    assert not tame.outliers.any() and OUTLIER > 1.2


def test_one_scale_ruins_the_narrow_channels_and_not_the_widest(
    tmp_path: Path, weight: np.ndarray
) -> None:
    found = weight_channels(*resolved(tmp_path, weight), "w", 0)
    assert found.tensor_db is not None and found.channel_db is not None
    assert found.tensor_db[0] < 15 and found.channel_db[0] > 40
    assert found.tensor_db[3] == pytest.approx(found.channel_db[3])
    assert np.isnan(found.channel_db[4])


def test_channels_run_along_the_axis_that_is_asked_for(tmp_path: Path, weight: np.ndarray) -> None:
    graph = GRAPH.replace("Conv(", "ConvTranspose(").replace("N, K, 6, 6", "N, 5, 10, 10")
    turning = text_model(tmp_path / "t.onnx", graph, {"w": np.moveaxis(weight, 0, 1)})
    turned = weight_channels(turning, resolve_plan(turning, PLAN), "w", 1)
    straight = weight_channels(*resolved(tmp_path, weight), "w", 0)
    np.testing.assert_array_equal(turned.high, straight.high)
    np.testing.assert_allclose(turned.tensor_db, straight.tensor_db)


def test_a_range_by_hand_holds_for_every_channel(tmp_path: Path, weight: np.ndarray) -> None:
    held = weight_channels(*resolved(tmp_path, weight, by_hand(-1.2, 1.2)), "w", 0)
    np.testing.assert_allclose(held.tensor_db, held.channel_db)
    assert held.tensor_db is not None and held.tensor_db[3] < 1


def test_a_float_weight_has_ranges_but_no_sqnr(tmp_path: Path, weight: np.ndarray) -> None:
    plan = replace(PLAN, weights=replace(PLAN.weights, dtype="float"))
    found = weight_channels(*resolved(tmp_path, weight, plan), "w", 0)
    assert found.tensor_db is None and found.high[3] == 50


def test_channel_figures_add_up_to_that_of_the_whole(tmp_path: Path, weight: np.ndarray) -> None:
    widest = np.abs(weight).max(axis=(1, 2, 3)).astype(np.float64)
    encoding = encode_range(-widest.max(), widest.max(), INT8, symmetric=True, narrow=True)
    signal = (weight.astype(np.float64) ** 2).sum(axis=(1, 2, 3))
    found = channel_sqnr_db(weight, 0, encoding.fake_quantize(weight))
    noise = signal[:4] / 10 ** (found[:4] / 10)
    error = weight - encoding.fake_quantize(weight)
    assert noise.sum() == pytest.approx(float((error.astype(np.float64) ** 2).sum()), rel=1e-6)


def test_the_planned_granularity_is_what_the_network_has(
    tmp_path: Path, weight: np.ndarray
) -> None:
    plan = replace(PLAN, pair_safe=True)
    model, resolution = resolved(tmp_path, weight, plan)
    found, own = weight_channels(model, resolution, "w", 0), resolution.encodings
    np.testing.assert_array_equal(
        found.channel_db, channel_sqnr_db(weight, 0, own.weight_of("w", weight))
    )
    free = weight_channels(*resolved(tmp_path, weight), "w", 0)
    assert found.channel_db is not None and free.channel_db is not None
    assert np.nanmin(found.channel_db) < np.nanmin(free.channel_db) - 1


def test_codes_chosen_one_by_one_are_what_is_told(tmp_path: Path, weight: np.ndarray) -> None:
    model, resolution = resolved(tmp_path, weight)
    codes = resolution.encodings.codes_of("w", weight)
    moved = np.where(codes < 100, codes + 1, codes).astype(codes.dtype)
    encodings = replace(resolution.encodings, codes={"w": moved})
    found = weight_channels(model, replace(resolution, encodings=encodings), "w", 0)
    plain = weight_channels(model, resolution, "w", 0)
    assert found.channel_db is not None and plain.channel_db is not None
    assert found.channel_db[0] < plain.channel_db[0] - 3
    np.testing.assert_array_equal(found.tensor_db, plain.tensor_db)


def test_the_whole_weight_gains_from_scales_of_its_channels(
    tmp_path: Path, weight: np.ndarray
) -> None:
    model, resolution = resolved(tmp_path, weight)
    own = planned_sqnr_db(model, resolution, "w", 0, PLAN.weights)
    assert own == pytest.approx(resolution.sqnr_db["w"])
    whole = replace(PLAN, weights=replace(PLAN.weights, granularity=PER_TENSOR))
    assert own > resolve_plan(model, whole).sqnr_db["w"]


def test_activations_have_ranges_of_channels_where_their_number_is_fixed() -> None:
    values = np.zeros((2, 3, 4), np.float32)
    values[:, 1] = np.linspace(-2, 5, 8).reshape(2, 4)
    found = activation_channels(stats_of(values, "x", 1))
    assert found is not None and found.tensor_db is None
    assert found.low.tolist() == [0, -2, 0] and found.high.tolist() == [0, 5, 0]
    assert found.dead.tolist() == [True, False, True]
    assert activation_channels(stats_of(values, "x")) is None
