"""A head whose boxes in pixels and scores in 0..1 go through one Concat into a last layer."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.graph.model import FloatModel
from tests.engine.onnx_text import text_model

BOXES, SCORES, PLACES, WIDTH = 4, 10, 48, 12
CHANNELS = BOXES + SCORES

CONV = """
g (float[n,12,{places}] x) => (float[n,14,{places}] y) {{
  a = Conv (x, wb)
  b = Sigmoid (a)
  boxes = Mul (b, pixels)
  c = Conv (x, ws)
  scores = Sigmoid (c)
  both = Concat <axis: int = 1> (boxes, scores)
  y = Conv (both, last)
}}
"""
MATMUL = """
g (float[n,{places},12] x) => (float[n,{places},14] y) {{
  a = MatMul (x, wb)
  b = Sigmoid (a)
  boxes = Mul (b, pixels)
  c = MatMul (x, ws)
  scores = Sigmoid (c)
  both = Concat <axis: int = -1> (boxes, scores)
  y = MatMul (both, last)
}}
"""
HEADS = [(last, rank) for last in ("Conv", "MatMul") for rank in (3, 4)]
CURE = {"Conv": "Conv_y", "MatMul": "MatMul_y"}


def head(folder: Path, last: str, rank: int) -> FloatModel:
    """Ends in a Conv or a MatMul; the last layer is nearly the identity."""
    rng = np.random.default_rng(4)
    places = f"{PLACES}" if rank == 3 else "6,8"
    text = (CONV if last == "Conv" else MATMUL).format(places=places)
    mixing = np.eye(CHANNELS) + 0.01 * rng.normal(size=(CHANNELS, CHANNELS)) * np.eye(CHANNELS)
    wb, ws = (rng.normal(size=(count, WIDTH)) for count in (BOXES, SCORES))
    ones = (1,) * (rank - 2)
    arrays = {"wb": wb, "ws": ws, "last": mixing}
    if last == "Conv":
        weights = {name: value.reshape(*value.shape, *ones) for name, value in arrays.items()}
    else:
        weights = {name: value.T for name, value in arrays.items()}
    typed = {name: value.astype(np.float32) for name, value in weights.items()}
    return text_model(folder / "head.onnx", text, {**typed, "pixels": np.float32(640)})


def head_data(last: str, rank: int, count: int = 24) -> Dataset:
    places = (PLACES,) if rank == 3 else (6, 8)
    shape = (count, WIDTH, *places) if last == "Conv" else (count, *places, WIDTH)
    return in_memory({"x": np.random.default_rng(2).normal(size=shape).astype(np.float32)})


def head_files(folder: Path, last: str, rank: int) -> list[str]:
    """The head and its data as files, as the command line takes them."""
    model, data = head(folder, last, rank), head_data(last, rank)
    fed = np.concatenate([data.load(place).feeds["x"] for place in range(len(data))])
    np.savez(folder / "d.npz", x=fed)
    return [str(model.path), "--data", str(folder / "d.npz")]
