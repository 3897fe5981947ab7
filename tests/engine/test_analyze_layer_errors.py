from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.compare import compare
from quantengine.analyze.layer_errors import layer_errors
from quantengine.data.open import in_memory
from quantengine.graph.changed import with_constants
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from tests.engine.onnx_text import text_model

PAIR = """
g (float[n,4] x) => (float[n,3] y) {
  a = MatMul (x, w1)
  b = Relu (a)
  y = MatMul (b, w2)
}
"""


def test_errors_add_up_as_in_the_comparison_and_follow_other_constants(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    weights = {
        "w1": random.normal(size=(4, 6)).astype(np.float32),
        "w2": random.normal(size=(6, 3)).astype(np.float32),
    }
    model = text_model(tmp_path / "m.onnx", PAIR, weights)
    data = in_memory({"x": random.normal(size=(24, 4)).astype(np.float32)})
    table = calibrate(model, data, model_taps(model), workers=1)
    resolution = resolve_plan(model, QuantPlan(), table)
    found = layer_errors(model, model, resolution.encodings, data, limit=None)
    compared = compare(model, resolution, data, limit=None)
    assert set(found) == {layer.name for layer in compared.layers}
    for layer in compared.layers:
        assert found[layer.name] == pytest.approx(layer.accumulated.both.sqnr_db, abs=1e-6)
    worse = with_constants(model, {"w2": 0.5 * weights["w2"]})
    last = compared.layers[-1].name
    halved = layer_errors(model, worse, resolution.encodings, data, limit=None)
    assert halved[last] < 10 < found[last]
