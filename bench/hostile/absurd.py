"""Legal but absurd: every operator with sizes, attributes and constants nobody would choose."""

from __future__ import annotations

from random import Random

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import AttributeProto, TensorProto, helper, numpy_helper

from quantengine.graph.shapes import tensor_types

OPSET = 20
_SIDES = (0, 1, 1, 2, 3, 4, 4, 8, 17)
_FEW = 3
_LAYERS = ("Conv", "ConvTranspose", "Gemm", "MatMul", "Gather", "LSTM", "GRU", "RNN", "PRelu")
_HOW = (0, 1, 2, -1, -2, 3, 5, 1000)


def absurd_model(random: Random) -> onnx.ModelProto:
    """A short chain of operators, of which some layer or any operator of ONNX, told absurdly."""
    rank = random.randint(1, 5)
    shape = [random.choice(_SIDES) for _ in range(rank)]
    nodes: list[onnx.NodeProto] = []
    stored: list[onnx.TensorProto] = []
    tensors = ["x"]
    for _ in range(random.randint(1, _FEW)):
        schema = _schema(random)
        node = _node(schema, random, tensors, shape, stored, len(nodes))
        nodes.append(node)
        tensors += [name for name in node.output if name]
    sides = ["n" if random.random() < 0.3 and not place else s for place, s in enumerate(shape)]
    fed = helper.make_tensor_value_info("x", TensorProto.FLOAT, sides)
    given = [onnx.ValueInfoProto(name=name) for name in nodes[-1].output if name]
    graph = helper.make_graph(nodes, "g", [fed], given, stored)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    return declared(made)


def declared(made: onnx.ModelProto) -> onnx.ModelProto:
    """In place: says of every output what inference finds, or something that may be."""
    types = tensor_types(made)[0]
    for value in made.graph.output:
        known = types.get(value.name)
        element = known.element if known and known.element else TensorProto.FLOAT
        shape = known.shape if known and known.shape is not None else ["a", "b"]
        value.type.CopyFrom(helper.make_tensor_type_proto(element, shape))
    return made


def _schema(random: Random) -> onnx.defs.OpSchema:
    if random.random() < 0.5:
        return onnx.defs.get_schema(random.choice(_LAYERS), OPSET, "")
    known = sorted(
        {s.name for s in onnx.defs.get_all_schemas() if not s.deprecated and not s.domain}
    )
    while True:
        try:
            found = onnx.defs.get_schema(random.choice(known), OPSET, "")
        except onnx.defs.SchemaError:
            continue
        if all(a.type != onnx.defs.OpSchema.AttrType.GRAPH for a in found.attributes.values()):
            return found


def _node(
    schema: onnx.defs.OpSchema,
    random: Random,
    tensors: list[str],
    shape: list[int],
    stored: list[onnx.TensorProto],
    place: int,
) -> onnx.NodeProto:
    count = random.randint(schema.min_input, max(schema.min_input, min(schema.max_input, 5)))
    inputs = [tensors[-1]] if count else []
    for index in range(1, count):
        if random.random() < 0.2:
            inputs.append(random.choice(tensors))
            continue
        name = f"w{place}_{index}"
        ports = schema.inputs[min(index, len(schema.inputs) - 1)]
        stored.append(numpy_helper.from_array(_constant(ports.types, shape, random), name))
        inputs.append(name)
    outputs = [f"t{place}_{i}" for i in range(max(1, schema.min_output))]
    node = helper.make_node(schema.name, inputs, outputs, name=f"n{place}")
    for told in schema.attributes.values():
        if told.required or random.random() < 0.3:
            made = _attribute(told, random, len(shape))
            if made is not None:
                node.attribute.append(made)
    return node


def _constant(types: set[str], shape: list[int], random: Random) -> NDArray[np.generic]:
    kinds = [kind for kind in ("float", "int64", "bool", "uint8") if f"tensor({kind})" in types]
    kind = kinds[0] if kinds else "float"
    rank = random.choice((len(shape), len(shape), 1, 0, 2, 3))
    sides = [random.choice((*shape, *_SIDES)) for _ in range(rank)]
    if rank == len(shape) and random.random() < 0.4:
        sides = list(shape)
    rng = np.random.default_rng(random.randrange(2**32))
    if kind == "int64":
        return rng.choice(np.array([*_HOW, *shape, 2**31, 2**62]), sides)
    if kind == "bool":
        return rng.integers(0, 2, sides).astype(bool)
    if kind == "uint8":
        return rng.integers(0, 255, sides).astype(np.uint8)
    values = rng.normal(size=sides) * random.choice((1, 1, 1, 1e-30, 1e30, 0))
    return np.asarray(values, np.float32)


def _attribute(
    told: onnx.defs.OpSchema.Attribute, random: Random, rank: int
) -> AttributeProto | None:
    kinds = onnx.defs.OpSchema.AttrType
    numbers = [random.choice(_HOW) for _ in range(random.choice((rank, 2 * rank, rank - 2, 1, 2)))]
    match told.type:
        case kinds.INT:
            return helper.make_attribute(told.name, random.choice((*_HOW, 2**31, -(2**40))))
        case kinds.INTS:
            return helper.make_attribute(told.name, numbers, attr_type=AttributeProto.INTS)
        case kinds.FLOAT:
            return helper.make_attribute(told.name, random.choice((0.0, 1.0, -1.0, 1e38, 1e-40)))
        case kinds.FLOATS:
            floats = [random.choice((0.0, 1.0, -1.0)) for _ in numbers]
            return helper.make_attribute(told.name, floats, attr_type=AttributeProto.FLOATS)
        case kinds.STRING:
            words = (
                "linear",
                "nearest",
                "cubic",
                "SAME_UPPER",
                "VALID",
                "reflect",
                "none",
                "bij,bjk",
            )
            return helper.make_attribute(told.name, random.choice(words))
        case kinds.TENSOR:
            values = np.float32([random.choice((0.0, 1.5))])
            return helper.make_attribute(told.name, numpy_helper.from_array(values))
    return None
