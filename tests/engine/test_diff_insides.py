"""What a comparison of two files cannot tell of branches, loops and sequences is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from quantengine.data.open import in_memory
from quantengine.data.options import DataOptions
from quantengine.diff.compare import compare_files
from quantengine.observe.inputs import open_model_data
from tests.engine.onnx_text import text_model
from tests.engine.streaming import WIDE, cell

BRANCHED = """
g (float[n,3] x, bool c) => (float[n,3] y) {
  a = MatMul (x, w)
  b = If (c) <
    then_branch = one () => (float[n,3] p) { r = Relu (a)
      p = MatMul (r, w) },
    else_branch = other () => (float[n,3] q) { q = Neg (a) }
  >
  y = Add (b, a)
}
"""
LOOPED = """
g (float[n,3] x, int64 turns, bool more) => (float[n,3] y) {
  a = MatMul (x, w)
  y = Loop (turns, more, a) <body = body (int64 i, bool c, float[n,3] s) =>
    (bool d, float[n,3] t) { d = Identity (c)
      t = MatMul (s, w) }>
}
"""
ROWS = np.random.default_rng(1).normal(size=(5, 3)).astype(np.float32)
WEIGHT = np.random.default_rng(2).normal(size=(3, 3)).astype(np.float32)


def test_values_in_branches_of_the_file_have_an_error_alone_and_that_is_said(
    tmp_path: Path,
) -> None:
    model = text_model(tmp_path / "float.onnx", BRANCHED, {"w": WEIGHT})
    other = text_model(tmp_path / "other.onnx", BRANCHED, {"w": WEIGHT * np.float32(1.01)})
    found = compare_files(model, other.path, in_memory({"x": ROWS, "c": np.ones(5, np.bool_)}))
    row = next(row for row in found.layers if row.tensor == "p")
    assert 30 < row.local_db < 50 and np.isnan(row.accumulated_db)
    assert found.to_json()["notes"] == [
        "The file has these inside a branch or a loop, where only errors alone are told (1): p."
    ]


def test_values_in_loops_are_not_compared_and_that_is_said(tmp_path: Path) -> None:
    model = text_model(tmp_path / "float.onnx", LOOPED, {"w": WEIGHT})
    other = text_model(tmp_path / "other.onnx", LOOPED, {"w": WEIGHT * np.float32(1.01)})
    feeds = {"x": ROWS, "turns": np.full(5, 2), "more": np.ones(5, np.bool_)}
    found = compare_files(model, other.path, in_memory(feeds))
    rows = {row.tensor: row for row in found.layers}
    assert 30 < rows["a"].local_db < 50 and np.isnan(rows["t"].local_db)
    assert [*map(str, found.notes)] == [
        "The file has these inside a branch or a loop, where they are not compared (1): t."
    ]


def test_of_sequences_errors_alone_are_not_told_and_that_is_said(tmp_path: Path) -> None:
    model, path = cell(tmp_path), tmp_path / "heard.npz"
    np.savez(path, x=np.random.default_rng(1).normal(size=(3, 12, WIDE)).astype(np.float32))
    data = open_model_data(model, path, DataOptions(loops={"state": "stateN"}))
    found = compare_files(model, model.path, data, limit=None)
    assert [*map(str, found.notes)] == ["Of sequences, errors of layers alone are not told."]
    assert all(np.isnan(row.local_db) for row in found.layers)
