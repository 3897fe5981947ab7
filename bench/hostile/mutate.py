"""Ways to spoil a sound network: each changes one thing in place."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

import numpy as np
import onnx
from google.protobuf.message import Message
from onnx import TensorProto, helper, numpy_helper

from quantengine.graph.operators.registry import OPERATORS
from quantengine.graph.walk import all_graphs

Files = dict[str, bytes]
Mutation = Callable[[onnx.ModelProto, Random], Files | None]

_WHOLE = (0, 1, -1, 2, 3, 7, -2, 255, 1000, 2**31 - 1, -(2**31), 2**62, -(2**63), 2**63 - 1)
_REAL = (0.0, -0.0, 1.0, -1.0, 1e-45, 3e38, -3e38, math.inf, -math.inf, math.nan, 0.5)
_TEXT = ("", "x", "y", "a", "Conv", "../../w.bin", "\0", "=1+1", "<b>", "é\u202e", "n" * 5000)
_VALUES = (np.nan, np.inf, -np.inf, 3e38, -3e38, 1e-45, 0.0)
_SHAPES = ((), (0,), (1,), (1, 1), (0, 3), (3, 0, 3, 3), (1, 1, 1, 1, 1), (2**20,), (65, 65))


def field(proto: onnx.ModelProto, random: Random) -> None:
    """Any field of any message."""
    messages = list(_messages(proto))
    message = random.choice(messages)
    known = message.DESCRIPTOR.fields
    found = random.choice([f for f in known if f.name not in ("raw_data",)] or known)
    if _is_many(message, found.name):
        _many(getattr(message, found.name), found, random)
    elif found.cpp_type == found.CPPTYPE_MESSAGE or random.random() < 0.2:
        message.ClearField(found.name)
    else:
        _set(message, found, random)


def attribute(proto: onnx.ModelProto, random: Random) -> None:
    """An attribute of a node: its value, its kind, its name; gone, or one too many."""
    node = random.choice(_nodes(proto))
    others = [a for each in _nodes(proto) for a in each.attribute]
    if not node.attribute or random.random() < 0.15:
        if others and random.random() < 0.5:
            node.attribute.append(_apart(random.choice(others)))
        else:
            name = random.choice(("axis", "group", "pads", "perm", "kernel_shape", "to", "strides"))
            node.attribute.append(helper.make_attribute(name, _attribute_value(random)))
        return
    changed = random.choice(node.attribute)
    match random.randrange(4):
        case 0 if changed.ints:
            _many(changed.ints, changed.DESCRIPTOR.fields_by_name["ints"], random)
        case 0 | 1 if changed.type == onnx.AttributeProto.INT:
            changed.i = random.choice(_WHOLE)
        case 2:
            node.attribute.remove(changed)
        case _:
            new = helper.make_attribute(changed.name, _attribute_value(random))
            changed.CopyFrom(new)


def weight_shape(proto: onnx.ModelProto, random: Random) -> None:
    """A constant of another shape that holds as many bytes as it asks for."""
    tensor = random.choice(_tensors(proto))
    values = numpy_helper.to_array(tensor)
    match random.randrange(4):
        case 0:
            shape = random.choice(_SHAPES)
            made = np.resize(values, shape) if values.size else np.zeros(shape, values.dtype)
        case 1:
            made = values.reshape(random.choice(((-1,), (1, *values.shape), (*values.shape, 1))))
        case 2:
            made = values.T
        case _:
            axis = random.randrange(max(values.ndim, 1))
            sides = list(values.shape) or [1]
            sides[axis] = random.choice((0, 1, sides[axis] + 1, 2 * sides[axis], 64))
            made = np.resize(values, sides) if values.size else np.zeros(sides, values.dtype)
    tensor.CopyFrom(
        numpy_helper.from_array(np.ascontiguousarray(made).reshape(made.shape), tensor.name)
    )


def weight_values(proto: onnx.ModelProto, random: Random) -> None:
    """A constant with other numbers, or of another type."""
    tensor = random.choice(_tensors(proto))
    values = np.array(numpy_helper.to_array(tensor))
    if random.random() < 0.4 or values.dtype.kind not in "fiu" or not values.size:
        if values.dtype.kind not in "fiub":
            return
        kind = random.choice((np.float64, np.float16, np.int8, np.int64, np.uint8, np.bool_, "str"))
        with np.errstate(all="ignore"):
            made = values.astype(object if kind == "str" else kind)
        if kind == "str":
            made = made.astype(np.str_).astype(object)
    else:
        made = values.reshape(-1)
        count = random.choice((1, made.size))
        new = random.choice(_VALUES if made.dtype.kind == "f" else _WHOLE[:9])
        with np.errstate(all="ignore"):
            made[:count] = np.asarray(new).astype(made.dtype)
        made = made.reshape(values.shape)
    tensor.CopyFrom(numpy_helper.from_array(made, tensor.name))


def port_shape(proto: onnx.ModelProto, random: Random) -> None:
    """The shape or type that an input, output or inner tensor is said to have."""
    values = [*proto.graph.input, *proto.graph.output, *proto.graph.value_info]
    if not values:
        return
    kind = random.choice(values).type.tensor_type
    match random.randrange(6):
        case 0:
            kind.ClearField("shape")
        case 1:
            kind.elem_type = random.choice((0, 1, 7, 8, 9, 10, 11, 14, 16, 17, 23, 99))
        case 2:
            kind.shape.dim.add().dim_value = random.choice(_WHOLE)
        case 3 if kind.shape.dim:
            del kind.shape.dim[random.randrange(len(kind.shape.dim))]
        case _ if kind.shape.dim:
            dim = random.choice(kind.shape.dim)
            if random.random() < 0.7:
                dim.dim_value = random.choice(_WHOLE)
            else:
                dim.dim_param = random.choice(_TEXT)


def edge(proto: onnx.ModelProto, random: Random) -> None:
    """What a node reads or makes: another tensor, none, one too many, itself."""
    nodes = _nodes(proto)
    node = random.choice(nodes)
    names = [n for each in nodes for n in (*each.input, *each.output)] + ["", "nowhere", "x"]
    ends = node.input if random.random() < 0.75 or not node.output else node.output
    match random.randrange(5):
        case 0 if ends:
            del ends[random.randrange(len(ends))]
        case 1:
            ends.append(random.choice(names))
        case 2 if node.output and node.input:
            node.input[random.randrange(len(node.input))] = random.choice(node.output)
        case _ if ends:
            ends[random.randrange(len(ends))] = random.choice(names)


def operator(proto: onnx.ModelProto, random: Random) -> None:
    """Another operator, domain, opset or order."""
    nodes = _nodes(proto)
    node = random.choice(nodes)
    match random.randrange(6):
        case 0:
            node.domain = random.choice(("com.microsoft", "ai.onnx.ml", "mine", "ai.onnx"))
        case 1:
            proto.opset_import[0].version = random.choice((0, 1, 7, 8, 9, 11, 12, 13, 18, 22, 26))
        case 2:
            place = random.randrange(len(proto.graph.node))
            proto.graph.node.append(_apart(proto.graph.node[place]))
            if random.random() < 0.5:
                del proto.graph.node[place]
        case 3:
            del proto.graph.node[random.randrange(len(proto.graph.node))]
        case _:
            node.op_type = random.choice(sorted(OPERATORS))


def name(proto: onnx.ModelProto, random: Random) -> None:
    """A name that means two things, or nothing."""
    tensors = [*proto.graph.input, *proto.graph.output, *proto.graph.initializer, *_nodes(proto)]
    chosen, other = random.choice(tensors), random.choice(tensors)
    chosen.name = random.choice((other.name, *_TEXT))


def part(proto: onnx.ModelProto, random: Random) -> None:
    """A whole part twice, elsewhere, or gone: inputs, outputs, initializers, bodies."""
    graph = random.choice(list(all_graphs(proto.graph)))
    held = getattr(graph, random.choice(("input", "output", "initializer", "value_info")))
    match random.randrange(4):
        case 0 if held:
            held.append(_apart(random.choice(held)))
        case 1 if held:
            del held[random.randrange(len(held))]
        case 2:
            node = random.choice(_nodes(proto))
            node.attribute.append(helper.make_attribute("then_branch", _apart(graph)))
        case _:
            sparse = graph.sparse_initializer.add(dims=[random.choice(_WHOLE), 4])
            sparse.values.CopyFrom(numpy_helper.from_array(np.float32([1, 2]), "w"))
            places = np.array([random.choice(_WHOLE), 1], np.int64)
            sparse.indices.CopyFrom(numpy_helper.from_array(places, "places"))


def external(proto: onnx.ModelProto, random: Random) -> Files:
    """A constant whose bytes lie in a file beside it, or do not."""
    tensor = random.choice(_tensors(proto))
    data = tensor.raw_data or numpy_helper.to_array(tensor).tobytes()
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    places = ("w.bin",) * 4 + (
        "../w.bin",
        "/etc/passwd",
        "",
        "none.bin",
        "m.onnx",
        ".",
        "a/../w.bin",
    )
    told = {
        "location": random.choice(places),
        "offset": random.choice(("0", "0", "4", "-1", "x", str(2**63), "")),
        "length": random.choice((str(len(data)), str(len(data)), "0", "-4", "x", str(2**62))),
    }
    for key, value in told.items():
        if random.random() < 0.9:
            tensor.external_data.add(key=key, value=value)
    return {"w.bin": data[: random.choice((len(data), len(data), len(data) // 2, 0))]}


MUTATIONS: Mapping[str, Mutation] = {
    made.__name__: made
    for made in (
        *(field, attribute, weight_shape, weight_values, port_shape, edge, operator, name, part),
        external,
    )
}


def spoiled_bytes(data: bytes, random: Random) -> bytes:
    """Bits flipped, a piece cut out, doubled or filled, or the end gone."""
    found = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 8))):
        place = random.randrange(len(found))
        until = min(len(found), place + random.choice((1, 4, 64)))
        match random.randrange(5):
            case 0 | 1:
                found[place] ^= 1 << random.randrange(8)
            case 2:
                found[place:until] = random.randbytes(until - place)
            case 3:
                found[place:place] = found[place:until]
            case _:
                del found[place : random.choice((until, len(found)))]
                found = found or bytearray(data)
    return bytes(found)


def _apart(message: Any) -> Any:
    """A copy made before it is put anywhere: also where it holds what it is put into."""
    return type(message).FromString(message.SerializeToString())


def _messages(message: Message) -> Iterator[Message]:
    yield message
    for found, value in message.ListFields():
        if found.cpp_type == found.CPPTYPE_MESSAGE:
            for part_of in [value] if isinstance(value, Message) else value:
                yield from _messages(part_of)


def _is_many(message: Message, wanted: str) -> bool:
    return hasattr(getattr(message, wanted), "extend")


def _many(held: Any, found: Any, random: Random) -> None:
    place = random.randrange(len(held)) if len(held) else 0
    whole = found.cpp_type in (found.CPPTYPE_INT32, found.CPPTYPE_INT64, found.CPPTYPE_UINT64)
    match random.randrange(4):
        case 0 if len(held):
            del held[place]
        case 1 if len(held):
            held.extend([_apart(held[place]) if isinstance(held[place], Message) else held[place]])
        case 2 if len(held) and whole:
            held[place] = _fitting(found, random)
        case _ if whole:
            held.extend([_fitting(found, random)])
        case _ if found.cpp_type == found.CPPTYPE_MESSAGE:
            held.add()


def _set(message: Message, found: Any, random: Random) -> None:
    if found.cpp_type in (found.CPPTYPE_FLOAT, found.CPPTYPE_DOUBLE):
        setattr(message, found.name, random.choice(_REAL))
    elif found.cpp_type == found.CPPTYPE_STRING:
        text = random.choice(_TEXT)
        setattr(message, found.name, text.encode() if found.type == found.TYPE_BYTES else text)
    else:
        setattr(message, found.name, _fitting(found, random))


def _fitting(found: Any, random: Random) -> int:
    value = random.choice(_WHOLE)
    if found.cpp_type == found.CPPTYPE_ENUM:
        return random.choice([each.number for each in found.enum_type.values])
    if found.cpp_type == found.CPPTYPE_UINT64:
        return abs(value)
    return value if found.cpp_type == found.CPPTYPE_INT64 else max(-(2**31), min(value, 2**31 - 1))


def _attribute_value(random: Random) -> Any:
    return random.choice(
        (
            random.choice(_WHOLE),
            [random.choice(_WHOLE) for _ in range(random.randrange(1, 7))],
            [random.randrange(-2, 6) for _ in range(random.randrange(1, 5))],
            random.choice(_REAL),
            random.choice(_TEXT),
            [random.choice(_REAL)],
            numpy_helper.from_array(np.zeros(random.choice(((), (2,), (0,))), np.float32), "t"),
        )
    )


def _nodes(proto: onnx.ModelProto) -> list[onnx.NodeProto]:
    return [node for graph in all_graphs(proto.graph) for node in graph.node] or [
        proto.graph.node.add(op_type="Relu")
    ]


def _tensors(proto: onnx.ModelProto) -> list[onnx.TensorProto]:
    found = [t for graph in all_graphs(proto.graph) for t in graph.initializer]
    sound = [tensor for tensor in found if _is_sound(tensor)]
    return sound or [proto.graph.initializer.add(name="w", data_type=1, dims=[1], float_data=[1])]


def _is_sound(tensor: onnx.TensorProto) -> bool:
    if tensor.data_location == TensorProto.EXTERNAL or math.prod(tensor.dims) > 2**22:
        return False
    try:
        numpy_helper.to_array(tensor)
    except (ValueError, TypeError, KeyError, OverflowError, UnicodeDecodeError):
        return False
    return True
