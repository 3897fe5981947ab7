"""Every form that is written, read by onnx's own evaluator, computes the float network."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from quantengine.formats.granularity import granularity_named
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.observe.collector import stats_of
from quantengine.observe.table import CalibrationTable
from quantengine.plan import QuantPlan, TensorPlan
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.rewrite.qdq import qdq_model
from quantengine.rewrite.qoperator import qoperator_form, qoperator_model
from quantengine.runtime import Session
from tests.engine.microsoft_operators import evaluate
from tests.engine.onnx_text import text_model
from tests.engine.rounding_noise import explained_noise, float_values

RNG = np.random.default_rng(11)


def f(*shape: int) -> np.ndarray:
    return (RNG.normal(size=shape) / max(1, np.prod(shape[1:])) ** 0.5).astype(np.float32)


def i(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


# name: (body of the graph from x to y, shape of x, constants, opset)
ALONE = {
    "conv": (
        "y = Conv<pads=[1,1,0,1],strides=[2,1],dilations=[1,2]>(x, w, b)",
        (2, 3, 9, 8),
        {"w": f(5, 3, 3, 3), "b": f(5)},
    ),
    "conv grouped": ("y = Conv<group=2>(x, w, b)", (2, 4, 6, 6), {"w": f(6, 2, 3, 3), "b": f(6)}),
    "conv depthwise": (
        "y = Conv<group=4,pads=[1,1,1,1]>(x, w)",
        (2, 4, 6, 6),
        {"w": f(4, 1, 3, 3)},
    ),
    "conv line": ("y = Conv<strides=[2]>(x, w, b)", (2, 3, 11), {"w": f(4, 3, 3), "b": f(4)}),
    "conv volume": ("y = Conv(x, w)", (1, 2, 4, 5, 4), {"w": f(3, 2, 2, 2, 2)}),
    "transposed conv": (
        "y = ConvTranspose<strides=[2,2]>(x, w, b)",
        (1, 3, 4, 4),
        {"w": f(3, 4, 3, 3), "b": f(4)},
    ),
    "transposed conv grouped": (
        "y = ConvTranspose<group=2,strides=[2,2]>(x, w, b)",
        (1, 4, 3, 3),
        {"w": f(4, 3, 2, 2), "b": f(6)},
    ),
    "gemm": ("y = Gemm(x, w, b)", (7, 9), {"w": f(9, 5), "b": f(5)}),
    "gemm transB": ("y = Gemm<transB=1>(x, w, b)", (7, 9), {"w": f(5, 9), "b": f(1, 5)}),
    "gemm transA": ("y = Gemm<transA=1>(x, w)", (7, 7), {"w": f(7, 5)}),
    "gemm both": (
        "y = Gemm<transA=1,transB=1>(x, w, b)",
        (6, 6),
        {"w": f(6, 6), "b": np.float32(0.3)},
    ),
    "gemm alpha": ("y = Gemm<alpha=0.5,beta=2.0>(x, w, b)", (7, 9), {"w": f(9, 5), "b": f(5)}),
    "gemm bias of rows": ("y = Gemm(x, w, b)", (4, 9), {"w": f(9, 5), "b": f(4, 1)}),
    "matmul": ("y = MatMul(x, w)", (3, 4, 9), {"w": f(9, 5)}),
    "matmul batched": ("y = MatMul(x, w)", (2, 3, 9), {"w": f(2, 9, 5)}),
    "matmul vector": ("y = MatMul(x, w)", (3, 9), {"w": f(9)}),
    "matmul left": ("y = MatMul(w, x)", (2, 9, 4), {"w": f(6, 9)}),
}
# between two convolutions of one channel step, so that codes go in and come out
BETWEEN = {
    "relu": "q = Relu(a)",
    "clip": "q = Clip(a, low, high)",
    "add": "c = Conv(x, w1) q = Add(a, c)",
    "sub": "c = Conv(x, w1) q = Sub(a, c)",
    "mul": "c = Conv(x, w1) q = Mul(a, c)",
    "add constant": "q = Add(a, row)",
    "mul constant": "q = Mul(row, a)",
    "concat": "c = Conv(x, w1) s = Sigmoid(c) q = Concat<axis=2>(a, s)",
    "average pool": "q = AveragePool<kernel_shape=[3,2],strides=[2,1],pads=[1,0,1,1]>(a)",
    "average pool counts pads": (
        "q = AveragePool<kernel_shape=[3,3],pads=[1,1,1,1],count_include_pad=1>(a)"
    ),
    "average pool ceil": (
        "q = AveragePool<kernel_shape=[3,3],strides=[2,2],pads=[1,1,1,1],ceil_mode=1,"
        "count_include_pad=1>(a)"
    ),
    "average pool dilated": "q = AveragePool<kernel_shape=[2,3],dilations=[2,1]>(a)",
    "average pool dilated by one": "q = AveragePool<kernel_shape=[2,3],dilations=[1,1]>(a)",
    "average pool same": (
        'q = AveragePool<kernel_shape=[2,2],auto_pad="SAME_LOWER",ceil_mode=1,'
        "count_include_pad=1>(a)"
    ),
    "average pool valid": (
        'q = AveragePool<kernel_shape=[3,3],strides=[2,2],auto_pad="VALID",ceil_mode=1,'
        "count_include_pad=1>(a)"
    ),
    "global average pool": "q = GlobalAveragePool(a)",
    "leaky relu": "q = LeakyRelu<alpha=0.3>(a)",
    "prelu": "q = PRelu(a, row)",
    "sigmoid": "q = Sigmoid(a)",
    "hard sigmoid": "q = HardSigmoid(a)",
    "hard swish": "q = HardSwish(a)",
    "elu": "q = Elu(a)",
    "tanh": "q = Tanh(a)",
    "mean": "q = ReduceMean<keepdims=1>(a, axes)",
    "transpose": "q = Transpose<perm=[0,1,3,2]>(a)",
    "reshape": "q = Reshape(a, shape)",
    "slice": "q = Slice(a, ones, threes, axes)",
    "gather": "q = Gather<axis=2>(a, order)",
    "pad": "q = Pad(a, pads)",
    "pad zero": "q = Pad(a, pads, zero)",
    "pad edge": 'q = Pad<mode="edge">(a, pads)',
    "pad of some axes": "q = Pad(a, few, , axes)",
    "pad reflect": 'q = Pad<mode="reflect">(a, pads)',
    "max pool": "q = MaxPool<kernel_shape=[3,3],strides=[2,2],pads=[1,1,1,1]>(a)",
    "global max pool": "q = GlobalMaxPool(a)",
    "depth to space": "q = DepthToSpace<blocksize=2>(a)",
    "nearest": (
        'q = Resize<mode="nearest",coordinate_transformation_mode="asymmetric",'
        'nearest_mode="floor">(a, , scales)'
    ),
    "linear": 'q = Resize<mode="linear">(a, , scales)',
    "cubic": 'q = Resize<mode="cubic">(a, , scales)',
    "tile": "q = Tile(a, repeats)",
    "squeeze": "s = Unsqueeze(a, axis) q = Squeeze(s, axis)",
}
CONSTANTS = {
    "low": np.float32(-0.5), "high": np.float32(0.7), "row": f(1, 4, 1, 1),
    "shape": i(0, 4, -1, 3), "ones": i(1, 0), "threes": i(5, 3), "axes": i(2, 3),
    "order": i(4, 0, 2, 2),
    "pads": i(0, 0, 1, 2, 0, 0, 0, 1), "zero": np.float32(0), "few": i(1, 2, 0, 1),
    "repeats": i(1, 1, 2, 1), "axis": i(0), "scales": np.float32([1, 1, 1.5, 2]),
}  # fmt: skip


def alone(folder: Path, name: str) -> tuple[FloatModel, tuple[int, ...]]:
    body, shape, constants = ALONE[name]
    graph = f"g (float{list(shape)} x) => (float y) {{ {body} }}"
    return unshaped_model(folder, graph, constants), shape


def between(folder: Path, name: str) -> tuple[FloatModel, tuple[int, ...]]:
    body, channels = BETWEEN[name], 1 if name == "depth to space" else 4
    constants = {
        n: v
        for n, v in CONSTANTS.items()
        if n in body.replace("(", " ").replace(",", " ").replace(")", " ").split()
    }
    weights = {"w0": f(4, 3, 1, 1), "w1": f(4, 3, 1, 1), "w2": f(3, channels, 1, 1), "b2": f(3)}
    if " c = " not in f" {body}":
        del weights["w1"]
    graph = f"g (float[2,3,6,6] x) => (float y) {{ a = Conv(x, w0) {body} y = Conv(q, w2, b2) }}"
    return unshaped_model(folder, graph, {**weights, **constants}), (2, 3, 6, 6)


def unshaped_model(folder: Path, graph: str, constants: dict[str, np.ndarray]) -> FloatModel:
    """A model whose output has the shape that comes out."""
    proto = onnx.parser.parse_model(f'<ir_version: 10, opset_import: ["" : 21]>\n{graph}')
    proto.graph.output[0].type.tensor_type.ClearField("shape")
    proto.graph.initializer.extend(numpy_helper.from_array(v, n) for n, v in constants.items())
    onnx.save(onnx.shape_inference.infer_shapes(proto), folder / "m.onnx")
    return open_model(folder / "m.onnx")


def opened(folder: Path, kind: str, name: str) -> tuple[FloatModel, dict[str, np.ndarray]]:
    model, shape = alone(folder, name) if kind == "alone" else between(folder, name)
    return model, {"x": np.random.default_rng(5).normal(0.3, 1, shape).astype(np.float32)}


def resolved(model: FloatModel, feeds: dict[str, np.ndarray], plan: QuantPlan) -> Resolution:
    values = float_values(model, feeds)
    stats = {
        name: stats_of(values[name], name)
        for name, kind in model.types.items()
        if kind.is_float and name in values
    }
    return resolve_plan(model, plan, CalibrationTable(model.digest, ("x",), (bytes(16),), stats))


def plan(
    weights: str, activations: str, *, symmetric: bool = True, by: str = "channel"
) -> QuantPlan:
    return QuantPlan(
        weights=TensorPlan(weights, symmetric=symmetric, granularity=granularity_named(by)),
        activations=TensorPlan(activations, symmetric=activations == "int8"),
    )


PLANS = {
    "u8s8": plan("int8", "uint8"),
    "s8s8": plan("int8", "int8"),
    "u8u8": plan("uint8", "uint8"),
    "u8u8 leaning": plan("uint8", "uint8", symmetric=False),
    "u8s8 leaning": plan("int8", "uint8", symmetric=False, by="tensor"),
    "u16s8": plan("int8", "uint16"),
    "u8s4": plan("int4", "uint8"),
    "u8s8 blocks": plan("int8", "uint8", by="block:4"),
    "s8u8 blocks": plan("uint8", "int8", symmetric=False, by="block:4"),
    "dynamic s8": plan("int8", "dynamic"),
    "dynamic u8": plan("uint8", "dynamic"),
    "dynamic u8 leaning": plan("uint8", "dynamic", symmetric=False),
    "dynamic s4": plan("int4", "dynamic"),
    "weights s8": plan("int8", "float"),
    "weights u4 leaning": plan("uint4", "float", symmetric=False),
    "weights s4 blocks": plan("int4", "float", by="block:4"),
}
ENOUGH = 1.5
NOT_IN_ONNX = (
    "transposed conv grouped",
    "average pool ceil",
    "average pool same",
    "average pool valid",
)
"""What onnx's own evaluator fails at; onnxruntime remains."""


