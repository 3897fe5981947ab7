"""Two bits without a zero: by brute force, and in the written file by onnxruntime."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from quantengine.analyze.chosen_levels import chosen_levels, is_held_wider
from quantengine.errors import PlanError
from quantengine.export.export import export_model
from quantengine.finetune.settings import Settings
from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import encode_range
from quantengine.formats.granularity import (
    PER_CHANNEL,
    PER_TENSOR,
    Granularity,
    PerAxis,
    PlannedGranularity,
    spread,
)
from quantengine.formats.midrise import midrise_codes, midrise_encoding
from quantengine.plan import QuantPlan
from quantengine.recover.auto import recover_plan
from quantengine.runtime import Session
from quantengine.work.recipe import Recipe
from tests.engine.small_network import images, network

TWO = QuantPlan(weights=replace(QuantPlan().weights, dtype="int2"))
LEVELS = np.array([-3, -1, 1, 3])


@pytest.mark.parametrize("granularity", [PER_TENSOR, PerAxis(0)])
def test_codes_are_the_nearest_of_four_levels_and_the_scale_is_the_best(
    granularity: Granularity,
) -> None:
    weight = np.random.default_rng(0).normal(size=(3, 400)).astype(np.float32)
    high = np.abs(weight).max() if granularity is PER_TENSOR else np.abs(weight).max(axis=1)
    start = encode_range(
        -high, high, IntegerType(2, True), symmetric=True, narrow=True, granularity=granularity
    )
    found = midrise_encoding(weight, start)
    codes = midrise_codes(weight, found, 2)
    assert found.dtype.name == "int4"
    assert set(np.unique(codes)) == set(LEVELS)
    half = np.broadcast_to(found.scale.reshape(-1, 1), (3, 1)).astype(np.float64)
    away = np.abs(weight[..., None] - LEVELS * half[..., None])
    np.testing.assert_array_equal(codes, LEVELS[away.argmin(-1)])
    groups = [weight.reshape(-1)] if granularity is PER_TENSOR else list(weight)

    def error(values: np.ndarray, step: float) -> float:
        return float(np.sum(np.min(np.abs(values[:, None] - LEVELS * step), axis=1) ** 2))

    for values, step in zip(groups, found.scale.reshape(-1), strict=True):
        brute = min(error(values, s) for s in np.linspace(0.3, 0.8, 400))
        assert error(values, float(step)) <= brute * 1.002
    # a bell on four levels: 9.25 dB (Max 1960); on three, -1, 0, 1: 7.2
    lost = np.mean((found.dequantize(codes) - weight) ** 2)
    assert 10 * np.log10(np.mean(weight**2) / lost) == pytest.approx(9.3, abs=0.4)
    three = np.mean((start.fake_quantize(weight) - weight) ** 2)
    assert lost < three


@pytest.mark.parametrize("granularity", [PER_TENSOR, PER_CHANNEL])
def test_four_levels_are_seen_where_the_values_lie(
    tmp_path: Path, granularity: PlannedGranularity
) -> None:
    model = network(tmp_path)
    plan = replace(TWO, weights=replace(TWO.weights, granularity=granularity))
    found = recover_plan(model, plan, images(), steps=("midrise",))
    encodings, values = found.resolution.encodings, model.weight("w1")
    rounded, channel = encodings.weight_of("w1", values), None
    if granularity is PER_CHANNEL:
        assert chosen_levels(found.model, found.resolution, "w1") is None
        values, rounded, channel = values[2], rounded[2], 2
    seen = chosen_levels(found.model, found.resolution, "w1", channel)
    assert seen is not None and is_held_wider(found.resolution, "w1")
    assert seen.level == pytest.approx(LEVELS * seen.step / 2)
    counts = [np.count_nonzero(np.isclose(rounded, level)) for level in seen.level]
    assert seen.count.tolist() == counts
    assert sum(counts) == values.size
    lost = float(np.sum((values - rounded) ** 2) / np.sum(values**2))
    assert seen.sqnr_db == pytest.approx(-10 * np.log10(lost), abs=1e-4)


def test_rows_of_zeros_and_odd_values_have_a_grid() -> None:
    weight = np.array([[0, 0, 0], [np.nan, np.inf, 1]], np.float32)
    start = encode_range(
        [0, -1], [0, 1], IntegerType(2, True), symmetric=True, granularity=PerAxis(0)
    )
    found = midrise_encoding(weight, start)
    assert np.all(found.scale > 0) and np.all(np.isfinite(found.scale))
    assert set(np.unique(midrise_codes(weight, found, 2))) <= set(LEVELS)


def test_the_written_file_has_odd_codes_in_int4_and_computes_with_them(tmp_path: Path) -> None:
    model, data = network(tmp_path), images()
    alone = replace(TWO, activations=replace(TWO.activations, dtype="float"))
    found = recover_plan(model, alone, data, steps=("midrise",))
    (report,) = found.steps
    assert "-3, -1, 1 and 3 half steps" in report.text
    path = tmp_path / "q.onnx"
    export_model(found.model, found.resolution, path, probes=[data.load(0).feeds])
    file = onnx.load(str(path))
    int4 = {
        c.name: c
        for c in file.graph.initializer
        if c.data_type == onnx.TensorProto.INT4 and not c.name.endswith("zero_point")
    }
    stored = {n: set(np.unique(onnx.numpy_helper.to_array(c).astype(int))) for n, c in int4.items()}
    assert {"w1_quantized", "w2_quantized"} <= stored.keys()  # a product may be packed
    assert all(levels <= set(LEVELS) for levels in stored.values())
    assert any(levels == set(LEVELS) for levels in stored.values())
    by_hand = onnx.load(str(model.path))
    for constant in by_hand.graph.initializer:
        if constant.name in found.resolution.encodings.codes:
            encoding = found.resolution.encodings.weights[constant.name]
            codes = found.resolution.encodings.codes[constant.name]
            scale = spread(encoding.scale, encoding.granularity, codes.shape)
            constant.CopyFrom(
                onnx.numpy_helper.from_array(codes.astype(np.float32) * scale, constant.name)
            )
    feeds = data.load(0).feeds
    for each in (file, by_hand):  # before the product, whose packed kernel rounds what it reads
        each.graph.output.append(onnx.helper.make_tensor_value_info("d", 1, None))
    ours, theirs = (Session(f, optimize=False).run(feeds, ["d"])["d"] for f in (file, by_hand))
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


def test_what_would_leave_the_grid_is_refused(tmp_path: Path) -> None:
    found = recover_plan(network(tmp_path), TWO, images(), steps=("midrise", "round"))
    assert "odd codes, which rounding would leave" in found.steps[1].text
    assert set(np.unique(next(iter(found.resolution.encodings.codes.values())))) <= set(LEVELS)
    eight = recover_plan(network(tmp_path), QuantPlan(), images(), steps=("midrise",))
    assert "No weight has 2 bits" in eight.steps[0].text
    with pytest.raises(PlanError, match="no grid without zero"):
        Recipe(("midrise",), Settings())
