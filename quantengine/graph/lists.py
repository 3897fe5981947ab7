"""Outputs that are lists: how long they are, and in which order, depends on computed values."""

from __future__ import annotations

from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.graph.walk import reads

_LISTING = ("NonMaxSuppression", "NonZero", "Unique", "Compress")
_OF_SHAPES = ("Shape", "Size")


def lists_of(model: FloatModel) -> frozenset[str]:
    """Outputs behind an operator that picks as many of what layers compute as it finds.

    What picks from inputs, constants or shapes alone gives the same however layers are rounded.
    """
    computed, listed = set[str](), set[str]()
    for node in model.graph.node:
        read = set() if node.op_type in _OF_SHAPES else reads(node)
        picks = node.op_type in _LISTING and not read.isdisjoint(computed)
        if picks or not read.isdisjoint(listed):
            listed.update(node.output)
        if kind_of(node) in (Kind.CORE, Kind.CELL) or not read.isdisjoint(computed):
            computed.update(node.output)
    return frozenset(listed & set(model.outputs))