def distance(left: np.ndarray, right: np.ndarray) -> float:
    return float(np.sqrt(np.mean((left.astype(np.float64) - right) ** 2)))


FEW = ("u8s8", "s8s8", "u16s8", "u8s4")


def cases() -> list[tuple[str, str, str]]:
    alone_ones = [("alone", name, types) for name in ALONE for types in PLANS]
    return alone_ones + [("between", name, types) for name in BETWEEN for types in FEW]


@pytest.mark.parametrize(("kind", "name", "types"), cases())
def test_what_is_written_computes_the_float_network(
    tmp_path: Path, kind: str, name: str, types: str
) -> None:
    model, feeds = opened(tmp_path, kind, name)
    resolution = resolved(model, feeds, PLANS[types])
    expected = Session(model.proto).run(feeds)["y"]
    allowed = ENOUGH * explained_noise(model, resolution, feeds)["y"] + 1e-5
    qdq = qdq_model(model, resolution.encodings)
    for proto in (qdq, qoperator_model(qdq)):
        onnx.checker.check_model(proto, full_check=True)
        if name not in NOT_IN_ONNX:
            assert distance(evaluate(proto, feeds)["y"], expected) <= allowed
        assert distance(Session(proto).run(feeds)["y"], expected) <= allowed


MIXED = ("conv", "gemm", "add", "mul", "concat", "average pool", "global average pool", "sigmoid")


