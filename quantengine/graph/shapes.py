"""Types of all tensors, as far as they can be known without running the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import onnx

from quantengine.counted import counted
from quantengine.graph.bodies import entered, is_entrance
from quantengine.graph.model import Dimension, TensorType
from quantengine.graph.propagation import overgrown
from quantengine.graph.walk import all_graphs, skeleton
from quantengine.sentence import Sentence

_QUANTIZERS = ("QuantizeLinear", "DequantizeLinear")
_TAKES_FOR_GRANTED = ("DictVectorizer", "EyeLike", "LabelEncoder", "RegexFullMatch")
"""onnx's inference of these looks at types and shapes that may not be there, and crashes."""
_PASSED_OVER = "OfSomeType"
"""Makes of an operator one that nobody knows."""
_ELEMENTS = {
    onnx.AttributeProto.FLOAT: onnx.TensorProto.FLOAT,
    onnx.AttributeProto.FLOATS: onnx.TensorProto.FLOAT,
    onnx.AttributeProto.INT: onnx.TensorProto.INT64,
    onnx.AttributeProto.INTS: onnx.TensorProto.INT64,
    onnx.AttributeProto.STRING: onnx.TensorProto.STRING,
    onnx.AttributeProto.STRINGS: onnx.TensorProto.STRING,
}
"""What a Constant makes of an attribute that is no tensor."""
_UNKNOWN = TensorType(onnx.TensorProto.UNDEFINED, None)


def tensor_types(proto: onnx.ModelProto) -> tuple[dict[str, TensorType], list[str]]:
    """Type of every tensor of the main graph by name, and notes where inference fell short.

    A tensor whose type nobody knows has element UNDEFINED and shape None. Never raises: a model
    that inference does not understand may still run.
    """
    graph, notes = _inferred(proto)
    types: dict[str, TensorType] = {}
    _collect(entered(proto.graph.node), types)
    _collect(graph.value_info, types)
    _collect(graph.input, types)
    _collect(graph.output, types)
    types |= _constants(proto.graph)
    for tensor in proto.graph.initializer:
        types[tensor.name] = TensorType(tensor.data_type, tuple(tensor.dims))
    for sparse in proto.graph.sparse_initializer:
        types[sparse.values.name] = TensorType(sparse.values.data_type, tuple(sparse.dims))
    made = [name for node in proto.graph.node for name in node.output if name]
    unknown = [name for name in made if types.get(name, _UNKNOWN).element == _UNKNOWN.element]
    types.update((name, _UNKNOWN) for name in unknown if name not in types)
    if unknown:
        notes.append(
            Sentence(
                "The type of {0} is unknown, '{1}' the first.",
                *(counted(len(unknown), "tensor"), unknown[0]),
            )
        )
    return types, notes


def fed_types(proto: onnx.ModelProto, shapes: Mapping[str, Sequence[int]]) -> dict[str, TensorType]:
    """Type of every tensor where the inputs have these shapes, as far as inference tells."""
    light, _ = skeleton(proto)
    del light.graph.value_info[:]
    for value in light.graph.input:
        if value.name in shapes:
            kind = value.type.tensor_type.elem_type
            sides = list(shapes[value.name])
            value.CopyFrom(onnx.helper.make_tensor_value_info(value.name, kind, sides))
    for value in light.graph.output:
        value.type.tensor_type.ClearField("shape")
    return tensor_types(light)[0]


def types_left(
    proto: onnx.ModelProto, known: Mapping[str, TensorType]
) -> tuple[dict[str, TensorType], list[str]] | None:
    """What `tensor_types` gives once nodes are gone, from the `known` types of before.

    None where a type is missing or unknown, so that all have to be found anew.
    """
    graph = proto.graph
    given = (value.name for value in (*graph.input, *graph.output))
    made = (name for node in graph.node for name in node.output if name)
    names = dict.fromkeys((*(v.name for v in entered(graph.node)), *made, *given))
    types = {name: known.get(name, _UNKNOWN) for name in names}
    if _UNKNOWN.element in {kind.element for kind in types.values()}:
        return None
    types |= {t.name: TensorType(t.data_type, tuple(t.dims)) for t in graph.initializer}
    sparse = (each.values for each in graph.sparse_initializer)
    types |= {values.name: known[values.name] for values in sparse}
    return types, []


