"""Outputs that another layer reads as codes."""

from __future__ import annotations

from collections.abc import Iterator

from quantengine.sentence import Sentence
from quantengine.traps.seen import Seen
from quantengine.traps.trap import Trap, TrapKind


def outputs_read_twice(seen: Seen) -> Iterator[Trap]:
    """An output of the network that is rounded because a layer behind it asks for codes."""
    owners, model = seen.flow.owners, seen.model
    for tensor in model.outputs:
        readers = [n.name for n in model.consumers.get(tensor, ()) if n.name in seen.flow.nodes]
        if readers and owners.get(tensor) in seen.table.tensors:
            text = Sentence(
                "The output '{0}' is read by '{1}' too, as codes: it is rounded for that.",
                tensor,
                readers[0],
            )
            tensors = (owners[tensor], *({tensor} - {owners[tensor]}))
            yield Trap(TrapKind.READ_TWICE, tensors, text)
