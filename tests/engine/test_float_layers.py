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
from quantengine.resolve.resolve import resolve_plan
from quantengine.rewrite.qdq import qdq_model
from quantengine.rewrite.qoperator import qoperator_model
from quantengine.runtime import Session
from quantengine.targets import plan_for
from tests.engine.onnx_text import text_model
from tests.engine.test_written_forms import PLANS, resolved

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
    plan, name = plan_for("onnxruntime-cpu"), model.graph.node[1].name
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


MOVES = {
    "Unsqueeze(a, one)": "[b, c, d, e, f]",
    "Reshape(a, all)": "[b]",
    "Transpose(a)": "[b, c, d, e]",
    "Slice(a, one, two, one)": "[b, c, d, e]",
    "MaxPool<kernel_shape=[2, 2]>(a)": "[b, c, d, e]",
    "Flatten(a)": "[b, c]",
}


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("types", ["s8s8", "u8s8"])
@pytest.mark.parametrize("opset", [20, 21, 22])
def test_a_move_of_floats_behind_codes_is_loaded(
    tmp_path: Path, move: str, types: str, opset: int
) -> None:
    rng = np.random.default_rng(2)
    weights = {name: rng.normal(size=(3, 3, 1, 1)).astype(np.float32) for name in "wu"}
    known = {"one": np.array([1]), "two": np.array([2]), "all": np.array([-1])}
    weights |= {name: values for name, values in known.items() if f" {name}" in move}
    graph = f"""g (float[2,3,6,6] x) => (float[2,3,6,6] y, float{MOVES[move]} z) {{
      a = Conv(x, w)  z = {move}  y = Conv(a, u) }}"""
    model = text_model(tmp_path / "m.onnx", graph, weights, opset)
    feeds = {"x": rng.normal(size=(2, 3, 6, 6)).astype(np.float32)}
    qdq = qdq_model(model, resolved(model, feeds, PLANS[types]).encodings)
    for proto in (qdq, qoperator_model(qdq)):
        found = Session(proto).run(feeds)["z"]
        expected = Session(proto, optimize=False).run(feeds)["z"]
        np.testing.assert_allclose(found, expected, atol=0.05)