def state_types(proto: onnx.ModelProto, types: Mapping[str, TensorType]) -> None:
    """In place: the network says of these tensors of what type they are."""
    for index in reversed(range(len(proto.graph.value_info))):
        if proto.graph.value_info[index].name in types:
            del proto.graph.value_info[index]
    proto.graph.value_info.extend(
        onnx.helper.make_tensor_value_info(name, kind.element, kind.shape)
        for name, kind in types.items()
    )


def open_negative_sides(proto: onnx.ModelProto) -> None:
    """Takes the number from every dimension below zero, in place.

    Some exporters write -1 for a dimension that is open, as onnxruntime reads it; inference would
    calculate with it as with a length.
    """
    for graph in all_graphs(proto.graph):
        for value in (*graph.input, *graph.output, *graph.value_info):
            for dim in value.type.tensor_type.shape.dim:
                if dim.dim_value < 0:
                    dim.ClearField("dim_value")


def _inferred(proto: onnx.ModelProto) -> tuple[onnx.GraphProto, list[str]]:
    light, _ = skeleton(proto)
    _tell_entered(light.graph)
    for node in (node for graph in all_graphs(light.graph) for node in graph.node):
        if node.op_type in _QUANTIZERS:  # of onnxruntime's own domain too, which onnx does not know
            node.domain = ""
        elif node.op_type in _TAKES_FOR_GRANTED:
            node.op_type += _PASSED_OVER
    for node in overgrown(light.graph):
        node.op_type += _PASSED_OVER
    try:
        return onnx.shape_inference.infer_shapes(light, data_prop=True).graph, []
    except (onnx.shape_inference.InferenceError, RuntimeError, ValueError, IndexError) as error:
        line = str(error).strip().splitlines()[0] if str(error).strip() else "unknown reason"
        return light.graph, [Sentence("Shapes could not be inferred: {0}", line)]


def _tell_entered(graph: onnx.GraphProto) -> None:
    """In place: states what bodies are given and hand on, in the place of nodes nobody knows."""
    given = {value.name: value for value in entered(graph.node)}
    if not given:
        return
    for value in graph.output:
        if value.name in given and not value.type.tensor_type.HasField("shape"):
            value.CopyFrom(given[value.name])
    known = {value.name for value in (*graph.value_info, *graph.output)}
    graph.value_info.extend(value for name, value in given.items() if name not in known)
    nodes = onnx.GraphProto(node=[node for node in graph.node if not is_entrance(node)])
    del graph.node[:]
    graph.node.extend(nodes.node)


def _constants(graph: onnx.GraphProto) -> dict[str, TensorType]:
    """What Constants make: onnxruntime holds nothing against them that is said of their outputs."""
    return {
        node.output[0]: _stored_type(node.attribute[0])
        for node in graph.node
        if node.op_type == "Constant" and node.domain in ("", "ai.onnx") and node.attribute
    }


def _stored_type(attribute: onnx.AttributeProto) -> TensorType:
    if attribute.type == onnx.AttributeProto.TENSOR:
        return TensorType(attribute.t.data_type, tuple(attribute.t.dims))
    if attribute.type == onnx.AttributeProto.SPARSE_TENSOR:
        stored = attribute.sparse_tensor
        return TensorType(stored.values.data_type, tuple(stored.dims))
    value = onnx.helper.get_attribute_value(attribute)
    shape = (len(value),) if isinstance(value, list) else ()
    return TensorType(_ELEMENTS[attribute.type], shape)


def _collect(values: Iterable[onnx.ValueInfoProto], types: dict[str, TensorType]) -> None:
    for value in values:
        types[value.name] = type_of(value.type)


def type_of(kind: onnx.TypeProto) -> TensorType:
    """Sequences, maps and optionals have no element type here: they are never quantized."""
    if not kind.HasField("tensor_type"):
        return _UNKNOWN
    tensor = kind.tensor_type
    if not tensor.HasField("shape"):
        return TensorType(tensor.elem_type, None)
    return TensorType(tensor.elem_type, tuple(_dimension(dim) for dim in tensor.shape.dim))


def _dimension(dim: onnx.TensorShapeProto.Dimension) -> Dimension:
    if dim.HasField("dim_value"):
        return int(dim.dim_value) if dim.dim_value >= 0 else None
    return dim.dim_param or None
