"""What float layers make of the codes of a file, where their inputs have odd ways."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.export.export import export_model
from quantengine.export.options import ExportOptions
from tests.engine.onnx_text import text_model
from tests.engine.test_written_forms import PLANS, f, resolved

GRAPHS = {
    # `a` is an output and its codes are read by another that stays float
    "an output that is read too": (
        "(float[2,5,6,6] a, float[2,5,3,3] y, float[2,5,6,6] z)",
        "a = Conv(x, w)  z = Softmax(a)  y = MaxPool<kernel_shape=[2,2],strides=[2,2]>(a)",
    ),
    # `a` has a range, and the layer behind it finds one of its own while running
    "codes quantized again": ("(float[2,4,6,6] y)", "a = Add(x, x)  b = Neg(a)  y = Conv(b, w)"),
}


@pytest.mark.parametrize("form", ["qdq", "qoperator"])
@pytest.mark.parametrize("types", ["s8s8", "u8s8", "dynamic s8"])
@pytest.mark.parametrize("name", GRAPHS)
def test_what_is_right_is_not_refused(tmp_path: Path, name: str, types: str, form: str) -> None:
    outputs, nodes = GRAPHS[name]
    channels = 5 if "output" in name else 4
    graph = f"g (float[2,3,6,6] x) => {outputs} {{ {nodes} }}"
    model = text_model(tmp_path / "m.onnx", graph, {"w": f(channels, 3, 1, 1)})
    feeds = {"x": np.random.default_rng(2).normal(size=(2, 3, 6, 6)).astype(np.float32)}
    plan = PLANS[types]
    if types.startswith("dynamic"):
        plan = plan.with_override("x", **{"activations.dtype": "uint8"})
    found = resolved(model, feeds, plan)
    report = export_model(model, found, tmp_path / "q.onnx", ExportOptions(form), probes=[feeds])
    assert report.verification.nodes.worst_share < 0.02
