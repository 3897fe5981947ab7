"""Layers before a logarithm stay float where little is left of its results."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from quantengine.data.open import in_memory
from quantengine.graph.flow import integer_flow
from quantengine.graph.model import FloatModel
from quantengine.plan import QuantPlan
from quantengine.recover.auto import Recovered, recover_plan
from quantengine.recover.front import fronts
from quantengine.work.default import default_recipe
from quantengine.work.work import Work, observed
from tests.engine.onnx_text import text_model

LOUDNESS = """g (float[n,64] x) => (float[n,6] y) {
  s = Mul (x, x)  m = MatMul (s, bands)  a = Add (m, least)  l = Log (a)  y = MatMul (l, w)
}"""
AT_THE_END = """g (float[n,64] x) => (float[n,24] y) {
  m = MatMul (x, bands)  p = Exp (m)  a = Add (p, least)  y = Log (a)
}"""
RNG = np.random.default_rng(0)
BANDS = np.abs(RNG.normal(size=(64, 24))).astype(np.float32)
WEIGHT = RNG.normal(size=(24, 6)).astype(np.float32)


def network(folder: Path, text: str = LOUDNESS) -> FloatModel:
    held = {"bands": BANDS, "w": WEIGHT, "least": np.float32(1e-5)}
    return text_model(folder / "m.onnx", text, {k: v for k, v in held.items() if f" {k})" in text})


def sounds(quietest: float) -> dict[str, np.ndarray]:
    loud = np.exp(RNG.uniform(np.log(quietest), 0, (48, 1)))
    return {"x": (RNG.normal(size=(48, 64)) * loud).astype(np.float32)}


def recovered(model: FloatModel, quietest: float) -> Recovered:
    return recover_plan(model, QuantPlan(), in_memory(sounds(quietest)), steps=("judged", "front"))


def test_what_a_logarithm_reads_stays_float_where_that_gains_much(tmp_path: Path) -> None:
    model = network(tmp_path)
    found = recovered(model, 0.001)
    assert found.steps[0].kept and "1 layer before the logarithm" in found.steps[0].text
    assert set(found.resolution.flow.nodes) == {"MatMul_y"}
    assert not recovered(model, 0.9).steps[0].kept
    work = observed(Work(model, QuantPlan(), in_memory(sounds(0.001))))
    assert "front" in default_recipe(work).steps


def test_a_logarithm_at_the_end_has_no_front(tmp_path: Path) -> None:
    model = network(tmp_path, AT_THE_END)
    assert not fronts(model, integer_flow(model))
