from __future__ import annotations

import itertools
import warnings
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from quantengine.formats.dtype import INT8, UINT8, IntegerType
from quantengine.formats.encoding import Encoding, encode_range
from quantengine.formats.granularity import PER_TENSOR, Granularity, PerAxis, PerBlock
from quantengine.graph.flow import integer_flow
from quantengine.graph.model import FloatModel
from quantengine.rewrite.bias import least_weight_scale, quantize_bias
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.qdq import qdq_model
from quantengine.rewrite.qoperator import qoperator_model
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model

RNG = np.random.default_rng(3)
INT7 = IntegerType(7, True)

NETWORK = """
network (float[n,4,8,8] x) => (float[n,5] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, w1, b1)
  b = Clip (a, zero, six)
  c = Conv <pads: ints = [1,1,1,1]> (b, w2)
  d = Add (b, c)
  e = Concat <axis: int = 1> (d, b)
  f = MaxPool <kernel_shape: ints = [2,2]> (e)
  g = GlobalAveragePool (f)
  h = Flatten (g)
  y = Gemm (h, w3, b3)
}
"""


def network(tmp_path: Path) -> FloatModel:
    weights = {
        "w1": RNG.normal(size=(4, 4, 3, 3)).astype(np.float32),
        "b1": RNG.normal(size=4).astype(np.float32),
        "w2": RNG.normal(size=(4, 4, 3, 3)).astype(np.float32),
        "w3": RNG.normal(size=(8, 5)).astype(np.float32),
        "b3": RNG.normal(size=5).astype(np.float32),
        "zero": np.array(0, np.float32),
        "six": np.array(6, np.float32),
    }
    return text_model(tmp_path / "network.onnx", NETWORK, weights)


def observed(model: FloatModel, tensors: tuple[str, ...], feeds: dict) -> dict:
    proto = onnx.ModelProto()
    proto.CopyFrom(model.proto)
    del proto.graph.output[:]
    proto.graph.output.extend(
        onnx.ValueInfoProto(name=name) for name in tensors if name not in feeds
    )
    return {**Session(proto).run(feeds), **feeds}


def encodings(
    model: FloatModel,
    feeds: dict,
    activation: IntegerType = UINT8,
    weight: IntegerType = INT7,
    block: int | None = None,
) -> Encodings:
    """Min-max everywhere; 7-bit weights keep every CPU's kernels exact."""
    flow = integer_flow(model)
    values = observed(model, flow.points(), feeds)
    activations = {
        name: encode_range(
            values[name].min(), values[name].max(), activation, symmetric=activation.signed
        )
        for name in flow.points()
    }
    weights = {}
    for node in flow.nodes.values():
        for entry in node.weights:
            array = model.constant(entry.tensor)
            granularity: Granularity = PER_TENSOR
            if block is not None and array.ndim == 2:
                granularity = PerBlock(entry.block_axis, block)
            elif entry.axis is not None:
                granularity = PerAxis(entry.axis)
            weights[entry.tensor] = _symmetric(array, weight, granularity)
    return Encodings(flow, activations, weights)


def _symmetric(array: np.ndarray, dtype: IntegerType, granularity: Granularity) -> Encoding:
    if isinstance(granularity, PerBlock):
        pieces = np.array_split(array, range(granularity.size, array.shape[0], granularity.size))
        peak = np.stack([np.abs(piece).max(axis=0) for piece in pieces])
    elif isinstance(granularity, PerAxis):
        others = tuple(a for a in range(array.ndim) if a != granularity.axis)
        peak = np.abs(array).max(axis=others)
    else:
        peak = np.abs(array).max()
    return encode_range(-peak, peak, dtype, symmetric=True, narrow=True, granularity=granularity)


def inputs(count: int = 3) -> dict:
    return {"x": RNG.normal(size=(count, 4, 8, 8)).astype(np.float32)}


def outputs(proto: onnx.ModelProto, feeds: dict, *, optimize: bool = True) -> np.ndarray:
    onnx.checker.check_model(proto, full_check=True)
    return Session(proto, optimize=optimize).run(feeds)["y"]


