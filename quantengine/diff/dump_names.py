"""Which tensor of the float file each dumped array is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import onnx

from quantengine.diff.dump_files import Dump, Dumped
from quantengine.diff.dump_map import Meant
from quantengine.graph.origin import label
from quantengine.graph.spelling import Spellings
from quantengine.graph.walk import first_made

NO_MAP: Mapping[str, Meant] = MappingProxyType({})


@dataclass(frozen=True)
class Found:
    """A tensor and its arrays, one a sample or one of all; `how`: name, spelling, node or map."""

    tensor: str
    name: str
    how: str
    arrays: tuple[Dumped, ...]
    meant: Meant


@dataclass(frozen=True)
class Named:
    """By tensor in the order of the file; `unknown`: names of the dump that it does not have."""

    found: Mapping[str, Found]
    unknown: tuple[str, ...]
    node_of: Mapping[str, onnx.NodeProto]


def name_dump(dump: Dump, graph: onnx.GraphProto, mapping: Mapping[str, Meant] = NO_MAP) -> Named:
    """Names are those of tensors or nodes, as they are or as other tools spell them."""
    makers = {name: node for node in graph.node for name in node.output if name}
    order = [*(value.name for value in graph.input), *makers]
    constants = {tensor.name for tensor in graph.initializer}
    tensors = Spellings(name for name in order if name not in constants)
    nodes = {label(node): first_made(node) for node in graph.node}
    finder = _Finder(tensors, Spellings(nodes), nodes, mapping)
    found: dict[str, Found] = {}
    unknown = []
    for name, arrays in _by_name(dump.arrays).items():
        each = finder.find(name, arrays)
        if each is None:
            unknown.append(name)
        elif each.tensor not in found or found[each.tensor].how == "node":
            found[each.tensor] = each
    ordered = {name: found[name] for name in tensors.names if name in found}
    return Named(ordered, tuple(unknown), makers)


@dataclass(frozen=True)
class _Finder:
    tensors: Spellings
    layers: Spellings
    nodes: Mapping[str, str]
    mapping: Mapping[str, Meant]

    def find(self, name: str, arrays: Sequence[Dumped]) -> Found | None:
        meant = self.mapping.get(name)
        if meant is not None:
            tensor = self.tensors.find(meant.tensor)
            return None if tensor is None else Found(tensor, name, "map", tuple(arrays), meant)
        tensor, how = self.tensors.find(name), "spelling"
        if tensor is None:
            layer = self.layers.find(name)
            tensor, how = None if layer is None else self.nodes[layer], "node"
        if not tensor:
            return None
        how = "name" if tensor == name else how
        return Found(tensor, name, how, tuple(arrays), Meant(tensor))


def _by_name(arrays: Sequence[Dumped]) -> dict[str, list[Dumped]]:
    found: dict[str, list[Dumped]] = {}
    for each in arrays:
        found.setdefault(each.name, []).append(each)
    return found
