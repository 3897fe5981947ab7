"""Which tensors may hold mask constants is told by the graph alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quantengine.data.open import in_memory
from quantengine.graph.masks import mask_limits
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.set_aside import set_aside
from quantengine.observe.table import merge
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.traps.registry import find_traps
from quantengine.traps.trap import TrapKind
from tests.engine.onnx_text import text_model
from tests.engine.test_observe_table import bits

LOWEST = -3.4028235e38


def network(folder: Path, inputs: str, body: str, outputs: str = "float[n, s] y") -> FloatModel:
    """`body` makes `scores` of rows of `x` into what its Softmax reads."""
    graph = f"""
    g ({inputs}) => ({outputs}) {{
      scores = MatMul (x, w)
      {body}
    }}
    """
    constants = {
        "one": np.float32(1),
        "low": np.float32(-10000),
        "lowest": np.float32(LOWEST),
        "high": np.float32(10000),
        "eighth": np.float32(0.125),
        "zero": np.float32(0),
        "seven": np.array([1, 7]),
        "never": np.eye(7, dtype=np.float32) * np.float32(-20000),
        "start": np.array([0]),
        "end": np.array([1]),
        "w": np.random.default_rng(0).normal(size=(4, 7)).astype(np.float32),
        "v": np.random.default_rng(1).normal(size=(7, 3)).astype(np.float32),
    }
    used = {k: v for k, v in constants.items() if f"{k})" in graph or f"{k}," in graph}
    return text_model(folder / "masks.onnx", graph, used)


X = "float[n, 4] x"
INT_MASK = f"{X}, int64[n, s] seen"
FLOAT_MASK = f"{X}, float[n, s] mask"
BOOL_MASK = f"{X}, bool[n, s] seen"
BERT = """
  f = Cast <to: int = 1> (seen)
  hidden = Sub (one, f)
  mask = Mul (hidden, low)
