"""What onnxruntime rounds otherwise by merging float layers is no fault of the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.errors import ExportError
from quantengine.export import node_check
from quantengine.export.export import export_model
from quantengine.export.options import ExportOptions
from quantengine.formats.granularity import InBlocks
from quantengine.plan import QuantPlan, TensorPlan
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model
from tests.engine.test_written_forms import resolved

LAST_BITS = """g (float[n,700] x) => (float[n,6] y) {
  a = MatMul (x, w)  merged = Add (a, bias)
  o = MatMul (x, wide)  p = Slice (o, zero, width, one)  apart = Add (p, bias)
  c = Sub (merged, apart)  d = Abs (c)  e = Add (d, least)  l = Log (e)  y = MatMul (l, w2)
}"""
"""A logarithm of what the last bits of two equal sums differ by: one sum is merged to a Gemm."""
RNG = np.random.default_rng(0)
W = RNG.normal(size=(700, 24)).astype(np.float32)
HELD = {
    "w": W,
    "wide": np.concatenate([W, W[:, :1]], 1),
    "bias": RNG.normal(0, 3, 24).astype(np.float32),
    "zero": np.array([0]),
    "width": np.array([24]),
    "one": np.array([1]),
    "least": np.float32(1e-9),
    "w2": RNG.normal(size=(24, 6)).astype(np.float32),
}


def test_a_layer_behind_merged_floats_is_held_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = text_model(tmp_path / "m.onnx", LAST_BITS, HELD)
    feeds = {"x": RNG.normal(size=(4, 700)).astype(np.float32)}
    found = resolved(model, feeds, QuantPlan().with_float("MatMul_a", "MatMul_o"))
    out = tmp_path / "q.onnx"
    report = export_model(model, found, out, ExportOptions("qdq"), probes=[feeds])
    assert report.verification.nodes.nodes == 1

    def held_as_written(source: object, *, optimize: bool = True, brief: bool) -> Session:
        return Session(source, optimize=optimize and isinstance(source, Path), brief=brief)

    if not np.array_equal(*(last_bits(model.proto, feeds, merge) for merge in (False, True))):
        monkeypatch.setattr(node_check, "Session", held_as_written)
        with pytest.raises(ExportError, match="first at 'Log_l'"):
            export_model(model, found, out, ExportOptions("qdq"), probes=[feeds])


def last_bits(proto: object, feeds: dict[str, np.ndarray], merge: bool) -> np.ndarray:
    """The network's own outputs, whose logarithm shows them."""
    return Session(proto, optimize=merge).run(feeds)["y"]


BESIDE = """g (float[n,32] x) => (float[n] y, float[n,4] z) {
  a = MatMul (x, w)  y = MatMul (a, v)  z = Mul (a, four)
}"""
"""`a` is made by packed weights, and read as codes found while running and as floats."""


def test_a_float_reader_of_what_others_read_as_codes_has_what_is_before_it_behind_it(
    tmp_path: Path,
) -> None:
    rng = np.random.default_rng(1)
    held = {
        name: rng.normal(size=size).astype(np.float32)
        for name, size in (("w", (32, 4)), ("v", (4,)), ("four", (4,)))
    }
    model = text_model(tmp_path / "m.onnx", BESIDE, held)
    feeds = {"x": rng.normal(size=(5, 32)).astype(np.float32)}
    activations = TensorPlan(dtype="dynamic", symmetric=False)
    weights = TensorPlan(dtype="int4", symmetric=False, granularity=InBlocks(16))
    found = resolved(model, feeds, QuantPlan(weights=weights, activations=activations))
    report = export_model(model, found, tmp_path / "q.onnx", ExportOptions("qdq"), probes=[feeds])
    assert report.verification.nodes.rounded == ("MatMul_a",)