@pytest.mark.parametrize("name", MIXED)
@pytest.mark.parametrize("first", ["int8", "uint8"])
def test_groups_of_mixed_types_keep_their_pairs(tmp_path: Path, name: str, first: str) -> None:
    kind = "alone" if name in ALONE else "between"
    model, feeds = opened(tmp_path, kind, name)
    second = "uint8" if first == "int8" else "int8"
    base = PLANS["s8s8" if first == "int8" else "u8s8"]
    coded = {"y": second} if kind == "alone" else {"q": second}
    wanted = replace(base, quantize_outputs=kind == "alone")
    for tensor, dtype in coded.items():
        wanted = wanted.with_override(tensor, **{"activations.dtype": dtype})
    resolution = resolved(model, feeds, wanted)
    form = qoperator_form(qdq_model(model, resolution.encodings))
    node = next(n for n in resolution.flow.nodes.values() if n.output in coded).node.name
    assert node in form.kept_pairs
    expected = Session(model.proto).run(feeds)["y"]
    allowed = ENOUGH * explained_noise(model, resolution, feeds)["y"]
    assert distance(Session(form.proto).run(feeds)["y"], expected) <= allowed


KEPT = ("linear", "cubic", "global max pool", "hard swish", "mean")


@pytest.mark.parametrize("name", KEPT)
def test_what_has_no_integer_kernel_is_known(tmp_path: Path, name: str) -> None:
    model, feeds = opened(tmp_path, "between", name)
    resolution = resolved(model, feeds, PLANS["u8s8"])
    form = qoperator_form(qdq_model(model, resolution.encodings))
    (reason,) = form.kept_pairs.values()
    assert "Resize" in reason if name in ("linear", "cubic") else "no" in reason


