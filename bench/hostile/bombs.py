"""Files of a few bytes that ask for gigabytes, or for ever."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

_LARGE = (2**28, 2**31, 2**34, 2**40)


def constant(random: Random) -> onnx.ModelProto:
    """A constant made of a shape, and a layer that reads it as its weight."""
    side = random.choice((2**13, 2**15, 2**16, 2**20))
    wide = {"shape": np.array([4, side * 4], np.int64)}
    return _text("w = ConstantOfShape(shape) z = MatMul(x, w) y = ReduceSum<keepdims=0>(z)", wide)


def moved(random: Random) -> onnx.ModelProto:
    """Tile, Expand, Range, Pad, Resize of small constants."""
    size = random.choice(_LARGE)
    how = {
        "Tile": ("w = Tile(one, sizes)", {"one": _f(1), "sizes": _i(size)}),
        "Expand": ("w = Expand(one, sizes)", {"one": _f(1), "sizes": _i(size)}),
        "Range": (
            "r = Range(none, sizes, step) w = Cast<to=1>(r)",
            {"none": _i(0).reshape(()), "sizes": _i(size).reshape(()), "step": _i(1).reshape(())},
        ),
        "Pad": ("w = Pad(one, sizes)", {"one": _f(1), "sizes": _i(0, size)}),
        "Resize": ("w = Resize(one, , , sizes)", {"one": _f(1), "sizes": _i(size)}),
    }
    body, stored = how[random.choice(sorted(how))]
    after = random.choice(
        ("s = ReduceSum<keepdims=0>(w) y = Add(x, s)", "z = Mul(x, x) y = Add(z, w)")
    )
    return _text(f"{body} {after}", stored)


def outer(random: Random) -> onnx.ModelProto:
    """Two small constants whose sum or product is large."""
    side = random.choice((2**14, 2**16, 2**18))
    stored = {"a": np.ones((side, 1), np.float32), "b": np.ones((1, side), np.float32)}
    word = random.choice(("Add", "MatMul", "Mul", "Where"))
    if word == "Where":
        stored["c"] = np.ones((1, side), bool)
        return _text("w = Where(c, a, b) s = ReduceSum<keepdims=0>(w) y = Add(x, s)", stored)
    return _text(f"w = {word}(a, b) s = ReduceSum<keepdims=0>(w) y = Add(x, s)", stored)


def doubled(random: Random) -> onnx.ModelProto:
    """A constant joined with itself again and again."""
    count = random.choice((20, 30, 40))
    body = ["t0 = Concat<axis=0>(one, one)"]
    body += [f"t{i} = Concat<axis=0>(t{i - 1}, t{i - 1})" for i in range(1, count)]
    body.append(f"s = ReduceSum<keepdims=0>(t{count - 1}) y = Add(x, s)")
    return _text(" ".join(body), {"one": _f(1, 2)})


def endless(random: Random) -> onnx.ModelProto:
    """A Loop that never ends, or does after 2^62 trips."""
    trips = random.choice((2**40, 2**62, 2**63 - 1))
    stored = {"trips": np.array(trips, np.int64), "yes": np.array(True)}
    layer = random.choice(("o = Identity(u)", "o = MatMul(u, w)"))
    return _text(
        f"""y = Loop<body = b (int64 i, bool go, float[N,4] u) => (bool on, float[N,4] o) {{
            on = Identity(go) {layer} }}>(trips, yes, x)""",
        {**stored, "w": np.eye(4, dtype=np.float32)},
    )


def long_chain(random: Random) -> onnx.ModelProto:
    """Thousands of nodes one behind the other."""
    count = random.choice((1000, 4000, 10_000))
    word = random.choice(("Relu", "Identity", "Sigmoid", "Neg", "Reshape", "Clip", "Add", "Cast"))
    made = {
        "Reshape": "Reshape({0}, four)",
        "Add": "Add({0}, {0})",
        "Cast": "Cast<to=1>({0})",
    }.get(word, word + "({0})")
    body = [f"t{i} = {made.format('x' if i == 0 else f't{i - 1}')}" for i in range(count)]
    layer = random.choice(("y = MatMul({0}, w)", "y = Relu({0})"))
    return _text(
        " ".join((*body, layer.format(f"t{count - 1}"))),
        {"four": _i(-1, 4), "w": np.eye(4, dtype=np.float32)},
    )


def constant_chain(random: Random) -> onnx.ModelProto:
    """Thousands of nodes that compute one weight."""
    count = random.choice((1000, 5000))
    word = random.choice(("Neg", "Transpose", "Cast<to=1>", "Add", "Mul"))
    made = "{1}({0}, {0})" if word in ("Add", "Mul") else "{1}({0})"
    body = [f"t{i} = {made.format('w' if i == 0 else f't{i - 1}', word)}" for i in range(count)]
    return _text(
        " ".join((*body, f"y = MatMul(x, t{count - 1})")), {"w": np.eye(4, dtype=np.float32)}
    )


def wide(random: Random) -> onnx.ModelProto:
    """One tensor read by thousands, or thousands of outputs."""
    count = random.choice((1000, 5000))
    nodes = [helper.make_node("MatMul", ["x", "w"], [f"y{i}"]) for i in range(count)]
    names = [f"y{i}" for i in range(count)]
    if random.random() < 0.5:
        nodes.append(helper.make_node("Sum", names, ["y"]))
        names = ["y"]
    return _graph(nodes, names, {"w": np.eye(4, dtype=np.float32)})


def deep(random: Random) -> onnx.ModelProto:
    """Bodies in bodies in bodies."""
    count = random.choice((5, 15, 25, 30))
    kind = helper.make_tensor_type_proto(TensorProto.FLOAT, None)
    body = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["o"])],
        "b",
        [],
        [helper.make_value_info("o", kind)],
    )
    for _ in range(count):
        node = helper.make_node("If", ["c"], ["o"], then_branch=body, else_branch=_same())
        body = helper.make_graph([node], "b", [], [helper.make_value_info("o", kind)])
    node = helper.make_node("If", ["c"], ["y"], then_branch=body, else_branch=_same())
    return _graph([node], ["y"], {"w": np.eye(4, dtype=np.float32), "c": np.array(True)})


def functions(random: Random) -> onnx.ModelProto:
    """Functions that call each other twice, so that they grow as they are written out."""
    count = random.choice((10, 20, 30, 60))
    made = []
    for place in range(count):
        call = "Relu" if place == 0 else f"f{place - 1}"
        nodes = [
            helper.make_node(call, ["a"], ["b"], domain="mine" if place else ""),
            helper.make_node(call, ["b"], ["c"], domain="mine" if place else ""),
        ]
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
        made.append(helper.make_function("mine", f"f{place}", ["a"], ["c"], nodes, opsets))
    if random.random() < 0.3:
        made[0].node[0].op_type, made[0].node[0].domain = f"f{count - 1}", "mine"
    proto = _graph([helper.make_node(f"f{count - 1}", ["x"], ["y"], domain="mine")], ["y"], {})
    proto.functions.extend(made)
    proto.opset_import.append(helper.make_opsetid("mine", 1))
    return proto


def weights_apart(random: Random) -> onnx.ModelProto:
    """Values as far apart as floats are, which exact sums have to hold."""
    rng = np.random.default_rng(random.randrange(2**32))
    w = (rng.normal(size=(4, 64)) * 10.0 ** rng.integers(-44, 38, (4, 64))).astype(np.float32)
    v = (rng.normal(size=(64, 4)) * 10.0 ** rng.integers(-44, 30, (64, 4))).astype(np.float32)
    return _text("a = MatMul(x, w) b = Relu(a) y = MatMul(b, v)", {"w": w, "v": v})


def large_shapes(random: Random) -> onnx.ModelProto:
    """Inputs and results whose declared sizes no memory holds."""
    side = random.choice(_LARGE)
    stored = {"sizes": _i(-1, 4)}
    proto = _text(
        random.choice(
            (
                "z = Reshape(x, sizes) y = ReduceSum<keepdims=0>(z)",
                "y = MatMul(x, x)",
                "z = Flatten(x) y = Relu(z)",
                "y = AveragePool<kernel_shape=[3]>(x)",
            )
        ),
        stored,
    )
    dims = proto.graph.input[0].type.tensor_type.shape.dim
    for dim in dims:
        dim.dim_value = side
    return proto


def sparse(random: Random) -> onnx.ModelProto:
    """A sparse weight that would be large written out."""
    side = random.choice((2**13, 2**15, 2**20))
    proto = _text("z = MatMul(x, w) y = ReduceSum<keepdims=0>(z)", {})
    made = proto.graph.sparse_initializer.add(dims=[4, side])
    made.values.CopyFrom(numpy_helper.from_array(_f(1, 2), "w"))
    made.indices.CopyFrom(numpy_helper.from_array(_i(0, random.choice((1, side))), ""))
    return proto


def product(random: Random) -> onnx.ModelProto:
    """Products over products: a few nodes that take minutes."""
    side = random.choice((2000, 4000))
    body = ["a = Expand(x, sizes)", "t0 = MatMul(a, a)"]
    body += [f"t{i} = MatMul(t{i - 1}, a)" for i in range(1, random.choice((3, 30)))]
    last = body[-1].split()[0]
    return _text(
        " ".join((*body, f"s = ReduceMax<keepdims=0>({last}) y = Add(x, s)")),
        {"sizes": _i(side, side)},
        given="float[1,1] x",
    )


def windows(random: Random) -> onnx.ModelProto:
    """Pads, dilations and strides of millions."""
    much = random.choice((1000, 2**20, 2**31 - 1, 2**40))
    how = random.choice(
        ("pads=[{0},{0}]", "dilations=[{0}]", "strides=[{0}]", "kernel_shape=[{0}]")
    )
    word = random.choice(("Conv", "MaxPool", "AveragePool", "ConvTranspose"))
    told = how.format(much)
    if "Pool" in word:
        told = told if "kernel" in told else f"kernel_shape=[3], {told}"
        body = f"z = {word}<{told}>(x)"
    else:
        body = f"z = {word}<{told}>(x, w)"
    return _text(
        f"{body} y = GlobalMaxPool(z)",
        {"w": np.ones((4, 4, 3), np.float32)},
        given="float[1,4,16] x",
    )


BOMBS: Mapping[str, Callable[[Random], onnx.ModelProto]] = {
    made.__name__: made
    for made in (
        *(constant, moved, outer, doubled, endless, long_chain, constant_chain, wide, deep),
        *(functions, weights_apart, large_shapes, sparse, product, windows),
    )
}


def _text(
    body: str, stored: Mapping[str, NDArray[np.generic]], given: str = "float[N,4] x"
) -> onnx.ModelProto:
    header = '<ir_version: 8, opset_import: ["" : 17]>\n'
    proto = onnx.parser.parse_model(f"{header} g ({given}) => (float y) {{ {body} }}")
    for name, values in stored.items():
        proto.graph.initializer.append(numpy_helper.from_array(np.asarray(values), name))
    return _declared(proto)


def _graph(
    nodes: list[onnx.NodeProto], names: list[str], stored: Mapping[str, NDArray[np.generic]]
) -> onnx.ModelProto:
    kind = helper.make_tensor_type_proto(TensorProto.FLOAT, None)
    fed = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 4])
    constants = [numpy_helper.from_array(values, name) for name, values in stored.items()]
    given = [helper.make_value_info(name, kind) for name in names]
    graph = helper.make_graph(nodes, "g", [fed], given, constants)
    opset = helper.make_opsetid("", 17)
    return _declared(helper.make_model(graph, opset_imports=[opset], ir_version=8))


def _declared(proto: onnx.ModelProto) -> onnx.ModelProto:
    """In place: outputs of some shape; nobody may look for the right one here."""
    for value in proto.graph.output:
        value.type.CopyFrom(helper.make_tensor_type_proto(TensorProto.FLOAT, ["a", "b"]))
    return proto


def _same() -> onnx.GraphProto:
    kind = helper.make_tensor_type_proto(TensorProto.FLOAT, None)
    node = helper.make_node("Identity", ["x"], ["o"])
    return helper.make_graph([node], "e", [], [helper.make_value_info("o", kind)])


def _f(*values: float) -> NDArray[np.float32]:
    return np.array(values, np.float32)


def _i(*values: int) -> NDArray[np.int64]:
    return np.array(values, np.int64)