def test_qdq_is_written_as_text(tmp_path: Path) -> None:
    model = text_model(
        tmp_path / "m.onnx",
        "g (float[n,2,2,2] x) => (float[n,2,2,2] y) { a = Conv (x, w, b)\n y = Relu (a) }",
        {
            "w": np.ones((2, 2, 1, 1), np.float32),
            "b": np.array([0.5, -0.5], np.float32),
        },
    )
    flow = integer_flow(model)
    written = qdq_model(
        model,
        Encodings(
            flow,
            {
                "x": encode_range(-1, 1, UINT8, symmetric=False),
                "y": encode_range(0, 2, UINT8, symmetric=False),
            },
            {"w": encode_range([0, 0], [1, 1], INT8, symmetric=True, granularity=PerAxis(0))},
        ),
    )
    lines = [
        f"{', '.join(n.output)} = {n.op_type}({', '.join(n.input)})" for n in written.graph.node
    ]
    golden = Path(__file__).parents[1] / "golden" / "conv_relu_qdq.txt"
    assert "\n".join(lines) + "\n" == golden.read_text()
    bias = {t.name: numpy_helper.to_array(t) for t in written.graph.initializer}
    np.testing.assert_array_equal(
        bias["b_quantized"], np.rint([0.5, -0.5] / bias["b_scale"].astype(np.float64))
    )


def test_qdq_and_qoperator_give_the_same_integers(tmp_path: Path) -> None:
    model, feeds = network(tmp_path), inputs()
    qdq = qdq_model(model, encodings(model, feeds))
    qoperator = qoperator_model(qdq)
    kinds = Counter(node.op_type for node in qoperator.graph.node)
    assert kinds["QLinearConv"] == 2
    assert kinds["QLinearAdd"] == kinds["QLinearConcat"] == kinds["QGemm"] == 1
    assert not {"Conv", "Clip", "Gemm", "Add"} & set(kinds)
    np.testing.assert_array_equal(outputs(qdq, feeds), outputs(qoperator, feeds))


def test_the_exported_network_stays_near_the_simulated_and_the_float_one(tmp_path: Path) -> None:
    model, feeds = network(tmp_path), inputs()
    qdq = qdq_model(model, encodings(model, feeds))
    reference = Session(model.proto).run(feeds)["y"]
    simulated = outputs(qdq, feeds, optimize=False)
    step = np.abs(reference).max() / 100
    assert np.abs(outputs(qdq, feeds) - simulated).max() < step
    assert np.abs(simulated - reference).max() < 10 * step
    assert np.any(simulated != reference)


def test_a_clip_inside_the_range_stays(tmp_path: Path) -> None:
    model, feeds = network(tmp_path), inputs()
    found = encodings(model, feeds)
    wide = {**found.activations, "b": encode_range(-3, 9, UINT8, symmetric=False)}
    qdq = qdq_model(model, replace(found, activations=wide))
    qoperator = qoperator_model(qdq)
    assert "Clip" in {node.op_type for node in qoperator.graph.node}
    np.testing.assert_array_equal(outputs(qdq, feeds), outputs(qoperator, feeds))


@pytest.mark.parametrize(
    ("activation", "weight"),
    list(
        itertools.product(
            ("uint8", "int8", "uint4", "uint16", "int16", "uint6", "int5", "uint12"),
            ("int8", "int4", "int3", "int16"),
        )
    ),
)
def test_every_pair_of_types_is_written_loads_and_keeps_its_codes(
    tmp_path: Path, activation: str, weight: str
) -> None:
    model, feeds = network(tmp_path), inputs(1)
    found = encodings(model, feeds, IntegerType.parse(activation), IntegerType.parse(weight))
    qdq = qdq_model(model, found)
    assert np.isfinite(outputs(qdq, feeds, optimize=False)).all()
    assert np.isfinite(outputs(qdq, feeds)).all()
    wanted = found.weights["w1"].quantize(model.constant("w1"))
    stored = next(t for t in qdq.graph.initializer if t.name == "w1_quantized")
    np.testing.assert_array_equal(numpy_helper.to_array(stored).astype(np.int32), wanted)
    assert wanted.min() >= found.weights["w1"].qmin
    assert wanted.max() <= found.weights["w1"].qmax


