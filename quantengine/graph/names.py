"""A unique name for every node, one a person recognises."""

from __future__ import annotations

import onnx

from quantengine.graph.walk import first_made
from quantengine.sentence import Sentence


def name_nodes(graph: onnx.GraphProto) -> list[str]:
    """In place: an unnamed node becomes `Conv_<its output>`, a repeated name gets a number."""
    taken = {node.name for node in graph.node if node.name}
    seen: set[str] = set()
    unnamed = repeated = 0
    for node in graph.node:
        if not node.name:
            unnamed += 1
            output = first_made(node)
            node.name = unique_name(f"{node.op_type}_{output}", taken)
        elif node.name in seen:
            repeated += 1
            node.name = unique_name(node.name, taken)
        seen.add(node.name)
    notes: list[str] = []
    if unnamed:
        notes.append(Sentence("Nodes without a name, now called after their output: {0}.", unnamed))
    if repeated:
        notes.append(Sentence("Nodes with the name of another, now numbered: {0}.", repeated))
    return notes


def unique_name(wanted: str, taken: set[str]) -> str:
    """`wanted`, or `wanted_2`, `wanted_3`, ... if taken; the answer is added to `taken`."""
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}_{count}"
    taken.add(name)
    return name
