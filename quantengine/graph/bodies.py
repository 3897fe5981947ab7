"""Bodies that nodes hold: branches of an If, what a Loop or Scan runs trip by trip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import onnx
from onnx import helper

from quantengine.graph.operators.operator import DOMAINS, Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.graph.walk import all_graphs

BRANCHES = ("then_branch", "else_branch")
BODY = "body"
_OWNERS: Mapping[str, tuple[str, ...]] = {"If": BRANCHES, "Loop": (BODY,), "Scan": (BODY,)}
DOMAIN = "quantscope"
"""Of nodes that stand for something in the main graph and never run."""
_ENTRANCE, _TRIP = "BodyInputs", "OfThisTrip"


def bodies_of(node: onnx.NodeProto) -> dict[str, onnx.GraphProto]:
    """By attribute; none of a node of another operator."""
    names = _OWNERS.get(node.op_type, ()) if node.domain in DOMAINS else ()
    return {entry.name: entry.g for entry in node.attribute if entry.name in names}


def is_open(node: onnx.NodeProto) -> bool:
    """Whether it holds bodies that only pass on what lifted nodes made."""
    bodies = bodies_of(node).values()
    return bool(bodies) and all(
        inner.op_type == "Identity" for body in bodies for inner in body.node
    )


def has_layers(body: onnx.GraphProto) -> bool:
    """Whether a body, or one inside it, multiplies by weights."""
    nodes: Iterable[onnx.NodeProto] = (node for graph in all_graphs(body) for node in graph.node)
    return any(kind_of(node) in (Kind.CORE, Kind.CELL) for node in nodes)


def entrance(owner: onnx.NodeProto, body: onnx.GraphProto) -> onnx.NodeProto:
    """A node that stands for how a body that was laid open gets its inputs; none runs it."""
    made = [value.name for value in body.input]
    name = f"{owner.name}/{BODY}/inputs"
    return helper.make_node(_ENTRANCE, list(owner.input), made, name, domain=DOMAIN)


def is_entrance(node: onnx.NodeProto) -> bool:
    return node.op_type == _ENTRANCE and node.domain == DOMAIN


def entered(nodes: Iterable[onnx.NodeProto]) -> list[onnx.ValueInfoProto]:
    """What bodies that were laid open are given, with its types, and what a Loop gives of that.

    What it hands on has one shape on every trip, which onnx does not take for granted.
    """
    found: list[onnx.ValueInfoProto] = []
    for node in (node for node in nodes if is_open(node)):
        for body in bodies_of(node).values():
            found += body.input
            carried = zip(node.output, body.input[2:], strict=False)
            if node.op_type == "Loop":
                found += [onnx.ValueInfoProto(name=n, type=v.type) for n, v in carried if n]
    return found


def of_this_trip(rows: str, like: str, output: str) -> onnx.NodeProto:
    """A node that stands for those of `rows`, of all trips, that this trip has, shaped as `like`.

    It belongs into the body that makes `like`, which must have one shape on every trip.
    """
    return helper.make_node(_TRIP, [rows, like], [output], f"{output}_{_TRIP}", domain=DOMAIN)


def is_of_trip(node: onnx.NodeProto) -> bool:
    return node.op_type == _TRIP and node.domain == DOMAIN