"""

WAYS = {
    "a multiple of what is hidden": (
        INT_MASK,
        BERT + "sum = Add (scores, mask)  y = Softmax (sum)",
        {"mask": -5000, "sum": -5000},
    ),
    "a choice": (
        BOOL_MASK,
        "sum = Where (seen, scores, lowest)  y = Softmax (sum)",
        {"sum": LOWEST / 2},
    ),
    "a chosen mask": (
        BOOL_MASK,
        "mask = Where (seen, zero, low)  sum = Add (mask, scores)  y = LogSoftmax (sum)",
        {"mask": -5000, "sum": -5000},
    ),
    "a fed mask": (
        FLOAT_MASK,
        "wide = Unsqueeze (mask, start)  flat = Reshape (wide, seven)  sum = Add (scores, flat)"
        "  y = Softmax (sum)",
        {"mask": -5000, "wide": -5000, "flat": -5000, "sum": -5000},
    ),
    "taken away": (
        INT_MASK,
        "f = Cast <to: int = 1> (seen)  hidden = Sub (one, f)  mask = Mul (high, hidden)"
        "  kept = Mul (scores, f)  sum = Sub (kept, mask)  y = Softmax (sum)",
        {"sum": -5000},
    ),
    "part of a table": (
        X,
        "mask = Slice (never, start, end, start)  sum = Add (scores, mask)  y = Softmax (sum)",
        {"mask": -10000, "sum": -10000},
    ),
    "a filled tensor": (
        X,
        "mask = ConstantOfShape <value: tensor = float[1] {-30000}> (seven)"
        "  sum = Add (scores, mask)  y = Softmax (sum)",
        {"mask": -15000, "sum": -15000},
    ),
    "several layers, and a scale behind it": (
        INT_MASK,
        BERT
        + """
        again = Identity (mask)
        a = Add (scores, mask)
        p = Softmax (a)
        b = Add (p, again)
        c = Mul (b, eighth)
        y = Softmax (c)
        """,
        {"mask": -5000, "a": -5000, "b": -5000, "c": -625},
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_way_into_a_softmax_holds_masks(tmp_path: Path, way: str) -> None:
    inputs, body, limits = WAYS[way]
    assert mask_limits(network(tmp_path, inputs, body)) == pytest.approx(limits)


NO_WAYS = {
    "no softmax": (X, "y = Add (scores, low)"),
    "values of the data": (f"{X}, float[n, 7] z", "y = Softmax (z)"),
    "read by a layer too": (
        FLOAT_MASK,
        "sum = Add (scores, mask)  p = Softmax (sum)  q = MatMul (mask, v)"
        "  r = MatMul (p, v)  y = Add (q, r)",
    ),
    "the sum is read by a layer too": (
        FLOAT_MASK,
        "sum = Add (scores, mask)  p = Softmax (sum)  q = MatMul (sum, v)"
        "  r = MatMul (p, v)  y = Add (q, r)",
    ),
    "small": (X, "sum = Add (scores, one)  y = Softmax (sum)"),
    "before a layer": (X, "a = Add (scores, low)  b = MatMul (a, v)  y = Softmax (b)"),
}


@pytest.mark.parametrize("way", NO_WAYS)
def test_other_large_values_are_data(tmp_path: Path, way: str) -> None:
    assert mask_limits(network(tmp_path, *NO_WAYS[way])) == {}


def masked_scores(folder: Path) -> FloatModel:
    body = BERT + "y = Add (scores, mask)  p = Softmax (y)"
    return network(folder, INT_MASK, body, "float[n, s] y, float[n, s] p")


def feeds(rows: int, first: int = 0) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(first)
    seen = np.ones((rows, 7), np.int64)
    seen[:, 5:] = 0
    return {"x": draw.normal(size=(rows, 4)).astype(np.float32), "seen": seen}


def test_masked_scores_are_set_aside_and_that_is_said(tmp_path: Path) -> None:
    model = masked_scores(tmp_path)
    data = in_memory(feeds(6))
    table = calibrate(model, data, model_taps(model))
    stats = table.tensors["y"]
    assert stats.sentinel_count == 12
    assert stats.count == 30
    assert -100 < stats.low < stats.full_distribution.high
    assert stats.full_distribution.low < -9000
    note = next(trap.text for trap in find_traps(model, table) if trap.kind is TrapKind.MASK)
    assert "'y': 12 values from -5000 down are mask constants" in note
    plan = QuantPlan(quantize_outputs=True)
    assert note in resolve_plan(model, plan, table).notes
    halves = (calibrate(model, data.subset(slice(a, a + 3)), model_taps(model)) for a in (0, 3))
    assert bits(merge(*halves)) == bits(table)


@pytest.mark.parametrize("value", [-20000.0, -1e9, 1500.0, 9e29])
def test_a_large_constant_that_is_no_mask_is_covered(tmp_path: Path, value: float) -> None:
    graph = "g (float[n, 4] x) => (float[n, 3] y) { a = Add (x, b)  y = MatMul (a, v) }"
    bias = np.array([0, 0, value, 0], np.float32)
    draw = np.random.default_rng(2)
    model = text_model(
        tmp_path / "bias.onnx", graph, {"b": bias, "v": draw.normal(size=(4, 3)).astype("f")}
    )
    values = draw.normal(size=(20, 4)).astype(np.float32)
    table = calibrate(model, in_memory({"x": values}), model_taps(model))
    seen = (values + bias).astype(np.float64)
    stats = table.tensors["a"]
    assert (stats.low, stats.high) == (seen.min(), seen.max())
    assert set_aside(table.tensors.values()) == ()


def test_values_beyond_any_range_are_said(tmp_path: Path) -> None:
    graph = "g (float[n, 4] x) => (float[n, 3] y) { y = MatMul (x, v) }"
    model = text_model(tmp_path / "huge.onnx", graph, {"v": np.full((4, 3), 1e-9, np.float32)})
    values = np.ones((20, 4), np.float32)
    values[3, 2] = 1e31
    table = calibrate(model, in_memory({"x": values}), model_taps(model))
    notes = resolve_plan(model, QuantPlan(), table).notes
    assert any("'x': 1 value beyond 1e+30" in note for note in notes)


@pytest.mark.parametrize("share", [0.01, 0.05, 0.5])
@pytest.mark.parametrize("value", [1500.0, -20000.0])
def test_minmax_covers_true_large_values(tmp_path: Path, value: float, share: float) -> None:
    graph = "g (float[n, 4] x) => (float[n, 3] y) { y = MatMul (x, v) }"
    draw = np.random.default_rng(6)
    model = text_model(
        tmp_path / "large.onnx", graph, {"v": draw.normal(size=(4, 3)).astype(np.float32)}
    )
    values = draw.normal(size=(200, 4)).astype(np.float32)
    values[draw.random(200) < share, 0] = value
    table = calibrate(model, in_memory({"x": values}), model_taps(model))
    plan = QuantPlan()
    for chosen in (plan.activations, replace(plan.activations, dtype="uint16")):
        minmax = replace(plan, activations=replace(chosen, method="minmax"))
        encoding = resolve_plan(model, minmax, table).encodings.activations["x"]
        step = float(encoding.scale)
        assert encoding.low <= values.min() + step
        assert encoding.high >= values.max() - step