def test_codes_of_an_odd_width_stay_inside_it(tmp_path: Path) -> None:
    model = network(tmp_path)
    feeds = inputs()
    found = encodings(model, feeds, IntegerType(6, False))
    qdq = qdq_model(model, found)
    names = [n.output[0] for n in qdq.graph.node if n.op_type == "QuantizeLinear"]
    qdq.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    codes = Session(qdq, optimize=False).run({"x": 10 * feeds["x"]}, names)
    assert max(int(c.max()) for c in codes.values()) == 63


def test_blocks_raise_the_opset(tmp_path: Path) -> None:
    model, feeds = network(tmp_path), inputs(1)
    qdq = qdq_model(model, encodings(model, feeds, weight=IntegerType(4, True), block=4))
    assert next(o.version for o in qdq.opset_import if not o.domain) >= 21
    assert np.isfinite(outputs(qdq, feeds, optimize=False)).all()


def test_weights_alone(tmp_path: Path) -> None:
    model, feeds = network(tmp_path), inputs()
    found = replace(encodings(model, feeds), activations={})
    qdq = qdq_model(model, found)
    kinds = Counter(node.op_type for node in qdq.graph.node)
    assert kinds["QuantizeLinear"] == 0
    assert kinds["DequantizeLinear"] == 3
    reference = Session(model.proto).run(feeds)["y"]
    assert np.abs(outputs(qdq, feeds) - reference).max() < 0.1 * np.abs(reference).max()


def test_ranges_found_while_running(tmp_path: Path) -> None:
    model, feeds = network(tmp_path), inputs()
    found = replace(
        encodings(model, feeds),
        activations={},
        dynamic=frozenset(
            n for n, k in integer_flow(model).nodes.items() if k.node.op_type in ("Conv", "Gemm")
        ),
    )
    dynamic = qdq_model(model, found)
    kinds = Counter(node.op_type for node in dynamic.graph.node)
    assert kinds["ConvInteger"] == 2
    assert kinds["MatMulInteger"] == 1
    reference = Session(model.proto).run(feeds)["y"]
    assert np.abs(outputs(dynamic, feeds) - reference).max() < 0.1 * np.abs(reference).max()


def test_a_quantized_graph_output_keeps_its_name(tmp_path: Path) -> None:
    graph = "g (float[n,2,4,4] x) => (float[n,2,4,4] y) { y = Conv (x, w) }"
    model = text_model(tmp_path / "m.onnx", graph, {"w": np.ones((2, 2, 1, 1), np.float32)})
    feeds = {"x": RNG.normal(size=(1, 2, 4, 4)).astype(np.float32)}
    qdq = qdq_model(model, encodings(model, feeds))
    assert [value.name for value in qdq.graph.output] == ["y"]
    assert outputs(qdq, feeds).shape == (1, 2, 4, 4)


def test_corrected_codes_and_biases_are_what_is_written(tmp_path: Path) -> None:
    model, feeds = network(tmp_path), inputs()
    found = encodings(model, feeds)
    name = next(n for n, k in found.flow.nodes.items() if "w2" in (w.tensor for w in k.weights))
    first = next(n for n, k in found.flow.nodes.items() if k.bias == "b1")
    codes = np.zeros(model.constant("w2").shape, np.int8)
    bias = np.full(4, 1.5, np.float32)
    biases = {name: bias, first: model.constant("b1")}
    qdq = qdq_model(model, replace(found, codes={"w2": codes}, biases=biases))
    read = {tensor for node in qdq.graph.node for tensor in node.input} | {"y"}
    assert all(set(node.output) & read for node in qdq.graph.node)
    qdq.graph.output.append(onnx.ValueInfoProto(name="c"))
    c = Session(qdq, optimize=False).run(feeds, ["c"])["c"]
    np.testing.assert_allclose(c, 1.5, atol=0.01)


def test_scales_whose_product_no_float32_holds_cut_a_bias_off_without_a_warning() -> None:
    tiny = Encoding(INT8, np.float32(1e-30), np.int32(0))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = quantize_bias([0.0, np.nan, 1.0, -1.0], tiny, tiny)
        least_weight_scale(np.array([0.0, 1.0]), replace(tiny, scale=np.float32(0)), tiny)
    low, high = np.iinfo(np.int32).min, np.iinfo(np.int32).max
    assert found.codes.tolist() == [0, 0, high, low]
    assert found.clipped == 2
