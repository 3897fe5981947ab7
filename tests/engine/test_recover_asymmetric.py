from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.export.export import export_model
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.recover.asymmetric import asymmetric_plan
from quantengine.recover.auto import recover_plan
from quantengine.resolve.resolve import Resolution, resolve_plan
from tests.engine.onnx_text import text_model

LEANING = """
g (float[n,4,8,8] x) => (float[n,5] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, w1, b1)
  b = Relu (a)
  g = GlobalAveragePool (b)
  h = Flatten (g)
  y = Gemm (h, w2)
}
"""


def leaning(tmp_path: Path) -> FloatModel:
    """Weights that lean to one side of zero, where half of a symmetric grid is wasted."""
    draw = np.random.default_rng(4)
    weights = {
        "w1": draw.exponential(size=(8, 4, 3, 3)).astype(np.float32) - 0.2,
        "b1": draw.normal(size=8).astype(np.float32),
        "w2": draw.exponential(size=(8, 5)).astype(np.float32) - 0.2,
    }
    return text_model(tmp_path / "leaning.onnx", LEANING, weights)


def data() -> Dataset:
    values = np.random.default_rng(5).normal(size=(40, 4, 8, 8)) + 0.3
    return in_memory({"x": values.astype(np.float32)})


def resolved(model: FloatModel, plan: QuantPlan) -> Resolution:
    return resolve_plan(model, plan, calibrate(model, data(), model_taps(model), workers=1))


def with_bits(bits: int) -> QuantPlan:
    plan = QuantPlan()
    return replace(plan, weights=replace(plan.weights, dtype=f"int{bits}"))


def test_leaning_weights_of_few_bits_take_zero_points(tmp_path: Path) -> None:
    model = leaning(tmp_path)
    found = recover_plan(model, with_bits(4), data(), steps=["judged", "asymmetric", "bias"])
    report = found.steps[0]
    assert report.kept
    assert "With what follows" in report.text
    assert found.gain_db > 3
    assert not found.resolution.plan.weights.symmetric
    assert not any(e.symmetric for e in found.resolution.encodings.weights.values())
    written = export_model(
        found.model,
        found.resolution,
        tmp_path / "out.onnx",
        probes=[data().load(i).feeds for i in range(3)],
    )
    assert written.verification.simulation_sqnr_db > 40


def test_shifts_that_a_later_step_mends_do_not_decide(tmp_path: Path) -> None:
    model = leaning(tmp_path)
    alone = recover_plan(model, with_bits(4), data(), steps=["judged", "asymmetric"])
    followed = recover_plan(model, with_bits(4), data(), steps=["judged", "asymmetric", "bias"])
    assert "With what follows" not in alone.steps[0].text
    assert "With what follows" in followed.steps[0].text
    assert followed.steps[0].before_db == alone.steps[0].before_db


def test_only_the_layers_of_few_bits_change(tmp_path: Path) -> None:
    model = leaning(tmp_path)
    plan = QuantPlan().with_override("w1", **{"weights.bits": 3.0})
    changed, text = asymmetric_plan(resolved(model, plan))
    assert changed is not None
    assert "1 layer" in text
    weights = resolved(model, changed).encodings.weights
    assert not weights["w1"].symmetric
    assert weights["w2"].symmetric


def test_one_bit_eight_bits_and_symmetric_targets_stay(tmp_path: Path) -> None:
    model = leaning(tmp_path)
    for plan in (with_bits(8), with_bits(1), replace(with_bits(4), target="tensorrt")):
        changed, text = asymmetric_plan(resolved(model, plan))
        assert changed is None
        assert text
