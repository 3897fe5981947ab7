"""Networks in double are computed in float32 where that gives the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import TensorProto

from quantengine.data.open import in_memory
from quantengine.export.export import export_model
from quantengine.formats.metrics import Difference
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import model_inputs
from quantengine.observe.taps import model_taps
from quantengine.opening.open import open_model
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model

RNG = np.random.default_rng(0)
WEIGHTS = {
    "v": RNG.normal(0, 0.3, (12, 16)),
    "b": RNG.normal(size=16),
    "w": RNG.normal(size=(16, 3)),
}
NETWORK = """g (double[N,12] x) => (double[N,3] y, int64[N] top) {{
    {before} a = Gemm(t, v, b) r = Relu(a) y = MatMul(r, w)
    top = ArgMax<axis=1, keepdims=0>(y) }}"""
CANCELS = "c = Constant<value = double {1e9}>() s = Add(x, c) t = Sub(s, c)"


def test_layers_in_double_become_integer_between_ports_in_double(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    text_model(path, NETWORK.format(before="t = Neg(x)"), WEIGHTS)
    model, x = open_model(path), RNG.normal(size=(40, 12))
    assert any("in double" in note for note in model.notes)
    assert model.inputs["x"].element == model.outputs["y"].element == TensorProto.DOUBLE
    data = in_memory({"x": x}, inputs=model_inputs(model))
    table = calibrate(model, data, model_taps(model), workers=1)
    found = resolve_plan(model, QuantPlan(), table)
    report = export_model(model, found, tmp_path / "q.onnx", probes=[{"x": x}])
    assert report.integers.weights == 2
    given, written = (Session(tmp_path / name).run({"x": x})["y"] for name in ("m.onnx", "q.onnx"))
    apart = Difference()
    apart.add(given, written)
    assert written.dtype == np.float64
    assert apart.sqnr_db > 30


def test_what_float32_cannot_compute_stays_double_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    text_model(path, NETWORK.format(before=CANCELS), WEIGHTS)
    model = open_model(path, compare=False)
    assert any("stays double" in note for note in model.notes)
    (reason, *_) = resolve_plan(model, QuantPlan()).flow.reasons.values()
    assert "double" in str(reason)


def test_constants_beyond_float32_and_a_few_doubles_in_a_float_network_stay(tmp_path: Path) -> None:
    large = {**WEIGHTS, "v": WEIGHTS["v"] * 1e200}
    model = text_model(tmp_path / "m.onnx", NETWORK.format(before="t = Neg(x)"), large)
    assert model.constant("v").dtype == np.float64
    graph = """g (float[N,12] x) => (float[N,16] y) {
        d = Cast<to=11>(x) k = Mul(d, third) t = Cast<to=1>(k) y = MatMul(t, v) }"""
    mixed = {"v": WEIGHTS["v"].astype(np.float32), "third": np.float64(1 / 3)}
    model = text_model(tmp_path / "n.onnx", graph, mixed)
    assert model.types["k"].element == TensorProto.DOUBLE
