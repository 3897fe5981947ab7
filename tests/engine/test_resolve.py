from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from quantengine.analyze.report_layers import layer_reports
from quantengine.data.open import in_memory
from quantengine.errors import PlanError
from quantengine.formats.granularity import PER_CHANNEL
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table import CalibrationTable
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan, Setting, TensorPlan
from quantengine.resolve.resolve import activation_encoding, resolve_plan
from quantengine.rewrite.qdq import qdq_model
from quantengine.runtime import Session
from quantengine.targets import plan_for
from tests.engine.onnx_text import text_model

RNG = np.random.default_rng(11)

GRAPH = """
g (float[1,3,8,8] x) => (float[1,5] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, w1, b1)
  b = Clip (a, zero, six)
  c = Conv <pads: ints = [1,1,1,1], group: int = 4> (b, w2, b2)
  d = Relu (c)
  e = GlobalAveragePool (d)
  f = Flatten (e)
  y = Gemm (f, w3, b3)
}
"""


def opened(tmp_path: Path, **changed: np.ndarray) -> tuple[FloatModel, CalibrationTable]:
    weights = {
        "w1": RNG.normal(size=(4, 3, 3, 3)).astype(np.float32),
        "b1": RNG.normal(size=4).astype(np.float32),
        "w2": RNG.normal(size=(4, 1, 3, 3)).astype(np.float32),
        "b2": RNG.normal(size=4).astype(np.float32),
        "w3": RNG.normal(size=(4, 5)).astype(np.float32),
        "b3": RNG.normal(size=5).astype(np.float32),
        "zero": np.array(0, np.float32),
        "six": np.array(6, np.float32),
        **changed,
    }
    model = text_model(tmp_path / "m.onnx", GRAPH, weights)
    data = in_memory({"x": RNG.normal(size=(8, 3, 8, 8)).astype(np.float32)})
    return model, calibrate(model, data, model_taps(model))


def test_every_convolution_becomes_an_integer_kernel(tmp_path: Path) -> None:
    model, table = opened(tmp_path)
    optimized = tmp_path / "optimized.onnx"
    Session(
        qdq_model(model, resolve_plan(model, QuantPlan(), table).encodings),
        optimized_path=optimized,
    )
    kinds = Counter(node.op_type for node in onnx.load(optimized).graph.node)
    assert kinds["QLinearConv"] == 2
    assert kinds["QGemm"] == 1
    assert not {"Conv", "Clip", "Relu", "Gemm"} & set(kinds)


def test_the_range_never_passes_the_clip(tmp_path: Path) -> None:
    model, table = opened(tmp_path)
    encoding = resolve_plan(model, QuantPlan(), table).encodings.activations["b"]
    assert float(encoding.high) <= 6 * (1 + 1e-6)
    assert float(encoding.low) == 0


def test_a_range_set_by_hand_wins(tmp_path: Path) -> None:
    model, table = opened(tmp_path)
    plan = QuantPlan().with_override("d", low=0.0, high=2.5)
    encoding = resolve_plan(model, plan, table).encodings.activations["d"]
    assert float(encoding.high) == pytest.approx(2.5)


def test_a_dead_channel_keeps_its_bias(tmp_path: Path) -> None:
    dead = RNG.normal(size=(4, 3, 3, 3)).astype(np.float32)
    dead[1] *= 1e-9
    dead[2] = 0
    model, table = opened(tmp_path, w1=dead, b1=np.array([1, 3, 3, 1], np.float32))
    found = resolve_plan(model, QuantPlan(), table)
    assert found.raised["w1"] >= 1
    assert not found.clipped_bias
    feeds = {"x": RNG.normal(size=(1, 3, 8, 8)).astype(np.float32)}
    qdq = qdq_model(model, found.encodings)
    qdq.graph.output.append(onnx.ValueInfoProto(name="a"))
    a = Session(qdq, optimize=False).run(feeds, ["a"])["a"]
    np.testing.assert_allclose(a[0, 1:3], 3, atol=0.05)


def test_nan_weights_are_left_out_of_ranges(tmp_path: Path) -> None:
    broken = RNG.normal(size=(4, 3, 3, 3)).astype(np.float32)
    broken[0, 0, 0, 0] = np.nan
    model, _ = opened(tmp_path, w1=broken)
    assert any("NaN" in note or "nan" in note for note in model.notes)
    plan = QuantPlan(activations=TensorPlan("float", symmetric=False))
    encoding = resolve_plan(model, plan).encodings.weights["w1"]
    assert np.isfinite(encoding.scale).all()


def test_weights_alone_need_no_statistics(tmp_path: Path) -> None:
    model, _ = opened(tmp_path)
    with pytest.raises(PlanError, match="no statistics"):
        resolve_plan(model, QuantPlan())
    plan = QuantPlan(activations=TensorPlan("float", symmetric=False))
    assert not resolve_plan(model, plan).encodings.activations


def test_statistics_of_another_model_are_refused(tmp_path: Path) -> None:
    _, table = opened(tmp_path)
    (tmp_path / "other").mkdir()
    other, _ = opened(tmp_path / "other", b3=np.zeros(5, np.float32))
    with pytest.raises(PlanError, match="another model"):
        resolve_plan(other, QuantPlan(), table)


