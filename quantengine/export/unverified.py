"""What running a file cannot verify: results without a figure, and data that says nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

from quantengine.data.oddities import constant_text, constants
from quantengine.errors import Unverified
from quantengine.export.verify import Verification
from quantengine.graph.missing import broken_constants
from quantengine.graph.model import FloatModel
from quantengine.runtime import Tensors


def why_unverified(
    model: FloatModel, found: Verification, probes: Sequence[Tensors]
) -> tuple[str, ...]:
    """Why the file may be wrong although it was run, a sentence each; none where it may not."""
    if not found.samples:
        return ()
    reasons = []
    missing = _missing(found)
    if missing is not None:
        reasons.append(f"There is no figure for it: {missing}.")
        reasons += broken_constants(model)
    numbers = constants(probes)
    if numbers is not None:
        reasons.append(f"{constant_text(numbers)}, which shows nothing of what the file does.")
    return tuple(reasons)


def _missing(found: Verification) -> str | None:
    if found.unknown is not None:
        return f"the float network gives NaN at output '{found.unknown}'"
    has_figure = found.equal is not None or not math.isnan(found.reference_sqnr_db)
    return None if has_figure else found.missing


def refuse_unverified(name: str, reasons: Sequence[str]) -> None:
    """Raises Unverified where there is a reason."""
    if reasons:
        raise Unverified(
            "{0} is not written, since it cannot be verified. {1}", name, " ".join(reasons)
        )
