"""Whether what stands in a body that runs many times has one shape on every trip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import onnx
from onnx import TensorProto, helper

from quantengine.graph.attributes import attribute
from quantengine.graph.model import Dimension, TensorType
from quantengine.graph.shapes import type_of
from quantengine.graph.walk import defined, reads

Types = Mapping[str, TensorType]

_TRIED = 16
"""A length for every side that only data tells."""
_FLOATS = (TensorProto.FLOAT, TensorProto.FLOAT16)
_STEERING = (TensorType(TensorProto.INT64, ()), TensorType(TensorProto.BOOL, ()))


def tell_inputs(node: onnx.NodeProto, body: onnx.GraphProto, types: Types) -> bool:
    """In place: what a body is given gets its types; `types` are those around it.

    False where it is given, or gives, something that its node has not.
    """
    given = _given(node, body, types)
    for value, kind in zip(body.input, given or (), strict=False):
        if kind.element != TensorProto.UNDEFINED:
            value.CopyFrom(helper.make_tensor_value_info(value.name, kind.element, kind.shape))
    return given is not None


def keeps_shapes(node: onnx.NodeProto, body: onnx.GraphProto, inner: Types) -> bool:
    """Whether the floats of a body that runs many times have one shape on every trip.

    `inner` are the types of `body_alone`.
    """
    handed_on = ((inner.get(value.name), inner.get(name)) for value, name in _pairs(node, body))
    if any(before != after for before, after in handed_on):
        return False
    made = (inner.get(name) for each in body.node for name in each.output if name)
    return all(kind is not None and _is_steady(kind) for kind in made)


def _is_steady(kind: TensorType) -> bool:
    if kind.element not in (*_FLOATS, TensorProto.UNDEFINED):
        return True
    return kind.shape is not None and all(isinstance(side, int) for side in kind.shape)


def _given(node: onnx.NodeProto, body: onnx.GraphProto, types: Types) -> list[TensorType] | None:
    """Types of what a body is given; None where it is given or gives something its node has not."""
    if node.op_type == "If":
        return []
    steering = _STEERING if node.op_type == "Loop" else ()
    if len(node.input) != len(body.input):
        return None
    if len(node.output) + len(steering[:1]) != len(body.output):
        return None
    unknown = TensorType(TensorProto.UNDEFINED, None)
    kinds = [types.get(name, unknown) for name in node.input]
    kinds[: len(steering)] = steering
    scanned = attribute(node, "num_scan_inputs", 0)
    first = len(kinds) - scanned
    for place, axis in enumerate(attribute(node, "scan_input_axes", [0] * scanned), first):
        kinds[place] = _without(kinds[place], axis)
    return kinds


def _without(kind: TensorType, axis: int) -> TensorType:
    """The type of one slice along an axis."""
    if not kind.shape:
        return TensorType(kind.element, None)
    axis %= len(kind.shape)
    return TensorType(kind.element, (*kind.shape[:axis], *kind.shape[axis + 1 :]))


def _pairs(
    node: onnx.NodeProto, body: onnx.GraphProto
) -> Iterator[tuple[onnx.ValueInfoProto, str]]:
    """What a Loop hands to its next trip: where it comes in, and what is given for it.

    A Scan takes nothing that changes its shape.
    """
    if node.op_type == "Loop":
        outputs = (value.name for value in body.output[1:])
        yield from zip(body.input[2:], outputs, strict=False)


def body_alone(proto: onnx.ModelProto, body: onnx.GraphProto, types: Types) -> onnx.ModelProto:
    """A body as a network that is given what it reads of the graph around it, of some length.

    Its sides are then numbers, or depend on values.
    """
    alone = onnx.ModelProto(ir_version=proto.ir_version, functions=proto.functions)
    alone.opset_import.extend(proto.opset_import)
    alone.graph.CopyFrom(body)
    del alone.graph.value_info[:], alone.graph.input[:]
    for value in alone.graph.output:
        value.ClearField("type")
    wanted = set[str]().union(*map(reads, body.node)) - set(defined(body))
    stored = {tensor.name for tensor in proto.graph.initializer}
    alone.graph.initializer.extend(t for t in proto.graph.initializer if t.name in wanted)
    read = {name: types[name] for name in sorted(wanted - stored) if name in types}
    given = {value.name: type_of(value.type) for value in body.input}
    alone.graph.input.extend(
        helper.make_tensor_value_info(name, kind.element, _tried(kind.shape))
        for name, kind in (read | given).items()
        if kind.element != TensorProto.UNDEFINED
    )
    return alone


def _tried(shape: tuple[Dimension, ...] | None) -> tuple[int, ...] | None:
    if shape is None:
        return None
    return tuple(side if isinstance(side, int) else _TRIED for side in shape)
