"""The rest of a network in half precision: smaller, as good, and float32 where it must be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from quantengine.errors import ExportError
from quantengine.export.export import ExportReport, export_model
from quantengine.export.options import ExportOptions
from quantengine.formats.granularity import InBlocks
from quantengine.graph.model import FloatModel
from quantengine.plan import FLOAT, QuantPlan, TensorPlan
from quantengine.resolve.resolve import resolve_plan

from .onnx_text import text_model

ALONE = QuantPlan(
    weights=TensorPlan("int8", symmetric=True, granularity=InBlocks(16)),
    activations=TensorPlan(FLOAT, symmetric=False),
)
NETWORK = """net (float[n, 4, 32] x) => (float[n, 4, 24] y, int64[n, 4] best) {
    a = LayerNormalization<axis = -1>(x, scale, shift)
    h = MatMul(a, w)
    g = Relu(h)
    big = Mul(g, huge)
    back = Mul(big, small)
    z = MatMul(back, v)
    y = Add(z, b)
    best = ArgMax<axis = -1, keepdims = 0>(y)
}"""
FED = {"x": np.random.default_rng(1).standard_normal((3, 4, 32)).astype(np.float32)}


def _model(folder: Path, huge: float, small: float) -> FloatModel:
    draw = np.random.default_rng(0)
    shapes = {"scale": (32,), "shift": (32,), "w": (32, 32), "v": (32, 24), "b": (24,)}
    weights = {k: draw.standard_normal(s) for k, s in shapes.items()}
    weights |= {"huge": np.array(huge), "small": np.array(small)}
    found = {k: np.asarray(v, np.float32) for k, v in weights.items()}
    return text_model(folder / "m.onnx", NETWORK, found)


def _written(model: FloatModel, path: Path, form: str) -> ExportReport:
    options = ExportOptions(form, float16_rest=True)
    return export_model(model, resolve_plan(model, ALONE), path, options, probes=[FED])


@pytest.mark.parametrize("form", ["nbits", "qdq"])
def test_what_fits_is_half_as_large(tmp_path: Path, form: str) -> None:
    model, path = _model(tmp_path, 2.0, 0.5), tmp_path / "q.onnx"
    report = _written(model, path, form)
    proto = onnx.load(path)
    floats = [t.name for t in proto.graph.initializer if t.data_type == TensorProto.FLOAT]
    assert floats == []
    ports = (*proto.graph.input, proto.graph.output[0])
    assert {port.type.tensor_type.elem_type for port in ports} == {TensorProto.FLOAT}
    assert report.verification.reference_sqnr_db > 35
    assert report.verification.simulation_sqnr_db > 45
    assert "Half precision in" in report.notes[-1]


def test_nodes_that_overflow_stay_and_are_named(tmp_path: Path) -> None:
    for number, (huge, small) in enumerate([(3e4, 1 / 3e4), (2.0, 1e-9)]):
        folder = tmp_path / str(number)
        folder.mkdir()
        report = _written(_model(folder, huge, small), folder / "q.onnx", "nbits")
        assert report.verification.reference_sqnr_db > 30
        named = report.notes[-1]
        assert "left float32" in named
        assert "back" in named
        assert ("big" in named) == (number == 0)


def test_it_needs_float_activations_and_samples(tmp_path: Path) -> None:
    model, options = _model(tmp_path, 2.0, 0.5), ExportOptions(float16_rest=True)
    with pytest.raises(ExportError, match="give --data"):
        export_model(model, resolve_plan(model, ALONE), tmp_path / "q.onnx", options)
