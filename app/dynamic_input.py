"""Where a layer may find the range of its input while it runs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from quantengine.graph.flow import IntegerNode
from quantengine.rewrite.dynamic import FORMS

from .outcome import Outcome


def input_tensors(outcome: Outcome, layers: tuple[str, ...]) -> tuple[str, ...]:
    """The inputs of these layers, of all that share them, and the tensors that own their ranges."""
    owners = {_owner(outcome, node) for node in _nodes(outcome, layers)}
    inputs = [n.node.input[0] for n in outcome.flow.nodes.values() if _owner(outcome, n) in owners]
    products = [x for x in inputs if x in outcome.flow.owners]
    return tuple(dict.fromkeys((*owners, *products)))


def is_dynamic(outcome: Outcome, layer: str) -> bool:
    """Whether the layer finds the range of its input while it runs."""
    found = outcome.resolution
    return found is not None and layer in found.encodings.dynamic


def obstacle(outcome: Outcome, layers: tuple[str, ...]) -> str:
    """Why these layers cannot, nothing where they can."""
    translate = QCoreApplication.translate
    nodes = _nodes(outcome, layers)
    if not nodes or len(nodes) < len(layers):
        return translate("dynamic", "It computes in float.")
    for node in nodes:
        if not _has_form(node):
            text = translate("dynamic", "Only for layers with a weight, not for {0}.")
            return text.format(node.node.op_type)
        other = _other_reader(outcome, _owner(outcome, node))
        if other is not None:
            text = translate("dynamic", "Its input is read by {0} too, which needs a fixed range.")
            return text.format(other)
    return ""


def _has_form(node: IntegerNode) -> bool:
    return node.node.op_type in FORMS and bool(node.weights)


def _nodes(outcome: Outcome, layers: tuple[str, ...]) -> list[IntegerNode]:
    return [outcome.flow.nodes[name] for name in layers if name in outcome.flow.nodes]


def _owner(outcome: Outcome, node: IntegerNode) -> str:
    tensor = str(node.node.input[0])
    return outcome.flow.owners.get(tensor, tensor)


def _other_reader(outcome: Outcome, owner: str) -> str | None:
    """A layer that computes on the codes of a range and has no form without them."""
    owners = outcome.flow.owners
    for name, node in outcome.flow.nodes.items():
        reads = any(owners.get(tensor) == owner for tensor in node.node.input)
        carries = owners.get(node.output) == owner
        if reads and not carries and not _has_form(node):
            return name
    return None
