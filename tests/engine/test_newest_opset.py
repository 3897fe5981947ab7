"""Opsets whose pairs onnxruntime does not know yet are written with its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from quantengine.data.open import in_memory
from quantengine.errors import ExportError
from quantengine.export.export import ExportOptions, export_model
from quantengine.formats.granularity import InBlocks, PerChannel
from quantengine.formats.metrics import Difference
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan, TensorPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.rewrite.microsoft import NEWEST_PAIRS
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model

NEWEST = onnx.defs.onnx_opset_version()
GRAPH = "g (float[n,32] x) => (float[n,8] y) { a = Gemm(x, v, b) r = Relu(a) y = MatMul(r, w) }"
RNG = np.random.default_rng(0)
X = RNG.normal(0, 1, (40, 32)).astype(np.float32)
WEIGHTS = {
    "v": RNG.normal(0, 0.2, (32, 32)).astype(np.float32),
    "b": RNG.normal(0, 0.2, 32).astype(np.float32),
    "w": RNG.normal(0, 0.2, (32, 8)).astype(np.float32),
}
needs_newer = pytest.mark.skipif(NEWEST <= NEWEST_PAIRS, reason="no newer opset is known")


def _exported(folder: Path, opset: int, plan: QuantPlan, options: ExportOptions) -> float:
    """dB of the written file against the one that was given."""
    model = text_model(folder / "m.onnx", GRAPH, WEIGHTS, opset)
    table = calibrate(model, in_memory({"x": X}), model_taps(model), workers=1)
    found = resolve_plan(model, plan, table)
    report = export_model(model, found, folder / "q.onnx", options, probes=[{"x": X}])
    assert report.opset == (options.opset or opset)
    apart = Difference()
    names = (folder / "m.onnx", folder / "q.onnx")
    apart.add(*(Session(name).run({"x": X})["y"] for name in names))
    return apart.sqnr_db


@needs_newer
@pytest.mark.parametrize("form", ["qdq", "qoperator"])
def test_a_model_of_the_newest_opset_is_written(tmp_path: Path, form) -> None:
    assert _exported(tmp_path, NEWEST, QuantPlan(), ExportOptions(form)) > 30


@needs_newer
def test_wider_and_narrower_types_at_the_newest_opset(tmp_path: Path) -> None:
    wide = QuantPlan(activations=TensorPlan("uint16", symmetric=False))
    assert _exported(tmp_path, 17, wide, ExportOptions(opset=NEWEST)) > 35
    narrow = QuantPlan(weights=TensorPlan("int4", symmetric=True, granularity=PerChannel()))
    assert _exported(tmp_path, NEWEST, narrow, ExportOptions()) > 10


@needs_newer
def test_blocks_at_the_newest_opset_are_refused_by_name(tmp_path: Path) -> None:
    blocks = TensorPlan("int8", symmetric=True, granularity=InBlocks(16))
    plan = QuantPlan(weights=blocks)
    with pytest.raises(ExportError, match=f"blocks in opset {NEWEST}"):
        _exported(tmp_path, NEWEST, plan, ExportOptions())
