"""Small sound networks that hostile ones are made from."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from quantengine.bundled import demo_model
from tests import hostile_names
from tests.engine import loop_networks, small_network
from tests.engine.operator_networks import BODIES, proto_of

_MOST_VALUES = 2**20
OLD = """g (float[N,2,6,6] x, float[3,2,3,3] w, float[3] v) => (float[N,3,3,3] y) {
  a = Conv<pads=[1,1,1,1]>(x, w)
  b = BatchNormalization(a, v, v, v, v)
  d = MaxPool<kernel_shape=[2,2], strides=[2,2]>(b)
  e = Dropout<ratio=0.5>(d)
  y = Clip<min=0.0, max=6.0>(e)
}"""
ATTENTION = """g (int64[N,6] x) => (float[N,6,9] y) {
  a = Gather(table, x)
  n = LayerNormalization<axis=-1>(a, scale, shift)
  q = MatMul(n, wq)  k = MatMul(n, wk)  v = MatMul(n, wv)
  t = Transpose<perm=[0,2,1]>(k)
  s = MatMul(q, t)  d = Div(s, root)
  p = Softmax<axis=-1>(d)
  c = MatMul(p, v)  r = Add(c, a)
  h = Gelu(r)  m = MatMul(h, out)  y = Add(m, bias)
}"""
HALF = """g (float16[N,2,6,6] x, bool c) => (float16[N,3,6,6] y, float16[N,3] z) {
  w1 = Identity(w)
  a = Conv<pads=[1,1,1,1]>(x, w1)
  b = BatchNormalization(a, v, v, v, v)
  s = Constant<value_ints=[3,1,1]>()
  k = Reshape(v, s)
  d = Add(b, k)
  y = If(c) <then_branch = t () => (float16[N,3,6,6] o1) { o1 = Relu(d) },
             else_branch = e () => (float16[N,3,6,6] o2) { o2 = Mul(d, k) }>
  p = ReduceMean<axes=[2,3], keepdims=0>(d)
  z = Dropout(p)
}"""
CODES = """g (float[N,2,6,6] x) => (float[N,3,4,4] y) {
  q = QuantizeLinear(x, s, z)
  d = DequantizeLinear(q, s, z)
  e = DequantizeLinear<axis=0>(w8, sw, zw)
  y = Conv(d, e)
}"""


def _text(
    text: str, shapes: Mapping[str, tuple[int, ...]], opset: int = 17, kind: type = np.float32
) -> onnx.ModelProto:
    proto = onnx.parser.parse_model(f'<ir_version: 8, opset_import: ["" : {opset}]>\n{text}')
    rng = np.random.default_rng(0)
    for name, shape in shapes.items():
        values = np.abs(rng.normal(size=shape)).astype(kind)
        proto.graph.initializer.append(numpy_helper.from_array(values, name))
    return proto


def _codes() -> onnx.ModelProto:
    proto = _text(CODES, {"s": (), "sw": (3,)})
    rng = np.random.default_rng(0)
    codes = {"w8": rng.integers(-9, 9, (3, 2, 3, 3)).astype(np.int8), "zw": np.zeros(3, np.int8)}
    for name, values in {**codes, "z": np.uint8(7)}.items():
        proto.graph.initializer.append(numpy_helper.from_array(np.asarray(values), name))
    return proto


def _repeating(name: str) -> onnx.ModelProto:
    made = loop_networks.NETWORKS[name]
    proto = _text(made.graph, made.weights)
    if name == "cell":
        proto.graph.initializer.append(
            numpy_helper.from_array(np.zeros((2, 16), np.float32), "begin")
        )
    return proto


_SMALL = {"w1": (4, 3, 3, 3), "b1": (4,), "w2": (4, 1, 3, 3), "b2": (4,), "w3": (4, 5), "b3": (5,)}
_NAMES = {"w0": (4, 3, 3, 3), "w1": (4, 1, 3, 3), "w2": (4, 4, 1, 1), "w3": (4, 5)}
_ATTENTION = {
    "table": (20, 8),
    "scale": (8,),
    "shift": (8,),
    "root": (),
    "out": (8, 9),
    "bias": (9,),
    **dict.fromkeys(("wq", "wk", "wv"), (8, 8)),
}
SEEDS: Mapping[str, Callable[[], onnx.ModelProto]] = {
    "small": lambda: _text(small_network.GRAPH, _SMALL),
    "names": lambda: _text(hostile_names.GRAPH, _NAMES),
    "old": lambda: _text(OLD, {"w": (3, 2, 3, 3), "v": (3,)}, opset=8),
    "attention": lambda: _text(ATTENTION, _ATTENTION, opset=20),
    "half": lambda: _text(HALF, {"w": (3, 2, 3, 3), "v": (3,)}, kind=np.float16),
    "codes": _codes,
    "demo": lambda: onnx.load(demo_model()),
    **{name: lambda name=name: _repeating(name) for name in loop_networks.NETWORKS},
    **{name: lambda name=name: proto_of(name) for name in BODIES},
}


@cache
def _bytes_of(name: str) -> bytes:
    return SEEDS[name]().SerializeToString()


def seed(name: str) -> onnx.ModelProto:
    """A copy of a sound network, to be spoiled."""
    return onnx.ModelProto.FromString(_bytes_of(name))


def fed(proto: onnx.ModelProto, count: int = 6) -> tuple[bytes, list[str]]:
    """Data for every input that is no scalar, as an .npz, and the options that feed the rest.

    Raises ValueError where that would be too much.
    """
    stored = {tensor.name for tensor in proto.graph.initializer}
    arrays, options = {}, []
    for value in proto.graph.input:
        kind = value.type.tensor_type
        sides = [dim.dim_value or 2 for dim in kind.shape.dim]
        if value.name in stored:
            continue
        if not sides:
            options += ["--map", f"{value.name}=1"]
            continue
        dtype = helper.tensor_dtype_to_np_dtype(kind.elem_type)
        rng = np.random.default_rng(len(arrays))
        shape = (count, *sides[1:])
        if not 0 <= math.prod(shape) <= _MOST_VALUES:
            raise ValueError("too much")
        whole = kind.elem_type in (TensorProto.INT64, TensorProto.INT32)
        values = rng.integers(0, 2, shape) if whole else rng.normal(size=shape)
        arrays[value.name] = values.astype(dtype)
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue(), options
