"""Outputs that are lists: how long they are, or in which order, depends on computed values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set

import onnx

from quantengine.graph.attributes import attribute
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.graph.walk import reads

_LISTING = ("NonMaxSuppression", "NonZero", "Unique", "Compress")
_RANKING = "TopK"
_OF_SHAPES = ("Shape", "Size")


def lists_of(model: FloatModel) -> frozenset[str]:
    """Outputs behind an operator that picks as many of what layers compute as it finds.

    What picks from inputs, constants or shapes alone gives the same however layers are rounded.
    """
    pickers = {node.name for node in model.graph.node if node.op_type in _LISTING}
    return frozenset(_behind(model, pickers))


def ranked_of(model: FloatModel) -> dict[str, frozenset[int]]:
    """Outputs behind operators that put what layers compute in order, and how many these keep."""
    rankers = defaultdict[int, set[str]](set)
    for node in model.graph.node:
        rankers[_count(model, node)].add(node.name)
    found = dict[str, frozenset[int]]()
    for count in rankers.keys() - {0, 1}:
        for name in _behind(model, rankers[count]):
            found[name] = found.get(name, frozenset()) | {count}
    return found


def _count(model: FloatModel, node: onnx.NodeProto) -> int:
    """How many a node keeps of what it puts in order; 0 where that is unknown."""
    if node.op_type != _RANKING:
        return 0
    if len(node.input) < 2:
        return int(attribute(node, "k", 0))
    count = model.constant(node.input[1])
    return 0 if count is None or count.size != 1 else int(count.item())


def _behind(model: FloatModel, pickers: Set[str]) -> set[str]:
    """Outputs that depend on what these nodes pick from what layers compute."""
    computed, listed = set[str](), set[str]()
    for node in model.graph.node:
        read = set() if node.op_type in _OF_SHAPES else reads(node)
        if (node.name in pickers and not read.isdisjoint(computed)) or not read.isdisjoint(listed):
            listed.update(node.output)
        if kind_of(node) in (Kind.CORE, Kind.CELL) or not read.isdisjoint(computed):
            computed.update(node.output)
    return listed & set(model.outputs)
