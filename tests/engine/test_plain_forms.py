"""Legal ways of writing a layer that become the one that rules know, compared with the file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from quantengine.data.open import in_memory
from quantengine.errors import DataError
from quantengine.export.export import ExportOptions, export_model
from quantengine.formats.granularity import InBlocks, PerChannel
from quantengine.formats.metrics import Difference
from quantengine.graph.flow import integer_flow
from quantengine.graph.layers import model_layers
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import model_inputs
from quantengine.observe.taps import model_taps
from quantengine.opening.open import open_model
from quantengine.plan import QuantPlan, TensorPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model

RNG = np.random.default_rng(0)


def _f(*shape: int) -> NDArray[np.float32]:
    return RNG.normal(0, 0.4, shape).astype(np.float32)


def _exports(model: FloatModel, path: Path, x: NDArray[Any], form: str = "qdq") -> None:
    """The written file holds integers and computes what the file does that was given."""
    fed = [{"x": row[None] if len(model.inputs["x"].shape or ()) > row.ndim else row} for row in x]
    data = in_memory({"x": x}, inputs=model_inputs(model))
    table = calibrate(model, data, model_taps(model), workers=1)
    found = resolve_plan(model, QuantPlan(), table)
    report = export_model(model, found, path, ExportOptions(form), probes=fed)
    assert report.integers.weights
    ours, theirs = Session(path), Session(model.path)
    for name, kind in model.outputs.items():
        apart = Difference()
        for feeds in fed:
            apart.add(theirs.run(feeds)[name], ours.run(feeds)[name])
        assert apart.sqnr_db > 28 or not kind.is_float, name


FORMS: dict[str, tuple[str, dict[str, NDArray[Any]]]] = {
    "a bias of each row": (
        "g (float[4,8] x) => (float[4,6] y) { y = Gemm(x, w, b) }",
        {"w": _f(8, 6), "b": _f(4, 1)},
    ),
    "a bias of each value": (
        "g (float[4,8] x) => (float[4,6] y) { y = Gemm(x, w, b) }",
        {"w": _f(8, 6), "b": _f(4, 6)},
    ),
    "a bias that is computed": (
        "g (float[4,8] x) => (float[4,6] y) { s = ReduceSum(x, one) y = Gemm(x, w, s) }",
        {"w": _f(8, 6), "one": np.array([1])},
    ),
    "factors": (
        "g (float[4,8] x) => (float[4,6] y) { y = Gemm<alpha=0.5, beta=3.0>(x, w, b) }",
        {"w": _f(8, 6), "b": _f(6)},
    ),
    "a turned input": (
        "g (float[4,8] x) => (float[8,6] y) { y = Gemm<transA=1, alpha=2.0>(x, w, b) }",
        {"w": _f(4, 6), "b": _f(1, 6)},
    ),
    "a weight norm": (
        """g (float[4,3,9] x) => (float[4,5,9] y) {
            v2 = Mul(v, v) s = ReduceSum(v2, axes) n = Sqrt(s) u = Div(v, n) w = Mul(u, k)
            y = Conv<pads=[1,1]>(x, w, b) }""",
        {"v": _f(5, 3, 3), "axes": np.array([1, 2]), "k": _f(5, 1, 1) + 2, "b": _f(5)},
    ),
    "a sum of low rank": (
        """g (float[4,8] x) => (float[4,6] y) {
            low = MatMul(a, b) w = Add(v, low) y = MatMul(x, w) }""",
        {"a": _f(8, 2), "b": _f(2, 6), "v": _f(8, 6)},
    ),
    "an upsampling in groups": (
        """g (float[N,8,5,5] x) => (float[N,6,10,10] y) {
            y = ConvTranspose<group=2, strides=[2,2], pads=[1,1,1,1]>(x, w, b) }""",
        {"w": _f(8, 3, 4, 4), "b": _f(6)},
    ),
    "a weight that is a vector": (
        "g (float[4,8] x) => (float[4] y) { y = MatMul(x, w) }",
        {"w": _f(8)},
    ),
    "the number of the best alone": (
        "g (float[4,8] x) => (int64[4,1] y) { z = MatMul(x, w) y = ArgMax<axis=1>(z) }",
        {"w": _f(8, 6)},
    ),
    "doubles that come out": (
        "g (float[4,8] x) => (double[4,6] y) { z = MatMul(x, w) y = Cast<to=11>(z) }",
        {"w": _f(8, 6)},
    ),
    "an output that is stored": (
        "g (float[4,8] x) => (float[4,6] y, float[8,6] w) { y = MatMul(x, w) }",
        {"w": _f(8, 6)},
    ),
}


BETWEEN: dict[str, tuple[int, str, dict[str, NDArray[Any]]]] = {
    "the largest of a map": (17, "q = GlobalMaxPool(r)", {}),
    "a dropout that is read": (17, "q = Dropout(r)", {}),
    "a cubic resize": (18, 'q = Resize<mode="cubic">(r, , s)', {"s": np.float32([1, 1, 2, 2])}),
    "a smoothed resize": (
        18,
        'q = Resize<mode="linear", antialias=1>(r, , s)',
        {"s": np.float32([1, 1, 0.5, 0.5])},
    ),
    "a border of some axes": (
        18,
        "q = Pad(r, p, , axes)",
        {"p": np.array([1, 1, 1, 1]), "axes": np.array([2, 3])},
    ),
    "an upsampling by lines": (
        9,
        'q = Upsample<mode="linear">(r, s)',
        {"s": np.float32([1, 1, 2, 2])},
    ),
}
"""Opset, node and constants between two convolutions."""


@pytest.mark.parametrize("form", BETWEEN)
def test_what_lies_between_layers_stops_neither(form: str, tmp_path: Path) -> None:
    opset, node, constants = BETWEEN[form]
    graph = f"""g (float[N,3,6,6] x) => (float[N,4,h,w] y) {{
        a = Conv<pads=[1,1,1,1]>(x, w1, b1) r = Relu(a) {node} y = Conv(q, w2, b2) }}"""
    weights = {"w1": _f(8, 3, 3, 3), "b1": _f(8), "w2": _f(4, 8, 1, 1), "b2": _f(4), **constants}
    model = text_model(tmp_path / "m.onnx", graph, weights, opset)
    _exports(model, tmp_path / "q.onnx", RNG.normal(0, 1, (6, 3, 6, 6)).astype(np.float32))
    layers = [node.node.op_type for node in integer_flow(model).nodes.values()]
    assert layers.count("Conv") == 2


def test_a_move_may_be_kept_float(tmp_path: Path) -> None:
    graph = """g (float[N,4,8] x) => (float[N,4,6] y) { a = MatMul(x, w1) t = Tanh(a)
        [tr] p = Transpose<perm=[0,2,1]>(t) q = Transpose<perm=[0,2,1]>(p) y = MatMul(q, w2) }"""
    model = text_model(tmp_path / "m.onnx", graph, {"w1": _f(8, 8), "w2": _f(8, 6)})
    data = in_memory({"x": RNG.normal(0, 1, (6, 4, 8)).astype(np.float32)})
    table = calibrate(model, data, model_taps(model), workers=1)
    found = resolve_plan(model, QuantPlan().with_float("tr"), table)
    assert set(found.encodings.weights) == {"w1", "w2"}


@pytest.mark.parametrize("form", FORMS)
def test_legal_forms_become_integer(form: str, tmp_path: Path) -> None:
    graph, weights = FORMS[form]
    model = text_model(tmp_path / "m.onnx", graph, weights)
    shape = [side if isinstance(side, int) else 1 for side in model.inputs["x"].shape or ()]
    _exports(model, tmp_path / "q.onnx", RNG.normal(0, 1, (6, *shape)).astype(np.float32))


def test_sparse_weights_become_integer(tmp_path: Path) -> None:
    dense = np.where(RNG.random((8, 6)) < 0.4, _f(8, 6), 0).astype(np.float32)
    places = np.argwhere(dense)
    sparse = helper.make_sparse_tensor(
        numpy_helper.from_array(dense[dense != 0], "w"),
        numpy_helper.from_array(np.ravel_multi_index(tuple(places.T), dense.shape), "w_places"),
        dense.shape,
    )
    node = helper.make_node("MatMul", ["x", "w"], ["y"], "fc")
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [node], "g", [value("x", 1, [4, 8])], [value("y", 1, [4, 6])], sparse_initializer=[sparse]
    )
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(proto, tmp_path / "m.onnx")
    model = open_model(tmp_path / "m.onnx")
    np.testing.assert_array_equal(model.weight("w"), dense)
    _exports(model, tmp_path / "q.onnx", RNG.normal(0, 1, (6, 4, 8)).astype(np.float32))


FUNCTIONS = """<ir_version: 8, opset_import: ["" : 17, "own" : 1]>
g (float[N,8] x) => (float[N,4] y) { a = own.Layer(x, w1, b1) r = Relu(a) y = own.Layer(r, w2, b2) }
<domain: "own", opset_import: ["" : 17]>
Layer (v, w, b) => (o) { p = MatMul(v, w) o = Add(p, b) }"""


def test_functions_of_the_models_own_are_written_out(tmp_path: Path) -> None:
    proto = onnx.parser.parse_model(FUNCTIONS)
    weights = {"w1": _f(8, 16), "b1": _f(16), "w2": _f(16, 4), "b2": _f(4)}
    for name, values in weights.items():
        proto.graph.initializer.append(numpy_helper.from_array(values, name))
    onnx.save(proto, tmp_path / "m.onnx")
    model = open_model(tmp_path / "m.onnx")
    names = [rewrite.name for rewrite in model.origin.rewrites]
    assert names.count("function written out") == 2
    assert not model.proto.functions
    assert len(integer_flow(model).nodes) >= 2
    _exports(model, tmp_path / "q.onnx", RNG.normal(0, 1, (6, 8)).astype(np.float32))


SCALED = """<ir_version: 8, opset_import: ["" : 17, "ai.onnx.ml" : 3]>
g (float[N,8] x) => (float[N,4] y) {
    s = ai.onnx.ml.Scaler<offset=[0.1], scale=[0.5]>(x)
    y = MatMul(s, w) }"""


def test_types_behind_operators_of_other_domains_are_asked_for(tmp_path: Path) -> None:
    proto = onnx.parser.parse_model(SCALED)
    proto.graph.initializer.append(numpy_helper.from_array(_f(8, 4), "w"))
    onnx.save(proto, tmp_path / "m.onnx")
    model = open_model(tmp_path / "m.onnx")
    assert not [note for note in model.notes if "unknown" in note]
    assert model.types["s"].is_float
    assert [layer.parameters for layer in model_layers(model, integer_flow(model))] == [2, 32]
    _exports(model, tmp_path / "q.onnx", RNG.normal(0, 1, (6, 8)).astype(np.float32))


def test_an_input_that_is_a_sequence_is_refused_in_a_sentence(tmp_path: Path) -> None:
    graph = """g (seq(float[N,8]) s) => (float[N,4] y) {
        x = ConcatFromSequence<axis=0>(s) y = MatMul(x, w) }"""
    model = text_model(tmp_path / "m.onnx", graph, {"w": _f(8, 4)})
    with pytest.raises(DataError, match=r"input 's' of m\.onnx takes a sequence or a map"):
        model_inputs(model)


@pytest.mark.parametrize("form", ["qdq", "qoperator"])
def test_a_left_factor_runs_on_integers(tmp_path: Path, form: str) -> None:
    graph = "g (float[N,4,8] x) => (float[N,5,8] y) { y = MatMul(w, x) }"
    model = text_model(tmp_path / "m.onnx", graph, {"w": _f(5, 4)})
    x = RNG.normal(0, 1, (6, 4, 8)).astype(np.float32)
    _exports(model, tmp_path / "q.onnx", x, form)
    Session(tmp_path / "q.onnx", optimized_path=tmp_path / "run.onnx")
    kinds = {node.op_type for node in onnx.load(tmp_path / "run.onnx").graph.node}
    assert "MatMulIntegerToFloat" in kinds
    asked = QuantPlan().with_override("w", **{"weights.dtype": "int8"})
    table = calibrate(model, in_memory({"x": x}), model_taps(model), workers=1)
    assert resolve_plan(model, asked, table).encodings.weights["w"].dtype.signed


def test_stacks_of_matrices_have_blocks(tmp_path: Path) -> None:
    graph = "g (float[3,4,8] x) => (float[3,4,6] y) { y = MatMul(x, w) }"
    model = text_model(tmp_path / "m.onnx", graph, {"w": _f(3, 8, 6)})
    blocks = TensorPlan("int4", symmetric=True, granularity=InBlocks(4))
    plan = QuantPlan(weights=blocks, activations=replace(QuantPlan().activations, dtype="float"))
    found = resolve_plan(model, plan)
    assert found.encodings.weights["w"].scale.shape == (3, 2, 6)
    channels = replace(plan, weights=replace(blocks, granularity=PerChannel()))
    assert "a stack of matrices" in resolve_plan(model, channels).notes[0]
    x = RNG.normal(0, 1, (3, 4, 8)).astype(np.float32)
    export_model(model, found, tmp_path / "q.onnx", probes=[{"x": x}])
    apart = Difference()
    apart.add(*(Session(tmp_path / name).run({"x": x})["y"] for name in ("m.onnx", "q.onnx")))
    assert apart.sqnr_db > 20


def test_a_depthwise_upsampling_has_a_scale_for_each_channel(tmp_path: Path) -> None:
    graph = """g (float[N,4,5,5] x) => (float[N,4,10,10] y) {
        y = ConvTranspose<group=4, strides=[2,2], pads=[1,1,1,1], kernel_shape=[4,4]>(x, w, b) }"""
    weight = _f(4, 1, 4, 4) * np.geomspace(0.01, 1, 4, dtype=np.float32)[:, None, None, None]
    model = text_model(tmp_path / "m.onnx", graph, {"w": weight, "b": _f(4)})
    x = RNG.normal(0, 1, (6, 4, 5, 5)).astype(np.float32)
    _exports(model, tmp_path / "q.onnx", x)
    table = calibrate(model, in_memory({"x": x}), model_taps(model), workers=1)
    found = resolve_plan(model, QuantPlan(), table)
    assert found.encodings.weights["w"].scale.shape == (4,)
    assert found.sqnr_db["w"] > 45
    grouped = graph.replace("[N,4,10,10]", "[N,8,10,10]")
    model = text_model(tmp_path / "n.onnx", grouped, {"w": _f(4, 2, 4, 4), "b": _f(8)})
    _exports(model, tmp_path / "r.onnx", x)


def test_a_product_of_two_vectors_is_a_number_without_channels(tmp_path: Path) -> None:
    model = text_model(
        tmp_path / "m.onnx", "g (float[8] x) => (float y) { y = MatMul(x, w) }", {"w": _f(8)}
    )
    _exports(model, tmp_path / "q.onnx", RNG.normal(0, 1, (6, 8)).astype(np.float32))
