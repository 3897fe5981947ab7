"""Weights in blocks written as MatMulNBits, run beside the float network by onnxruntime."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from quantengine.diff.stored import stored_weight
from quantengine.errors import ExportError
from quantengine.export.export import export_model
from quantengine.export.options import ExportOptions
from quantengine.formats.granularity import InBlocks
from quantengine.graph.flow import integer_flow
from quantengine.graph.layers import model_layers
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.plan import FLOAT, QuantPlan, TensorPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.runtime import packs_two_bits

from .onnx_text import text_model

PRODUCTS = """net (float[n, 40] x) => (float[n, 24] y) {
    h = MatMul(x, w)
    r = Relu(h)
    y = Gemm<transB = 1>(r, v, b)
}"""
FED = {"x": np.random.default_rng(5).standard_normal((6, 40)).astype(np.float32)}


def _model(folder: Path) -> FloatModel:
    draw = np.random.default_rng(3)
    weights = {
        "w": draw.standard_normal((40, 48)) + 0.2,
        "v": draw.standard_normal((24, 48)),
        "b": draw.standard_normal(24),
    }
    found = {name: values.astype(np.float32) for name, values in weights.items()}
    return text_model(folder / "m.onnx", PRODUCTS, found)


def _plan(dtype: str, size: int, *, symmetric: bool = True) -> QuantPlan:
    dtype, _, method = dtype.partition(", ")
    how = {"method": method} if method else {}
    weights = TensorPlan(dtype, symmetric=symmetric, granularity=InBlocks(size), **how)
    return QuantPlan(weights=weights, activations=TensorPlan(FLOAT, symmetric=False))


def _nodes(path: Path) -> list[onnx.NodeProto]:
    return [n for n in onnx.load(path).graph.node if n.op_type == "MatMulNBits"]


@pytest.mark.parametrize(
    ("dtype", "size", "symmetric", "bits", "inputs"),
    [
        ("int4", 16, True, 4, [3, 6]),
        ("uint4", 32, False, 4, [4, 6]),
        ("int8", 64, True, 8, [3, 6]),
        ("uint8", 32, False, 8, [4, 6]),
        ("int2", 16, True, 2, [3, 6]),
        ("uint3", 32, False, 4, [4, 6]),
        ("int4, lopsided", 32, True, 4, [3, 6]),
    ],
)
def test_packed_weights_compute_what_pairs_do(
    tmp_path: Path, dtype: str, size: int, symmetric: bool, bits: int, inputs: list[int]
) -> None:
    model = _model(tmp_path)
    found = resolve_plan(model, _plan(dtype, size, symmetric=symmetric))
    path = tmp_path / "q.onnx"
    report = export_model(model, found, path, ExportOptions("nbits"), probes=[FED])
    nodes = _nodes(path)
    assert [len(node.input) for node in nodes] == inputs
    widths = {entry.i for n in nodes for entry in n.attribute if entry.name == "bits"}
    assert widths == {bits if bits > 2 or packs_two_bits() else 4}
    assert report.verification.simulation_sqnr_db > 100
    assert report.integers.weights == 2
    assert any("stay floats" in note for note in report.notes)
    opened, first = open_model(path), model.graph.node[0]
    read = stored_weight(opened, nodes[0].name)
    assert read is not None
    assert read[1] == 1
    expected = found.encodings.weight_of(first.input[1], model.weight(first.input[1]))
    assert np.array_equal(read[0], expected)


def test_levels_of_accuracy_are_told_and_measured(tmp_path: Path) -> None:
    model = _model(tmp_path)
    found = resolve_plan(model, _plan("int4", 32))
    path = tmp_path / "q.onnx"
    report = export_model(
        model, found, path, ExportOptions("nbits", accuracy_level=4), probes=[FED]
    )
    assert any("may round the inputs to 8 bits" in note for note in report.notes)
    assert report.verification.simulation_sqnr_db > 30
    pairs = export_model(model, found, tmp_path / "p.onnx", ExportOptions(), probes=[FED])
    assert any("packs the weights of 2 layers itself" in note for note in pairs.notes)


def test_a_wrong_packing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from quantengine.rewrite import nbits

    model = _model(tmp_path)
    found = resolve_plan(model, _plan("int4", 32))
    right = nbits._pack
    monkeypatch.setattr(nbits, "_pack", lambda codes, bits: right(codes[:, ::-1], bits))
    with pytest.raises(ExportError, match="does not compute what was simulated"):
        export_model(model, found, tmp_path / "q.onnx", ExportOptions("nbits"), probes=[FED])


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (QuantPlan(activations=TensorPlan(FLOAT, symmetric=False)), "no scale for each block"),
        (_plan("int4", 20), "blocks of 20 are none of 16, 32"),
        (_plan("int16", 32), "more than 8 bits"),
    ],
)
def test_what_cannot_be_packed_is_told(tmp_path: Path, plan: QuantPlan, said: str) -> None:
    model = _model(tmp_path)
    found = resolve_plan(model, plan)
    with pytest.raises(ExportError, match=said):
        export_model(model, found, tmp_path / "q.onnx", ExportOptions("nbits"), probes=[FED])


def test_a_weight_that_two_products_read_is_packed_once(tmp_path: Path) -> None:
    graph = """net (float[n, 3, 32] x) => (float[n, 3, 32] y) {
        h = MatMul(x, w)
        t = Tanh(h)
        y = MatMul(t, w)
    }"""
    draw = np.random.default_rng(0)
    weights = {"w": draw.standard_normal((32, 32)).astype(np.float32)}
    model = text_model(tmp_path / "m.onnx", graph, weights)
    feeds = {"x": draw.standard_normal((2, 3, 32)).astype(np.float32)}
    path = tmp_path / "q.onnx"
    found = resolve_plan(model, _plan("int4", 16))
    report = export_model(model, found, path, ExportOptions("nbits"), probes=[feeds])
    first, second = _nodes(path)
    assert list(first.input[1:]) == list(second.input[1:])
    assert len(onnx.load(path).graph.initializer) == 2
    assert report.verification.reference_sqnr_db > 12


def test_a_file_of_packed_weights_tells_what_it_holds(tmp_path: Path) -> None:
    model, path = _model(tmp_path), tmp_path / "q.onnx"
    found = resolve_plan(model, _plan("uint4", 32, symmetric=False))
    export_model(model, found, path, ExportOptions("nbits"), probes=[FED])
    opened = open_model(path)
    first, _, last = model_layers(opened, integer_flow(opened))
    assert (first.parameters, last.parameters) == (40 * 48, 48 * 24)
    codes, scales, zeros = 48 * 2 * 16, 48 * 2 * 4, 48 * 1
    assert first.bytes == codes + scales + zeros and not first.weights
    assert "weights of 4 bits in blocks of 32" in str(first.reason)
    assert not any("stay float" in note for note in opened.notes)
