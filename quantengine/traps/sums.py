"""Sums of values of very different size: the smaller are rounded by the step of the larger."""

from __future__ import annotations

from collections.abc import Iterator

from quantengine.sentence import Sentence
from quantengine.traps.seen import Seen
from quantengine.traps.shared import far_apart
from quantengine.traps.trap import Trap, TrapKind

_OPERATORS = ("Add", "Sub")


def mixed_sums(seen: Seen) -> Iterator[Trap]:
    """A sum on codes of two tensors whose ranges differ by more than 16 times."""
    for integer in seen.flow.nodes.values():
        node = integer.node
        constant = any(name in seen.model.initializers for name in node.input)
        if node.op_type not in _OPERATORS or constant:
            continue
        parts = tuple(part for part in map(seen.part, node.input) if part is not None)
        if integer.output in seen.table.tensors and len(parts) == 2 and far_apart(parts):
            text = Sentence(
                "'{0}' adds values of different size, {1} and {2}: the smaller keep few codes.",
                node.name,
                *parts,
            )
            yield Trap(TrapKind.SUM, (integer.output,), text, parts)
