"""Small networks whose outputs feed their inputs: one that remembers, and one that decodes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from quantengine.graph.model import FloatModel
from tests.engine.onnx_text import text_model

WIDE, STATE, WORDS = 16, 24, 20

CELL = f"""
g (float[1,{WIDE}] x, float[1,{STATE}] state) => (float[1,2] y, float[1,{STATE}] stateN) {{
  xw = MatMul (x, w)
  su = MatMul (state, u)
  a = Add (xw, su)
  stateN = Tanh (a)
  z = MatMul (stateN, o)
  y = Sigmoid (z)
}}
"""

DECODER = f"""
g (int64[n,m] token, float[n,past,{STATE}] cache, float[n,k,{STATE}] told)
  => (float[n,m,{WORDS}] logits, float[n,total,{STATE}] present) {{
  e = Gather (table, token)
  present = Concat <axis = 1> (cache, e)
  kt = Transpose <perm = [0, 2, 1]> (present)
  scores = MatMul (e, kt)
  shares = Softmax <axis = 2> (scores)
  mixed = MatMul (shares, present)
  about = ReduceMean <axes = [1], keepdims = 1> (told)
  both = Add (mixed, about)
  h0 = MatMul (both, w)
  h = Relu (h0)
  logits = MatMul (h, o)
}}
"""


def cell(folder: Path, batch: int = 1) -> FloatModel:
    """`state` `[batch, 24]` is fed back from `stateN`, and grows over the first steps."""
    rng = np.random.default_rng(0)
    weights = {
        "w": rng.normal(0, 0.2, (WIDE, STATE)),
        "u": np.linalg.qr(rng.normal(size=(STATE, STATE)))[0],
        "o": rng.normal(0, 0.5, (STATE, 2)),
    }
    text = CELL.replace("float[1,", f"float[{batch},")
    return text_model(folder / "cell.onnx", text, _floats(weights))


def decoder(folder: Path) -> FloatModel:
    """`token` is the best of `logits`, `cache` grows by one row a step, `told` stays."""
    rng = np.random.default_rng(3)
    weights = {
        "table": rng.normal(0, 1.0, (WORDS, STATE)),
        "w": rng.normal(0, 0.3, (STATE, 32)),
        "o": rng.normal(0, 0.3, (32, WORDS)),
    }
    return text_model(folder / "decoder.onnx", DECODER, _floats(weights))


def _floats(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: values.astype(np.float32) for name, values in weights.items()}
