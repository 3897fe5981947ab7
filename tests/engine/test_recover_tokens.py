"""Recovery of products of tokens: padding, tokens of all sizes, biases that an Add holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from quantengine.analyze.simulate import Simulator
from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.recover.bias import correct_bias
from quantengine.recover.samples import recovery_samples
from quantengine.resolve.resolve import resolve_plan
from quantengine.rewrite.qdq import qdq_model
from quantengine.runtime import Session
from quantengine.verdict.positions import real_positions
from tests.engine.judged import held_db
from tests.engine.onnx_text import text_model

RNG = np.random.default_rng(4)
TOKENS = """
g (float[n,l,6] x, int64[n,l] attention_mask) => (float[n,l,3] y) {
  a = MatMul (x, w1)
  b = Add (bias, a)
  c = Relu (b)
  y = MatMul (c, w2)
}
"""


def tokens_model(tmp_path: Path) -> FloatModel:
    weights = {"w1": RNG.normal(size=(6, 8)), "w2": RNG.normal(size=(8, 3)), "bias": np.ones(8)}
    typed = {name: values.astype(np.float32) for name, values in weights.items()}
    return text_model(tmp_path / "tokens.onnx", TOKENS, typed)


def tokens(count: int = 40, padding: float = 1.0) -> Dataset:
    """Sentences of 5 tokens, the last two of them padding."""
    x = np.random.default_rng(8).normal(size=(count, 5, 6)).astype(np.float32)
    x[:, 3:] *= padding
    mask = np.broadcast_to(np.array([1, 1, 1, 0, 0]), (count, 5))
    return in_memory({"x": x, "attention_mask": mask.astype(np.int64)})


def test_the_constant_behind_a_product_takes_its_bias(tmp_path: Path) -> None:
    model, data = tokens_model(tmp_path), tokens()
    table = calibrate(model, data, model_taps(model), workers=1)
    encodings = resolve_plan(model, QuantPlan(), table).encodings
    shifted = replace(encodings, constants={"bias": np.full(8, 3, np.float32)})
    samples = recovery_samples(model, data)
    found = correct_bias(model, shifted, samples)
    assert held_db(model, samples, shifted) < 15
    assert held_db(model, samples, found.encodings) > 30
    assert np.allclose(found.encodings.constants["bias"], 1, atol=0.05)
    feeds = data.load(0).feeds
    written = Session(qdq_model(model, found.encodings), optimize=False).run(feeds)["y"]
    assert np.array_equal(written, Simulator(model).run(feeds, found.encodings)["y"])


def test_padding_does_not_count(tmp_path: Path) -> None:
    model = tokens_model(tmp_path)
    ratios = []
    for padding in (1.0, 1.5):
        data = tokens(padding=padding)
        encodings = resolve_plan(
            model, QuantPlan(), calibrate(model, tokens(), model_taps(model), workers=1)
        ).encodings
        ratios.append(held_db(model, recovery_samples(model, data), encodings))
    assert ratios[0] == ratios[1]
    values, mask = np.zeros((2, 5, 6)), np.array([[1, 1, 1, 0, 0], [1, 0, 0, 0, 0]])
    assert real_positions(values, {"attention_mask": mask}).shape == (4, 6)
    assert real_positions(values, {"x": mask}) is values
    assert real_positions(values[:, :4], {"attention_mask": mask}).shape == (2, 4, 6)


def test_one_huge_token_does_not_shift_the_others(tmp_path: Path) -> None:
    graph = """
    g (float[n,l,6] x) => (float[n,l,6] y) {
      a = MatMul (x, w)
      b = Add (a, bias)
      y = LayerNormalization <axis: int = -1> (b, one)
    }
    """
    weights = {"w": RNG.normal(size=(6, 6)), "bias": RNG.normal(size=6), "one": np.ones(6)}
    typed = {name: values.astype(np.float32) for name, values in weights.items()}
    model = text_model(tmp_path / "norm.onnx", graph, typed)
    x = RNG.normal(size=(60, 5, 6)).astype(np.float32)
    x[:, 0] = 60 * np.abs(x[:1, 0])
    data = in_memory({"x": x})
    plan = QuantPlan()
    plan = replace(
        plan,
        weights=replace(plan.weights, dtype="int4"),
        activations=replace(plan.activations, dtype="uint16"),
    )
    encodings = resolve_plan(
        model, plan, calibrate(model, data, model_taps(model), workers=1)
    ).encodings
    samples = recovery_samples(model, data)
    found = correct_bias(model, encodings, samples)
    assert held_db(model, samples, found.encodings) > held_db(model, samples, encodings) - 0.5
