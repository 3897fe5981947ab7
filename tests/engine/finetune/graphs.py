"""Small networks for training, with data that a seed fixes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan, apply_settings
from quantengine.resolve.resolve import Resolution, resolve_plan
from tests.engine.onnx_text import text_model

RESIDUAL = """
agraph (float[batch, 3, 8, 8] x) => (float[batch, 5] scores) {
  a0 = Conv <pads = [1, 1, 1, 1]> (x, w1, b1)
  a = Relu (a0)
  c0 = Conv <pads = [1, 1, 1, 1]> (a, w2, b2)
  c1 = Add (c0, a)
  c = Relu (c1)
  p = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (c)
  d = Conv <strides = [2, 2]> (p, w3)
  g = GlobalAveragePool (d)
  f = Flatten (g)
  scores = Gemm <transB = 1> (f, w4, b4)
}
"""

NORMED = """
agraph (float[batch, 3, 8, 8] x) => (float[batch, 4, 8, 8] y) {
  a0 = Conv <pads = [1, 1, 1, 1]> (x, w1)
  a1 = BatchNormalization <epsilon = 0.001> (a0, gamma, beta, mean, variance)
  a = Relu (a1)
  y = Conv (a, w2, b2)
}
"""


def residual(path: Path) -> FloatModel:
    """Convolutions with a shortcut, a pool and a classifier."""
    random = np.random.default_rng(0)

    def normal(*shape: int) -> np.ndarray:
        fan = max(1, int(np.prod(shape[1:])))
        return (random.normal(size=shape) * (2 / fan) ** 0.5).astype(np.float32)

    weights = {
        "w1": normal(6, 3, 3, 3),
        "b1": normal(6),
        "w2": normal(6, 6, 3, 3),
        "b2": normal(6),
        "w3": normal(8, 6, 1, 1),
        "w4": normal(5, 8) * 3,
        "b4": normal(5),
    }
    return text_model(path, RESIDUAL, weights)


def normed(path: Path, *, fold: bool = True) -> FloatModel:
    """A convolution with a batch norm behind it."""
    from quantengine.graph.load import open_model

    random = np.random.default_rng(1)
    w1 = random.normal(size=(4, 3, 3, 3)).astype(np.float32)
    weights = {
        "w1": w1,
        "w2": random.normal(size=(4, 4, 1, 1)).astype(np.float32),
        "b2": random.normal(size=4).astype(np.float32),
        "gamma": random.uniform(0.5, 2, 4).astype(np.float32),
        "beta": random.normal(size=4).astype(np.float32),
        "mean": (0.1 * random.normal(size=4)).astype(np.float32),
        "variance": 1.5 * np.square(w1).sum((1, 2, 3)),
    }
    text_model(path, NORMED, weights)
    return open_model(path, fold=fold)


def images(count: int = 24, seed: int = 3, *, labels: bool = False) -> Dataset:
    """Noise with a pattern, for input `x`."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(count, 3, 8, 8)).astype(np.float32)
    x += np.sin(np.arange(8, dtype=np.float32)) * random.normal(size=(count, 1, 1, 1))
    chosen = random.integers(0, 5, count).tolist() if labels else None
    return in_memory({"x": x.astype(np.float32)}, chosen)


def quantized(model: FloatModel, data: Dataset, weights: int, activations: int) -> Resolution:
    """The default plan at other widths, with the statistics of `data`."""
    plan = QuantPlan()
    plan = QuantPlan(
        weights=apply_settings(plan.weights, [("bits", float(weights))], "weights"),
        activations=apply_settings(plan.activations, [("bits", float(activations))], "activations"),
    )
    return resolve_plan(model, plan, calibrate(model, data, model_taps(model)))
