"""A small network with what matters for analysis: depthwise, residual, pooling, classifier."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.graph.model import FloatModel
from tests.engine.onnx_text import text_model

GRAPH = """
g (float[n,3,8,8] x) => (float[n,5] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, w1, b1)
  b = Relu (a)
  c = Conv <pads: ints = [1,1,1,1], group: int = 4> (b, w2, b2)
  d = Add (b, c)
  e = GlobalAveragePool (d)
  f = Flatten (e)
  y = Gemm (f, w3, b3)
}
"""


def network(folder: Path, planted: str | None = None, dead: str | None = None) -> FloatModel:
    """`planted` names a weight whose first output channel is made 1000 times larger, `dead` one
    whose second channel is zero, bias included."""
    rng = np.random.default_rng(3)
    shapes = {"w1": (4, 3, 3, 3), "b1": (4,), "w2": (4, 1, 3, 3), "b2": (4,), "w3": (4, 5)}
    weights = {name: rng.normal(size=s).astype(np.float32) for name, s in shapes.items()}
    weights["b3"] = rng.normal(size=5).astype(np.float32)
    if planted is not None:
        weights[planted][0] *= 1000
    if dead is not None:
        weights[dead][1] = weights[dead.replace("w", "b")][1] = 0
    return text_model(folder / "network.onnx", GRAPH, weights)


def images(count: int = 4) -> Dataset:
    return in_memory({"x": np.random.default_rng(5).normal(size=(count, 3, 8, 8)).astype("f")})