def test_pair_safe_weights_hold_on_every_cpu(tmp_path: Path) -> None:
    model, table = opened(tmp_path, w1=np.full((4, 3, 3, 3), 0.5, np.float32))
    found = resolve_plan(model, plan_for("onnxruntime-no-vnni"), table)
    qdq = qdq_model(model, found.encodings)
    feeds = {"x": 3 + RNG.normal(size=(1, 3, 8, 8)).astype(np.float32)}
    run, simulated = (Session(qdq, optimize=o).run(feeds)["y"] for o in (True, False))
    np.testing.assert_allclose(run, simulated, atol=0.05 * np.abs(simulated).max())


def test_a_ruined_tensor_is_named(tmp_path: Path) -> None:
    model, table = opened(tmp_path)
    notes = resolve_plan(model, QuantPlan().with_override("x", bits=2), table).notes
    assert any("'x' keeps only" in note for note in notes)


def test_a_batch_norm_gives_a_range_without_data(tmp_path: Path) -> None:
    graph = """
    g (float[1,2,4,4] x) => (float[1,2,4,4] y) {
      a = Conv (x, w)
      b = BatchNormalization (a, gamma, beta, mean, var)
      c = Relu (b)
      y = Conv (c, w)
    }
    """
    weights = {
        "w": RNG.normal(size=(2, 2, 1, 1)).astype(np.float32),
        "gamma": np.array([1, 2], np.float32),
        "beta": np.array([0.5, -1], np.float32),
        "mean": np.zeros(2, np.float32),
        "var": np.ones(2, np.float32),
    }
    model = text_model(tmp_path / "m.onnx", graph, weights)
    plan = QuantPlan(activations=TensorPlan("float", symmetric=False)).with_override(
        "c", dtype="uint8", method="batchnorm"
    )
    encoding = resolve_plan(model, plan).encodings.activations["c"]
    assert float(encoding.low) == 0
    assert float(encoding.high) == pytest.approx(-1 + 6 * 2)


def test_four_bit_embeddings_load(tmp_path: Path) -> None:
    graph = """
    g (int64[n] i) => (float[n,3] y) {
      rows = Gather (table, i)
      y = MatMul (rows, w)
    }
    """
    weights = {
        "table": RNG.normal(size=(16, 4)).astype(np.float32),
        "w": RNG.normal(size=(4, 3)).astype(np.float32),
    }
    model = text_model(tmp_path / "m.onnx", graph, weights)
    plan = QuantPlan(
        weights=TensorPlan("int4", symmetric=True, granularity=PER_CHANNEL),
        activations=TensorPlan("float", symmetric=False),
    )
    qdq = qdq_model(model, resolve_plan(model, plan).encodings)
    feeds = {"i": np.arange(16)}
    reference = Session(model.proto).run(feeds)["y"]
    error = np.abs(Session(qdq).run(feeds)["y"] - reference).max()
    assert 0 < error < 0.5 * np.abs(reference).max()


def test_a_method_without_a_meaning_gives_way_and_says_so(tmp_path: Path) -> None:
    model, table = opened(tmp_path)
    plan = QuantPlan().with_override("*", **{"activations.method": "cross_entropy"})
    with pytest.raises(PlanError, match=r"'cross_entropy' suits no tensor .*, first 'x'"):
        resolve_plan(model, plan, table)
    every = replace(plan, quantize_outputs=True)
    found = resolve_plan(model, every, table)
    usual = resolve_plan(model, replace(QuantPlan(), quantize_outputs=True), table)
    assert [name for name, choice in found.choices.items() if choice.by is None] == ["y"]
    for name in ("x", "b", "d"):
        assert found.choices[name].high == usual.choices[name].high
    shown = {layer.name: layer.method for layer in layer_reports(model, found)}
    makers = {node.output[0]: node.name for node in model.graph.node}
    assert (shown[makers["y"]], shown[makers["c"]]) == ("cross_entropy", "mse")
    assert any("'mse' chose the range of 4 tensors" in note for note in found.notes)
    plans = found.activation_plans
    assert activation_encoding(model, found, table, "y", plans["y"])[1].by is None
    with pytest.raises(PlanError, match="suits no tensor"):  # nothing is shown under its name
        activation_encoding(model, found, table, "x", plans["x"])


def test_a_setting_that_changes_nothing_is_told(tmp_path: Path) -> None:
    model, table = opened(tmp_path)

    def told(pattern: str, plan: QuantPlan | None = None, **settings: Setting) -> list[str]:
        plan = plan or QuantPlan()
        notes = resolve_plan(model, plan.with_override(pattern, **settings), table).notes
        return [note for note in notes if "changes nothing" in note]

    assert "'y' is an output" in told("y", method="minmax")[0]
    assert not told("y", QuantPlan(quantize_outputs=True), method="minmax")
    assert not told("*", method="minmax")
    assert not told("w1", method="minmax")
    assert not told("b", dtype="float")
    assert told("zero", method="minmax")
    assert told("w1", **{"activations.method": "minmax"})
    floats = QuantPlan().with_override("b", dtype="float")
    assert told("b", floats, **{"activations.method": "minmax"})
