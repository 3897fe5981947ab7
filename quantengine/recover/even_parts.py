"""Parts of one tensor scaled alike before they are joined, which the layers behind it undo."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import accumulate

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from quantengine.graph.attributes import attribute
from quantengine.graph.changed import with_constants
from quantengine.graph.channel_moves import size_of
from quantengine.graph.channels import channels_of
from quantengine.graph.model import FloatModel, TensorType
from quantengine.graph.names import unique_name
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of, operator_of
from quantengine.graph.weighted import input_channels, input_factor, is_sound
from quantengine.traps.seen import Seen
from quantengine.traps.trap import Part

_WIDEST = 1024.0


@dataclass(frozen=True, eq=False)
class Joint:
    """A Concat of `parts` with so many channels each along `axis` of the `tensor` that has its
    range, and the `layers` that multiply it.
    """

    tensor: str
    axis: int
    concat: onnx.NodeProto
    parts: tuple[str, ...]
    sizes: tuple[int, ...]
    layers: tuple[onnx.NodeProto, ...]


def joint_of(model: FloatModel, tensor: str) -> Joint | None:
    """What joins a tensor, where nothing but layers with weights of their own read its channels.

    In between lie operators that move values, which keep channels apart.
    """
    concat = model.producers.get(tensor)
    while concat is not None and concat.op_type == "Relu":
        concat = model.producers.get(concat.input[0])
    if concat is None or concat.op_type != "Concat":
        return None
    found, joined = channels_of(model, concat.output[0]), str(concat.output[0])
    axis = _axis(model, concat)
    if found is None or axis is None or found.axis != axis:
        return None
    parts = tuple(_leaves(model, concat, axis))
    sizes = tuple(size for name in parts if (size := size_of(model, name, axis)) is not None)
    layers = _layers(model, joined, sizes)
    if len(sizes) < len(parts) or not layers:
        return None
    return Joint(tensor, axis, concat, parts, sizes, layers)


def even_factors(seen: Seen, joint: Joint) -> tuple[float, ...]:
    """What makes each part reach as far as the one that reaches furthest, within a factor of two.

    Powers of two, which change no digit of a float; 1 of a part that nothing is known of.
    """
    reaches = reaches_of(seen, joint)
    most = max(reaches, default=0.0)
    return tuple(
        min(2.0 ** math.floor(math.log2(most / reach)), _WIDEST) if reach > 0 else 1.0
        for reach in reaches
    )


def reaches_of(seen: Seen, joint: Joint) -> tuple[float, ...]:
    """How far each part reaches, 0 where nothing is known of it."""
    found = _by_channels(seen, joint) or [_reach(seen.part(name)) for name in joint.parts]
    return tuple(found)


def _reach(part: Part | None) -> float:
    return 0.0 if part is None else part.reach


def _by_channels(seen: Seen, joint: Joint) -> list[float]:
    """How far each part reaches, by the channels of the whole; none where these are not known."""
    stats = seen.table.tensors.get(joint.tensor)
    if stats is None or stats.channels is None or stats.channel_axis is None:
        return []
    low, high = np.nan_to_num(stats.channels.low), np.nan_to_num(stats.channels.high)
    if stats.channel_axis % len(stats.shape) != joint.axis or len(low) != sum(joint.sizes):
        return []
    ends = np.cumsum(joint.sizes)[:-1]
    parts = zip(np.split(low, ends), np.split(high, ends), strict=True)
    return [_reach(Part("", float(a.min()), float(b.max()))) for a, b in parts]


def with_even_parts(model: FloatModel, joint: Joint, factors: Sequence[float]) -> FloatModel:
    """W [a, b] as (W / s) [s a, s b]: a Mul before the Concat for each part with a factor."""
    by_channel = np.repeat(factors, joint.sizes)
    weights = {
        node.input[1]: (w := model.weight(node.input[1])) * input_factor(node, w, 1 / by_channel)
        for node in joint.layers
    }
    proto = onnx.ModelProto()
    proto.CopyFrom(with_constants(model, weights).proto)
    graph, types = proto.graph, dict(model.types)
    place = next(k for k, node in enumerate(graph.node) if node.name == joint.concat.name)
    taken = {*types, *(node.name for node in graph.node)}
    inputs, added = list(joint.parts), list[onnx.NodeProto]()
    for number, (part, factor) in enumerate(zip(joint.parts, factors, strict=True)):
        if factor != 1:
            made, constant = (unique_name(f"{part}_{word}", taken) for word in ("even", "factor"))
            inputs[number], types[made] = made, types[part]
            known = model.constant(part)
            if known is not None:
                graph.initializer.append(
                    numpy_helper.from_array((known * factor).astype(np.float32), made)
                )
                continue
            stored = numpy_helper.from_array(np.asarray(factor, np.float32), constant)
            graph.initializer.append(stored)
            types[constant] = TensorType(TensorProto.FLOAT, ())
            added.append(helper.make_node("Mul", [part, constant], [made], name=made))
    nodes = [*graph.node[:place], *added, *graph.node[place:]]
    nodes[place + len(added)].input[:] = inputs
    read = {name for node in nodes for name in node.input} | {*model.outputs, *model.captured}
    kept = [node for node in nodes if not read.isdisjoint(node.output)]
    del graph.node[:]
    graph.node.extend(kept)
    digest = sha256(f"{model.digest} {joint.concat.name} {tuple(factors)}".encode()).hexdigest()
    return replace(model, proto=proto, types=types, digest=digest)


def _leaves(model: FloatModel, concat: onnx.NodeProto, axis: int) -> Iterator[str]:
    """What a Concat joins, those before it along the same axis taken apart."""
    for name in concat.input:
        node = model.producers.get(name)
        if node is not None and node.op_type == "Concat" and _axis(model, node) == axis:
            yield from _leaves(model, node, axis)
        else:
            yield str(name)


def _axis(model: FloatModel, concat: onnx.NodeProto) -> int | None:
    kind = model.types.get(concat.output[0])
    if kind is None or kind.shape is None:
        return None
    return int(attribute(concat, "axis", 0)) % len(kind.shape)


def _layers(model: FloatModel, joined: str, sizes: tuple[int, ...]) -> tuple[onnx.NodeProto, ...]:
    """Every reader of a tensor, behind what moves its values; none where one is no such layer."""
    found, waiting = dict[str, onnx.NodeProto](), [joined]
    while waiting:
        tensor = waiting.pop()
        if tensor in model.outputs or tensor in model.captured:
            return ()
        for node in model.consumers.get(tensor, ()):
            if _undoes(model, node, tensor, sizes):
                found[node.name] = node
            elif _lets_through(model, node, tensor):
                waiting += node.output
            else:
                return ()
    return tuple(found.values())


def _lets_through(model: FloatModel, node: onnx.NodeProto, tensor: str) -> bool:
    """Whether a node moves values, so that scaled channels come out scaled."""
    operator = operator_of(node)
    moves = kind_of(node) is Kind.MOVE and not operator.cuts and len(node.output) == 1
    alone = list(node.input).count(tensor) == 1 and node.input[0] == tensor
    return alone and ((moves and operator.keeps_zero(model, node)) or node.op_type == "Relu")


def _undoes(model: FloatModel, node: onnx.NodeProto, tensor: str, sizes: tuple[int, ...]) -> bool:
    """Whether a layer multiplies the joined channels by a constant of its own."""
    operator, channels = operator_of(node), channels_of(model, tensor)
    if not operator.gathers or channels is None or operator.channels is None:
        return False
    name, kind = node.input[1], model.types[tensor]
    weight = model.constant(name)
    if weight is None or len(model.consumers[name]) != 1 or name in model.captured:
        return False
    axis = operator.channels % len(kind.shape or (0,))
    ends = set(accumulate(channels.parts))
    return (
        list(node.input).index(tensor) == 0
        and list(node.input).count(tensor) == 1
        and is_sound(node, weight)
        and input_channels(node, weight) == sum(sizes)
        and channels.axis == axis
        and set(accumulate(sizes)) <= ends
    )
