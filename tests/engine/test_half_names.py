"""Inputs and outputs in half precision answer to the names they have in the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.graph.half import wide_ports
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from tests.engine.onnx_text import text_model
from tests.engine.small_network import in_memory

RNG = np.random.default_rng(3)
GRAPH = """
g (float16[N,4] x) => (float16[N,3] y) {
    y = MatMul(x, w)
}
"""


@pytest.mark.parametrize("pattern", ["x", "x_float32", "x*", "re:^x$"])
def test_a_setting_of_an_input_reaches_its_values(tmp_path: Path, pattern: str) -> None:
    weight = RNG.normal(size=(4, 3)).astype(np.float16)
    model = text_model(tmp_path / "m.onnx", GRAPH, {"w": weight})
    assert wide_ports(model) == {"x": "x_float32", "y": "y_float32"}
    data = in_memory({"x": RNG.normal(size=(8, 4)).astype(np.float16)})
    table = calibrate(model, data, model_taps(model))
    plan = QuantPlan().with_override(pattern, **{"activations.bits": 16})
    encodings = resolve_plan(model, plan, table).encodings
    assert encodings.activations["x_float32"].dtype.bits == 16
    assert (
        resolve_plan(model, QuantPlan(), table).encodings.activations["x_float32"].dtype.bits == 8
    )
