"""Networks that give parts of very different size one encoding, each in another way."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.graph.model import FloatModel
from tests.engine.onnx_text import text_model

_HEAD = """
  a = Conv (x, wb)
  b = Sigmoid (a)
  boxes = Mul (b, pixels)
  c = Conv (x, ws)
  scores = Sigmoid (c)
"""
_BOTH = "  both = Concat <axis: int = 1> (boxes, scores)\n"

NETWORKS = {
    "moved to the last axis": (
        "float[n,6,8,14] y",
        _HEAD
        + _BOTH
        + """  d = Transpose <perm: ints = [0,2,3,1]> (both)
  y = MatMul (d, turned)""",
    ),
    "flattened before it is joined": (
        "float[n,14,48] y",
        _HEAD
        + """  d = Reshape (boxes, flat4)
  e = Reshape (scores, flat10)
  both = Concat <axis: int = 1> (d, e)
  y = Conv (both, last3)""",
    ),
    "cut again, the boxes multiplied": (
        "float[n,4,6,8] y, float[n,10,6,8] z",
        _HEAD
        + _BOTH
        + """  d, e = Split <axis: int = 1> (both, sizes)
  y = Conv (d, last4)
  z = Mul (e, e)""",
    ),
    "cut by slices, both multiplied": (
        "float[n,4,6,8] y, float[n,10,6,8] z",
        _HEAD
        + _BOTH
        + """  d = Slice (both, from0, to4, one)
  e = Slice (both, to4, to14, one)
  y = Conv (d, last4)
  z = Conv (e, last10)""",
    ),
    "three parts": (
        "float[n,15,6,8] y",
        _HEAD
        + """  f = Conv (x, wo)
  sure = Sigmoid (f)
  both = Concat <axis: int = 1> (boxes, sure, scores)
  y = Conv (both, last15)""",
    ),
    "a constant beside scores": (
        "float[n,10,6,8] y",
        """  c = Conv (x, ws)
  scores = Sigmoid (c)
  both = Concat <axis: int = 1> (scores, grid)
  y = Conv (both, without)""",
    ),
    "read by two layers": (
        "float[n,14,6,8] y, float[n,14,6,8] z",
        _HEAD + _BOTH + "  y = Conv (both, last)\n  z = Conv (both, other)",
    ),
    "behind a Relu": (
        "float[n,14,6,8] y",
        _HEAD
        + """  raw = Concat <axis: int = 1> (boxes, scores)
  both = Relu (raw)
  y = Conv (both, last)""",
    ),
    "an output itself": ("float[n,14,6,8] both", _HEAD + _BOTH),
}


def joined(folder: Path, kind: str) -> FloatModel:
    """Boxes up to 640 beside scores up to 1, 4 and 10 channels; the last layers hardly mix."""
    outputs, nodes = NETWORKS[kind]
    rng = np.random.default_rng(4)
    batch = 1 if kind == "a constant beside scores" else "n"
    text = f"g (float[{batch},12,6,8] x) => ({outputs.replace('[n', f'[{batch}')}) {{\n{nodes}\n}}"

    def near(size: int) -> np.ndarray:
        return np.diag(1 + 0.01 * rng.normal(size=size)).reshape(size, size, 1, 1)

    floats = {
        "wb": rng.normal(size=(4, 12, 1, 1)),
        "ws": rng.normal(size=(10, 12, 1, 1)),
        "wo": rng.normal(size=(1, 12, 1, 1)),
        "pixels": np.float32(640),
        "last": near(14),
        "other": near(14),
        "last15": near(15),
        "last4": near(4),
        "last10": near(10),
        "last3": near(14)[..., 0],
        "turned": near(14)[..., 0, 0],
        "grid": 640 * rng.random((1, 2, 6, 8)),
        "without": np.eye(10, 12).reshape(10, 12, 1, 1),
    }
    integers = {
        "flat4": [0, 4, 48],
        "flat10": [0, 10, 48],
        "sizes": [4, 10],
        "from0": [0],
        "to4": [4],
        "to14": [14],
        "one": [1],
    }
    weights = {name: np.asarray(value, np.float32) for name, value in floats.items()}
    weights |= {name: np.array(value, np.int64) for name, value in integers.items()}
    used = {name: value for name, value in weights.items() if name in _names(nodes)}
    return text_model(folder / "joined.onnx", text, used)


def _names(nodes: str) -> set[str]:
    for sign in "(),=":
        nodes = nodes.replace(sign, " ")
    return set(nodes.split())


def joined_data(count: int = 24) -> Dataset:
    shape = (count, 12, 6, 8)
    return in_memory({"x": np.random.default_rng(2).normal(size=shape).astype(np.float32)})
