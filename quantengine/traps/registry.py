"""Every trap by its kind: one function each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from quantengine.graph.flow import Flow, integer_flow
from quantengine.graph.model import FloatModel
from quantengine.observe.table import CalibrationTable
from quantengine.traps.masks import mask_constants
from quantengine.traps.outliers import outlying_samples
from quantengine.traps.read_twice import outputs_read_twice
from quantengine.traps.seen import Seen
from quantengine.traps.shared import shared_encodings
from quantengine.traps.small import small_shares
from quantengine.traps.sums import mixed_sums
from quantengine.traps.trap import Trap, TrapKind

Find = Callable[[Seen], Iterator[Trap]]

TRAPS: Mapping[TrapKind, Find] = MappingProxyType(
    {
        TrapKind.SHARED: shared_encodings,
        TrapKind.SMALL: small_shares,
        TrapKind.SUM: mixed_sums,
        TrapKind.READ_TWICE: outputs_read_twice,
        TrapKind.OUTLIERS: outlying_samples,
        TrapKind.MASK: mask_constants,
    }
)


def find_traps(
    model: FloatModel, table: CalibrationTable, flow: Flow | None = None
) -> tuple[Trap, ...]:
    """What the statistics of a model show wherever `flow` (None: the usual) has codes."""
    seen = Seen(model, table, integer_flow(model) if flow is None else flow)
    return tuple(trap for find in TRAPS.values() for trap in find(seen))
