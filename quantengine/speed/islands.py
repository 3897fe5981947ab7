"""Nodes that run in floats among integers, with the conversions that stand around them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import onnx

from quantengine.speed.parts import CONVERSIONS, Kind, Network, Part


@dataclass(frozen=True, eq=False)
class Island:
    """Float nodes that hang together, in order of execution, and the conversions at their edges.

    `inside`: all they read and make is rounded, so that the file asks for integers there. `bits`:
    the element types of those codes. `weights`: the conversions that turn constants into floats.
    """

    nodes: tuple[Part, ...]
    conversions: tuple[Part, ...]
    weights: tuple[Part, ...]
    inside: bool
    reads_codes: bool
    makes_codes: bool

    @property
    def operators(self) -> tuple[str, ...]:
        return tuple(part.time.operator for part in self.nodes)


def islands(network: Network) -> tuple[Island, ...]:
    """All of them, with conversions or without."""
    floats = [p for p in network.parts if p.kind is Kind.FLOAT and p.node is not None]
    group = {part.time.name: part.time.name for part in floats}

    def root(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for part in floats:
        assert part.node is not None
        for other in network.before(part.node):
            if other.name in group:
                group[root(part.time.name)] = root(other.name)
    found: dict[str, list[Part]] = {}
    for part in floats:
        found.setdefault(root(part.time.name), []).append(part)
    return tuple(_island(network, parts) for parts in found.values())


def _island(network: Network, parts: list[Part]) -> Island:
    own = {part.time.name for part in parts}
    before, after, weights = dict[str, Part](), dict[str, Part](), dict[str, Part]()
    reads_codes = makes_codes = True
    for part in parts:
        assert part.node is not None
        for name in part.node.input:
            maker = network.makers.get(name)
            if maker is None:
                reads_codes &= not name or name in network.constants
            elif maker.op_type in CONVERSIONS:
                into = before if network.data(maker) else weights
                into.update(_known(network, maker))
            else:
                reads_codes &= maker.name in own
        for reader in network.after(part.node):
            if reader.op_type == "QuantizeLinear":
                after.update(_known(network, reader))
            else:
                makes_codes &= reader.name in own
        makes_codes &= not network.outputs.intersection(part.node.output)
    return Island(
        tuple(parts),
        (*before.values(), *after.values()),
        (*weights.values(),),
        reads_codes and makes_codes and bool(before) and bool(after),
        reads_codes and bool(before),
        makes_codes and bool(after),
    )


def _known(network: Network, node: onnx.NodeProto) -> Iterator[tuple[str, Part]]:
    part = network.by_name.get(node.name)
    if part is not None:
        yield node.name, part


def code_types(island: Island) -> set[str]:
    """Element types of the codes at its edges, as onnxruntime calls them."""
    return {
        part.time.element for part in island.conversions if part.time.operator == "DequantizeLinear"
    }
