"""Weights in blocks of few bits while activations stay float: what recovery makes of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quantengine.data.open import in_memory
from quantengine.export.options import ExportOptions
from quantengine.formats.granularity import InBlocks
from quantengine.graph.ends import ends_of
from quantengine.graph.model import FloatModel
from quantengine.plan import FLOAT, QuantPlan, TensorPlan
from quantengine.recover.awq import factor
from quantengine.recover.outliers import Channels
from quantengine.resolve.resolve import plan_decisions, resolve_plan
from quantengine.work.export import export_candidate
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work

from .onnx_text import text_model

ALONE = QuantPlan(
    weights=TensorPlan("int4", symmetric=True, granularity=InBlocks(16), method="mse"),
    activations=TensorPlan(FLOAT, symmetric=False),
)
NORMALISED = """net (float[n, 6, 48] x) => (float[n, 6, 48] y) {
    a = LayerNormalization<axis = -1>(x, scale, shift)
    h = MatMul(a, w)
    m = Add(h, b)
    r = Relu(m)
    z = MatMul(r, v)
    y = Add(x, z)
}"""
WORDS = """net (int64[n, 5] x) => (float[n, 5, 64] y) {
    e = Gather(table, x)
    h = MatMul(e, w)
    t = Tanh(h)
    z = MatMul(t, head)
    y = Add(z, b)
}"""


def _uneven(folder: Path) -> tuple[FloatModel, np.ndarray]:
    """Inputs that go together and differ in size, as those behind a normalization do."""
    draw = np.random.default_rng(1)
    mixed = draw.standard_normal((48, 48)) @ np.diag(np.geomspace(3, 0.05, 48))
    weights = {
        "scale": np.geomspace(8, 0.2, 48),
        "shift": np.zeros(48),
        "w": draw.standard_normal((48, 96)) * 0.2,
        "b": draw.standard_normal(96) * 0.1,
        "v": draw.standard_normal((96, 48)) * 0.2,
    }
    model = text_model(
        folder / "m.onnx", NORMALISED, {k: v.astype(np.float32) for k, v in weights.items()}
    )
    return model, (draw.standard_normal((40, 6, 48)) @ mixed).astype(np.float32)


@pytest.mark.parametrize(("steps", "db"), [(("round",), 1.5), (("awq",), 0.5)])
def test_recovery_gains_on_weights_in_blocks(
    tmp_path: Path, steps: tuple[str, ...], db: float
) -> None:
    model, rows = _uneven(tmp_path)
    work = Work(model, ALONE, in_memory({"x": rows}))
    before = export_candidate(make(work, Recipe()), tmp_path / "a.onnx", ExportOptions("nbits"))
    candidate = make(work, Recipe(steps))
    assert all(report.kept for report in candidate.reports)
    after = export_candidate(candidate, tmp_path / "b.onnx", ExportOptions("nbits"))
    gained = after.verification.reference_sqnr_db - before.verification.reference_sqnr_db
    assert gained > db
    assert after.verification.simulation_sqnr_db > 90


def test_weights_meet_large_inputs_with_more_steps() -> None:
    draw = np.random.default_rng(2)
    weight = draw.standard_normal((32, 24)).astype(np.float32)
    power = np.ones(32)
    power[5] = 400.0
    ends = np.full(32, 3.0)
    plans = (replace(ALONE.weights, granularity=InBlocks(32)),)
    found = factor(Channels(-ends, ends, power, (weight,), ALONE.activations, plans))
    assert found.gain > 2
    assert found.values[5] > 2 * np.delete(found.values, 5).max()
    alike = factor(Channels(-ends, ends, np.ones(32), (weight,), ALONE.activations, plans))
    assert alike.gain == 1
    assert np.all(alike.values == 1)


def test_steps_say_which_of_them_a_plan_is_for(tmp_path: Path) -> None:
    model, rows = _uneven(tmp_path)
    data = in_memory({"x": rows[:12]})
    (smooth,) = make(Work(model, ALONE, data), Recipe(("smooth",))).reports
    assert "'awq' is about weights alone" in smooth.text
    (awq,) = make(Work(model, QuantPlan(), data), Recipe(("awq",))).reports
    assert "'smooth' weighs both" in awq.text


def _words(folder: Path) -> FloatModel:
    draw = np.random.default_rng(0)
    shapes = {"table": (64, 16), "w": (16, 16), "head": (16, 64), "b": (64,)}
    weights = {k: draw.standard_normal(s).astype(np.float32) for k, s in shapes.items()}
    return text_model(folder / "m.onnx", WORDS, weights)


def test_tables_and_scores_of_words_keep_8_bits(tmp_path: Path) -> None:
    model = _words(tmp_path)
    assert ends_of(model) == {
        node.name for node in model.graph.node if node.input[0] in ("table", "t")
    }
    found = resolve_plan(model, ALONE)
    widths = {name: each.dtype.bits for name, each in found.encodings.weights.items()}
    assert widths == {"table": 8, "w": 4, "head": 8}
    assert sum("keeps 8 bits" in note for note in found.notes) == 2


def test_what_is_said_of_them_by_name_holds(tmp_path: Path) -> None:
    model = _words(tmp_path)
    plan = ALONE.with_override("head", **{"weights.bits": 4})
    found = resolve_plan(model, plan)
    assert found.encodings.weights["head"].dtype.bits == 4
    assert found.encodings.weights["table"].dtype.bits == 8
    both = replace(ALONE, activations=QuantPlan().activations)
    decisions = plan_decisions(model, both)
    assert not any(decisions.is_kept_end(layer, "") for layer in decisions.ends)
    wide = replace(ALONE, weights=replace(ALONE.weights, dtype="int16"))
    assert resolve_plan(model, wide).encodings.weights["head"].dtype.bits == 16
