"""What nodes keep float because of the bodies they stand in or hold."""

from __future__ import annotations

from collections.abc import Set

import onnx

from quantengine.graph.bodies import bodies_of, has_layers, is_entrance, is_open
from quantengine.graph.lift import repeated
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.graph.reason import Reason, Why

_NEVER_TAKEN = Reason(Why.OPERATOR, "stands in a branch that no sample took")
_NEVER_RUN = Reason(Why.OPERATOR, "stands in a body that no sample ran")
_ENTRANCE = Reason(Why.OPERATOR, "stands for what a body is given on each trip")
_DEEP = Reason(
    Why.OPERATOR, "stands in a body that chooses or repeats on each trip: only weights become codes"
)
_BODY = Reason(Why.OPERATOR, "holds a subgraph: nodes inside it stay float")
_UNSTEADY = Reason(
    Why.OPERATOR, "its body may change shapes from trip to trip: layers inside it stay float"
)
_BRANCHES = Reason(Why.OPERATOR, "chooses between branches, whose results it hands on as floats")
_TRIPS = Reason(Why.OPERATOR, "runs its body many times, whose results it hands on as floats")


class Standing:
    """Where the nodes of a network stand; `untaken` are in bodies that no sample ran."""

    def __init__(self, model: FloatModel, untaken: Set[str]) -> None:
        self._untaken, self._repeated = untaken, repeated(model.graph.node)

    def is_deep(self, node: onnx.NodeProto) -> bool:
        """Whether a trip of a body has any number of values of it, or none."""
        return self._repeated.get(node.name, False)

    def obstacle(self, node: onnx.NodeProto) -> Reason | None:
        """Why a node has no integer form where it stands, whatever its operator."""
        if node.name in self._untaken:
            return _NEVER_RUN if node.name in self._repeated else _NEVER_TAKEN
        if is_entrance(node):
            return _ENTRANCE
        if any(a.type in (a.GRAPH, a.GRAPHS) for a in node.attribute):
            return _holding(node)
        weighted = kind_of(node) in (Kind.CORE, Kind.CELL)
        return _DEEP if self.is_deep(node) and not weighted else None


def _holding(node: onnx.NodeProto) -> Reason:
    if is_open(node):
        return _BRANCHES if node.op_type == "If" else _TRIPS
    return _UNSTEADY if any(map(has_layers, bodies_of(node).values())) else _BODY
