"""For every operator a tiny network in which it stands behind a convolution."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel

SHAPE = (1, 3, 6, 6)
OPSET = 20


def _f(*shape: int) -> np.ndarray:
    rng = np.random.default_rng(sum(shape))
    return (rng.normal(size=shape) / max(1, np.prod(shape[1:])) ** 0.5).astype(np.float32)


def _i(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


CONSTANTS = {
    "w0": _f(4, 3, 1, 1), "w1": _f(4, 3, 3, 3), "conv": _f(5, 4, 3, 3), "up": _f(4, 5, 2, 2),
    "product": _f(6, 7), "gemm": _f(144, 5), "table": _f(12, 6), "slope": _f(4, 1, 1),
    "low": np.float32(-0.5), "high": np.float32(0.7), "three": np.array(3, np.int64),
    "flat": _i(1, -1), "axes": _i(2, 3), "zero": _i(0), "ones": _i(1, 0), "fives": _i(5, 3),
    "pads": _i(0, 0, 1, 2, 0, 0, 0, 1), "repeats": _i(1, 1, 2, 1), "wide": _i(2, 4, 6, 6),
    "scales": np.float32([1, 1, 1.5, 2]), "steps": _i(4, 3, 12), "place": _i(0, 1)[None],
    "cell": _f(1, 12, 12), "again": _f(1, 12, 3), "gru": _f(1, 9, 12), "gru_again": _f(1, 9, 3),
    "rnn": _f(1, 3, 12), "rnn_again": _f(1, 3, 3), "rows": np.zeros((1, 2, 6, 6), np.int64),
    "row": _f(1, 6, 6), "two": _f(1, 2, 6, 6), "gamma": _f(4) + 2, "beta": _f(4),
    "spread": _f(4) ** 2 + 1, "last": _f(6) + 2, "cube": np.float32(3),
    "from": np.float32(1), "to": np.float32(13), "step": np.float32(2),
}  # fmt: skip

_TWO = "g = Conv<pads=[1,1,1,1]>(x, w1) y = {}(a, g)"
_SAME = ("Add", "Sub", "Mul", "Div", "Max", "Min", "Mean", "Sum", "CastLike")
_TRUTH = "g = Conv<pads=[1,1,1,1]>(x, w1) c = {}(a, g) y = Cast<to=1>(c)"
_BOTH = "g = Conv<pads=[1,1,1,1]>(x, w1) c = Less(a, g) d = Less(g, a) "
_POSITIVE = "b = Exp(a) y = {}(b)"
_REDUCED = "y = {}(a, axes)"
_SEQUENCE = "s = Reshape(a, steps) y, h = {}"

BODIES = {
    **{name: _TWO.format(name) for name in _SAME},
    **{name: _TRUTH.format(name) for name in ("Equal", "Greater", "GreaterOrEqual", "Less")},
    **{name: _REDUCED.format(name) for name in ("ReduceMax", "ReduceMean", "ReduceMin")},
    **{name: _POSITIVE.format(name) for name in ("Log", "Sqrt", "Reciprocal")},
    "LessOrEqual": _TRUTH.format("LessOrEqual"),
    "ReduceSum": _REDUCED.format("ReduceSum"),
    "And": f"{_BOTH} e = And(c, d) y = Cast<to=1>(e)",
    "Or": f"{_BOTH} e = Or(c, d) y = Cast<to=1>(e)",
    "Not": f"{_BOTH} e = Not(c) y = Cast<to=1>(e)",
    "Conv": "y = Conv(a, conv)",
    "ConvTranspose": "y = ConvTranspose<strides=[2,2]>(a, up)",
    "Gemm": "b = Flatten(a) y = Gemm(b, gemm)",
    "MatMul": "y = MatMul(a, product)",
    "Gather": "b = Gather(table, three) y = Mul(a, b)",
    "LSTM": _SEQUENCE.format("LSTM<hidden_size=3>(s, cell, again)"),
    "GRU": _SEQUENCE.format("GRU<hidden_size=3>(s, gru, gru_again)"),
    "RNN": _SEQUENCE.format("RNN<hidden_size=3>(s, rnn, rnn_again)"),
    "Clip": "y = Clip(a, low, high)",
    "PRelu": "y = PRelu(a, slope)",
    "Concat": "g = Conv<pads=[1,1,1,1]>(x, w1) y = Concat<axis=1>(a, g)",
    "AveragePool": "y = AveragePool<kernel_shape=[2,2]>(a)",
    "MaxPool": "y = MaxPool<kernel_shape=[2,2]>(a)",
    "Reshape": "y = Reshape(a, flat)",
    "Squeeze": "y = Squeeze(a, zero)",
    "Unsqueeze": "y = Unsqueeze(a, zero)",
    "Slice": "y = Slice(a, ones, fives, axes)",
    "Split": "y, z = Split<axis=1, num_outputs=2>(a)",
    "Pad": "y = Pad(a, pads)",
    "Expand": "y = Expand(a, wide)",
    "Tile": "y = Tile(a, repeats)",
    "DepthToSpace": "y = DepthToSpace<blocksize=2>(a)",
    "SpaceToDepth": "y = SpaceToDepth<blocksize=2>(a)",
    "Resize": 'y = Resize<coordinate_transformation_mode="asymmetric">(a, , scales)',
    "Cast": "y = Cast<to=1>(a)",
    "GatherND": "y = GatherND(a, place)",
    "GatherElements": "y = GatherElements<axis=1>(a, rows)",
    "ScatterND": "y = ScatterND(a, place, row)",
    "ScatterElements": "y = ScatterElements<axis=1>(a, rows, two)",
    "Where": f"{_BOTH} y = Where(c, a, g)",
    "BatchNormalization": "b = Sin(a) y = BatchNormalization(b, gamma, beta, beta, spread)",
    "InstanceNormalization": "y = InstanceNormalization(a, gamma, beta)",
    "LayerNormalization": "y = LayerNormalization<axis=-1>(a, last)",
    "Pow": "y = Pow(a, cube)",
    "ConstantOfShape": "b = Shape(a) y = ConstantOfShape<value: tensor = float[1] {1.5}>(b)",
    "Shape": "b = Shape(a) y = Reshape(a, b)",
    "Size": "b = Size(a) c = Cast<to=1>(b) y = Mul(a, c)",
    "Range": "y = Range(from, to, step)",
}
"""By operator, from `a` (and `x`) to `y`; without an entry: `y = Operator(a)`."""


def proto_of(name: str, opset: int = OPSET) -> onnx.ModelProto:
    """`x` through a convolution and the operator; every output has the shape that comes out."""
    body = BODIES.get(name, f"y = {name}(a)")
    words = body.replace("(", " ").replace(")", " ").replace(",", " ").split()
    outputs = "float y, float z" if " z " in f" {body} ".replace(",", " ") else "float y"
    graph = f"g (float{list(SHAPE)} x) => ({outputs}) {{ a = Conv(x, w0) {body} }}"
    proto = onnx.parser.parse_model(f'<ir_version: 10, opset_import: ["" : {opset}]>\n{graph}')
    for value in proto.graph.output:
        value.type.tensor_type.ClearField("shape")
    used = {"w0", *words}
    proto.graph.initializer.extend(
        numpy_helper.from_array(np.asarray(values), word)
        for word, values in CONSTANTS.items()
        if word in used
    )
    return onnx.shape_inference.infer_shapes(proto)


def network_of(folder: Path, name: str, opset: int = OPSET) -> FloatModel:
    path = folder / f"{name}.onnx"
    onnx.save(proto_of(name, opset), path)
    return open_model(path)
