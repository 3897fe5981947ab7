"""What is kept float between codes is float when it runs, not only in the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.data.open import in_memory
from quantengine.formats.metrics import Difference
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve import resolve_plan
from quantengine.rewrite.qdq import qdq_model
from quantengine.rewrite.qoperator import qoperator_model
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model

CONV = "b = Conv (a, w) r = Relu (b)"
BIASED = "b = Conv (a, w, c) r = Clip (b, low, high)"
TRANSPOSED = "r = ConvTranspose (a, w)"
LAYERS = {"conv": CONV, "biased": BIASED, "transposed": TRANSPOSED}


def between_codes(folder: Path, layer: str) -> FloatModel:
    """A layer between two convolutions; one of its channels has weights thirty times as large,
    so that a scale for all of them leaves the others nothing."""
    rng = np.random.default_rng(7)
    w = rng.normal(size=(4, 4, 1, 1)).astype(np.float32)
    w[(0, slice(None)) if layer != "transposed" else (slice(None), 0)] *= 30
    weights = {"v": rng.normal(size=(4, 3, 1, 1)), "w": w, "u": rng.normal(size=(2, 4, 1, 1))}
    weights["u"][:, 0] /= 30
    weights |= {"c": rng.normal(size=4), "low": np.float32(0), "high": np.float32(180)}
    used = {name: np.asarray(v, np.float32) for name, v in weights.items()}
    unused = () if layer == "biased" else ("c", "low", "high")
    nodes = f"a = Conv (x, v) {LAYERS[layer]} y = Conv (r, u)"
    graph = f"g (float[n,3,6,6] x) => (float[n,2,6,6] y) {{ {nodes} }}"
    return text_model(
        folder / "m.onnx", graph, {name: v for name, v in used.items() if name not in unused}
    )


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("kept", ["layer", "weights", "all weights"])
@pytest.mark.parametrize("form", ["qdq", "qoperator"])
def test_a_layer_kept_float_runs_float(tmp_path: Path, layer: str, kept: str, form: str) -> None:
    model = between_codes(tmp_path, layer)
    values = np.random.default_rng(1).normal(size=(20, 3, 6, 6)).astype(np.float32)
    table = calibrate(model, in_memory({"x": values}), model_taps(model))
    plan, name = QuantPlan.for_target("onnxruntime-cpu"), model.graph.node[1].name
    if kept == "layer":
        plan = plan.with_float(name)
    else:
        plan = plan.with_override("*" if "all" in kept else name, **{"weights.dtype": "float"})
    written = qdq_model(model, resolve_plan(model, plan, table).encodings)
    if form == "qoperator":
        written = qoperator_model(written)
    as_written, as_run = (
        Session(written, optimize=optimize).run({"x": values})["y"] for optimize in (False, True)
    )
    found = Difference()
    found.add(as_written, as_run)
    assert found.signal > 1
    assert found.sqnr_db > 45
