"""Constants of attention masks, which a range over all values would be lost to."""

from __future__ import annotations

from collections.abc import Iterator

from quantengine.observe.table import CalibrationTable
from quantengine.sentence import Sentence
from quantengine.traps.seen import Seen
from quantengine.traps.trap import Part, Trap, TrapKind


def mask_constants(seen: Seen) -> Iterator[Trap]:
    """Every observed tensor that holds some."""
    return masked(seen.table)


def masked(table: CalibrationTable) -> Iterator[Trap]:
    """What statistics alone tell of masks."""
    for stats in table.tensors.values():
        if stats.mask_count:
            text = Sentence(
                "'{0}': {1} values from {2} down are mask constants, which its range leaves out.",
                stats.name,
                stats.mask_count,
                f"{stats.mask_limit:g}",
            )
            part = Part(stats.name, stats.low, stats.high)
            yield Trap(TrapKind.MASK, (stats.name,), text, (part,))
