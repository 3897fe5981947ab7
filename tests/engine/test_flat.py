"""Values that nothing behind a tensor tells apart take no codes of its range."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.compare import compare
from quantengine.analyze.evaluate import evaluate
from quantengine.data.open import in_memory
from quantengine.formats.dtype import UINT8
from quantengine.formats.encoding import encode_range
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.flat import ends_that_count, told_apart
from quantengine.resolve.resolve import resolve_plan
from quantengine.work.export import export_candidate
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work
from tests.engine.onnx_text import text_model

NUMBERS = {"r": 2**0.5, "one": 1.0, "half": 0.5, "k": 1.702}
GELU = "d = Div(x, r) e = Erf(d) a = Add(e, one) m = Mul(x, a) y = Mul(m, half)"
FORMS = {
    "gelu": (GELU, -2.6),
    "silu": ("s = Sigmoid(x) y = Mul(x, s)", -6.2),
    "quick gelu": ("t = Mul(x, k) s = Sigmoid(t) y = Mul(x, s)", -3.3),
    "hard swish": ("y = HardSwish(x)", -3.0),
    "behind moves": ("t = Transpose<perm = [1, 0]>(x) s = Sigmoid(t) y0 = Mul(t, s)"
                     " y = Transpose<perm = [1, 0]>(y0)", -6.2),
    "biases apart": ("b = Flatten(x) c = Add(b, bias) y = HardSwish(c)", -5.0),
}  # fmt: skip


def network(folder: Path, form: str, more: str = "") -> FloatModel:
    draw = np.random.default_rng(0)
    weights = {"w": draw.normal(0, 3, (8, 32)), "v": draw.normal(0, 1, (32, 8)), **NUMBERS}
    weights["bias"] = np.linspace(-1, 2, 32)
    ends = "g (float[n,8] in) => (float[n,8] out"
    text = f"{ends}{more}) {{ x = MatMul(in, w) {form} out = MatMul(y, v) }}"
    floats = {name: np.asarray(values, np.float32) for name, values in weights.items()}
    return text_model(folder / "m.onnx", text, floats)


@pytest.mark.parametrize("name", FORMS)
def test_a_range_ends_where_its_reader_is_flat(tmp_path: Path, name: str) -> None:
    form, end = FORMS[name]
    model = network(tmp_path, form)
    low, high = told_apart(model, "x", -97.0, 90.0, 0.36)
    assert low == pytest.approx(end, abs=0.4) and high == 90.0
    held = ends_that_count(model, "x", encode_range(low, high, UINT8, symmetric=False))
    assert held is not None and held[0] == pytest.approx(low, abs=0.4) and np.isinf(held[1])
    assert ends_that_count(model, "x", encode_range(-0.5, high, UINT8, symmetric=False)) is None


@pytest.mark.parametrize(
    ("form", "more"),
    [
        ("s = Sigmoid(x) z = Mul(x, s) y = Add(z, x)", ""),
        ("s = Sigmoid(x) y = Mul(x, s)", ", float[n,32] x"),
        ("y = LeakyRelu(x)", ""),
        ("t = Transpose<perm = [1, 0]>(x) u = Transpose<perm = [1, 0]>(t) s = HardSwish(x)"
         " y = Add(s, u)", ""),
        ("s = ReduceMean<axes = [1]>(x) t = Sigmoid(s) y = Mul(x, t)", ""),
    ],
)  # fmt: skip
def test_what_somebody_tells_apart_keeps_its_range(tmp_path: Path, form: str, more: str) -> None:
    assert told_apart(network(tmp_path, form, more), "x", -97.0, 90.0, 0.36) == (-97.0, 90.0)


def test_gates_count_between_their_ends(tmp_path: Path) -> None:
    """Most gates lie far beyond 2.5, where they are open."""
    model = network(tmp_path, "y = HardSigmoid<alpha = 0.2, beta = 0.5>(x)")
    for low, high in ((-2.51, 2.49), (-2.48, 2.5), (-2.5, 2.53)):
        coded = encode_range(low, high, UINT8, symmetric=False)
        held = ends_that_count(model, "x", coded)
        assert held == (float(coded.low), float(coded.high))


def test_ends_are_left_out_of_the_range_and_of_the_error(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    weights = {"w": draw.normal(0, 3, (32, 8, 1, 1)), "v": draw.normal(0, 1, (8, 32, 1, 1))}
    floats = {name: np.asarray(v, np.float32) for name, v in {**weights, **NUMBERS}.items()}
    ends = "g (float[n,8,2,2] in) => (float[n,8,2,2] out)"
    text = f"{ends} {{ x = Conv(in, w) {GELU} out = Conv(y, v) }}"
    model = text_model(tmp_path / "m.onnx", text, floats)
    data = in_memory({"in": draw.normal(size=(40, 8, 2, 2)).astype(np.float32)})
    table = calibrate(model, data, model_taps(model))
    near = resolve_plan(model, QuantPlan(), table)
    far = resolve_plan(model, QuantPlan().with_override("x", method="minmax"), table)
    assert -4 < float(near.encodings.activations["x"].low) < -1
    assert float(far.encodings.activations["x"].low) < -20
    assert near.sqnr_db["x"] > far.sqnr_db["x"]
    first = compare(model, near, data).layers[0]
    assert first.output == "x" and first.local.both.sqnr_db > 35
    path = tmp_path / "q.onnx"
    export_candidate(make(Work(model, QuantPlan(), data, table), Recipe()), path)
    assert max(evaluate(model.path, path, data).clamped.values()) < 0.01
