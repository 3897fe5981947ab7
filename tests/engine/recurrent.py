"""A small network that runs step by step: its state is fed back from an output."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.graph.model import FloatModel
from tests.engine.onnx_text import text_model

STEP = """
g (float[n,16] x, float[n,64,2] st) => (float[n,8] y{given}) {{
  c0 = Slice (st, zero, one, axis)
  h0 = Slice (st, one, two, axis)
  h = Reshape (h0, flat)
  c = Reshape (c0, flat)
  hu = MatMul (h, u)
  xw = MatMul (x, w)
  a = Add (hu, xw)
  s = Sigmoid (a)
  tc = Tanh (c)
  hn = Mul (s, tc)
  y = MatMul (hn, o)
  {feedback}
}}
"""
FEEDBACK = (
    "h3 = Reshape (hn, deep)\n  c3 = Reshape (c, deep)\n  st_out = Concat <axis = 2> (c3, h3)"
)


def step(folder: Path, *, looped: bool, opset: int = 17) -> FloatModel:
    """Hidden state and a cell hundreds of times larger come in one input `st` `[n, 64, 2]`.

    `looped`: there is an output `st_out` of that shape.
    """
    rng = np.random.default_rng(0)

    def normal(*shape: int, deviation: float) -> np.ndarray:
        return rng.normal(0, deviation, shape).astype(np.float32)

    graph = STEP.format(
        given=", float[n,64,2] st_out" if looped else "", feedback=FEEDBACK if looped else ""
    )
    weights = {
        "u": normal(64, 64, deviation=0.4),
        "w": normal(16, 64, deviation=0.2),
        "o": normal(64, 8, deviation=0.3),
        "zero": np.array([0]),
        "one": np.array([1]),
        "two": np.array([2]),
        "axis": np.array([2]),
        "flat": np.array([-1, 64]),
    }
    if looped:
        weights["deep"] = np.array([-1, 64, 1])
    return text_model(folder / "step.onnx", graph, weights, opset)


def steps(count: int = 60) -> Dataset:
    return in_memory(step_arrays(count))


def step_arrays(count: int = 60) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    cell, hidden = rng.normal(0, 40, (count, 64)), rng.normal(0, 0.15, (count, 64))
    x = rng.normal(size=(count, 16)).astype(np.float32)
    return {"x": x, "st": np.stack([cell, hidden], -1).astype(np.float32)}
