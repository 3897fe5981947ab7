"""A file whose nodes and tensors are called by number, so that what is made of them tells of which.

A runtime that merges nodes names what it makes after one of them or after what that gave, and
writes names into files without a care for what signs stand in them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import onnx

from quantengine.graph.walk import all_nodes, renamed

_NAME = re.compile(r"q(\d+)q")


@dataclass(frozen=True)
class Label:
    """What a node and the tensors it makes are called in the file."""

    name: str
    operator: str
    outputs: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Numbered:
    """The network under its numbers, and by number what the file calls each node.

    Those of the main graph come first, `in_main` of them.
    """

    proto: onnx.ModelProto
    labels: tuple[Label, ...]
    in_main: int


def numbered(proto: onnx.ModelProto) -> Numbered:
    """Renames in `proto` itself: nodes at any depth, and tensors that nodes of the main graph make.

    Inputs and constants keep their names.
    """
    nodes = list(all_nodes(proto))
    labels = tuple(Label(node.name, node.op_type, tuple(node.output)) for node in nodes)
    graph, names = proto.graph, dict[str, str]()
    for place, node in enumerate(graph.node):
        names |= {name: f"q{place}q{k}" for k, name in enumerate(node.output) if name}
    copies = [renamed(node, names) for node in graph.node]
    del graph.node[:], graph.value_info[:], graph.quantization_annotation[:]
    graph.node.extend(copies)
    for value in graph.output:
        value.name = names.get(value.name, value.name)
    for place, node in enumerate(all_nodes(proto)):
        node.name = f"q{place}q"
    return Numbered(proto, labels, len(copies))


def place_in(name: str) -> int | None:
    """The number of the node that something was made of; None where nothing tells."""
    found = _NAME.search(name)
    return None if found is None else int(found[1])


def label_of(label: Label) -> str:
    """How a person knows the node."""
    return label.name or next((name for name in label.outputs if name), label.operator)
