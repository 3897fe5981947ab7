"""Parts of a network that run by themselves."""

from __future__ import annotations

from dataclasses import replace

import onnx

from quantengine.graph.clamps import is_clamp
from quantengine.graph.flow import Flow
from quantengine.graph.model import FloatModel
from quantengine.rewrite.encodings import Encodings


def ordered_nodes(model: FloatModel) -> list[onnx.NodeProto]:
    """Nodes in an order that runs, each Relu and Clip right behind what it clamps."""
    found: list[onnx.NodeProto] = []
    placed: set[str] = set()

    def place(node: onnx.NodeProto) -> None:
        if node.name in placed:
            return
        placed.add(node.name)
        found.append(node)
        for output in node.output:
            for reader in model.consumers.get(output, ()):
                if is_clamp(model, reader):
                    place(reader)

    for node in model.graph.node:
        place(node)
    return found


def restricted(encodings: Encodings, part: FloatModel) -> Encodings:
    """The encodings that concern a part of the network."""
    names = {node.name for node in part.graph.node}
    tensors = {name for node in part.graph.node for name in (*node.input, *node.output)}
    owners = {t: o for t, o in encodings.flow.owners.items() if t in tensors}
    nodes = {name: node for name, node in encodings.flow.nodes.items() if name in names}
    kept = set(owners.values())
    return replace(
        encodings,
        flow=Flow(nodes, owners, encodings.flow.reasons),
        activations={t: e for t, e in encodings.activations.items() if t in kept},
        weights={t: e for t, e in encodings.weights.items() if t in tensors},
    )