def test_weights_and_inputs_of_dynamic_products_are_written_once(tmp_path: Path) -> None:
    graph = """g (float[n,8] x) => (float[n,8] y) {
      a = MatMul(x, w) b = MatMul(a, w) c = Gemm<transB=1>(a, w) d = Gemm<transB=1>(b, w)
      e = Add(c, d) y = Add(e, b) }"""
    model = text_model(tmp_path / "m.onnx", graph, {"w": f(8, 8)})
    proto = qdq_model(model, resolve_plan(model, PLANS["dynamic s8"]).encodings)
    kinds = Counter(node.op_type for node in proto.graph.node)
    assert kinds["MatMulInteger"] == 4
    assert kinds["DynamicQuantizeLinear"] == 3
    matrices = [t for t in proto.graph.initializer if list(t.dims) == [8, 8]]
    assert len(matrices) == 2


def test_a_clamp_with_computed_bounds_is_not_dropped(tmp_path: Path) -> None:
    graph = """g (float[2,3,6,6] x, float top) => (float[2,3,6,6] y) {
      a = Conv(x, w0) c = Clip(a, zero, top) y = Conv(c, w1) }"""
    model = text_model(
        tmp_path / "m.onnx",
        graph,
        {"w0": f(4, 3, 1, 1), "w1": f(3, 4, 1, 1), "zero": np.float32(0)},
    )
    feeds = {
        "x": RNG.normal(0, 1, (2, 3, 6, 6)).astype(np.float32),
        "top": np.array(0.2, np.float32),
    }
    resolution = resolved(model, feeds, PLANS["u8s8"])
    proto = qoperator_model(qdq_model(model, resolution.encodings))
    expected = Session(model.proto).run(feeds)["y"]
    assert distance(Session(proto).run(feeds)["y"], expected) < 0.05 * np.std(expected)
