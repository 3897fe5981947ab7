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


def network(folder: Path, dead: str | None = None) -> FloatModel:
    """`dead` names a weight whose second output channel is zero, bias included."""
    rng = np.random.default_rng(3)
    shapes = {"w1": (4, 3, 3, 3), "b1": (4,), "w2": (4, 1, 3, 3), "b2": (4,), "w3": (4, 5)}
    weights = {name: rng.normal(size=s).astype(np.float32) for name, s in shapes.items()}
    weights["b3"] = rng.normal(size=5).astype(np.float32)
    if dead is not None:
        weights[dead][1] = weights[dead.replace("w", "b")][1] = 0
    return text_model(folder / "network.onnx", GRAPH, weights)


CHAIN = """
g (float[n,3,8,8] x) => (float[n,5] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, w1)
  b = Relu (a)
  c = Conv <pads: ints = [1,1,1,1], group: int = 6> (b, w2)
  d = Relu (c)
  e = Conv (d, w3)
  f = GlobalAveragePool (e)
  h = Flatten (f)
  y = Gemm (h, w4)
}
"""


def chain(folder: Path, *, planted: bool) -> FloatModel:
    """A network without branches; planted: one channel of its second layer is 1000 times larger,
    which the third makes up for, so that the function stays the same."""
    rng = np.random.default_rng(4)
    shapes = {"w1": (6, 3, 3, 3), "w2": (6, 1, 3, 3), "w3": (6, 6, 1, 1), "w4": (6, 5)}
    weights = {name: rng.normal(size=s).astype(np.float32) for name, s in shapes.items()}
    if planted:
        weights["w2"][0] *= 1000
        weights["w3"][:, 0] /= 1000
    return text_model(folder / ("planted.onnx" if planted else "chain.onnx"), CHAIN, weights)


def images(count: int = 4) -> Dataset:
    return in_memory({"x": np.random.default_rng(5).normal(size=(count, 3, 8, 8)).astype("f")})
