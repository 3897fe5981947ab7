"""What a trap is found in: a network, what was observed of it, and where its codes flow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from quantengine.graph.flow import Flow
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of, operator_of
from quantengine.observe.statistics import TensorStats
from quantengine.observe.table import CalibrationTable
from quantengine.traps.trap import Part


@dataclass(frozen=True, eq=False)
class Seen:
    """Points of `flow` are the tensors that own a range."""

    model: FloatModel
    table: CalibrationTable
    flow: Flow

    def points(self) -> Iterator[tuple[str, TensorStats]]:
        """The tensors that own a range and were observed."""
        known = self.table.tensors
        return ((name, known[name]) for name in self.flow.points() if name in known)

    def stats(self, tensor: str) -> TensorStats | None:
        """Of a tensor, or of one that holds the same values before or after a move."""
        known = self.table.tensors
        name = tensor
        while name not in known:
            node = self.model.producers.get(name)
            if node is None or kind_of(node) is not Kind.MOVE or operator_of(node).cuts:
                return None
            name = str(node.input[0])
        return known[name]

    def part(self, tensor: str) -> Part | None:
        """The range of a tensor, constants too; None where nothing is known of it."""
        values = self.model.constant(tensor)
        if values is not None:
            return Part(tensor, float(values.min()), float(values.max())) if values.size else None
        stats = self.stats(tensor)
        return None if stats is None or not stats.count else Part(tensor, stats.low, stats.high)
