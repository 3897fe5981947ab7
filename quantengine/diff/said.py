"""What is said of a layer that breaks."""

from __future__ import annotations

from quantengine.diff.difference import LayerDifference
from quantengine.diff.fault import Fault
from quantengine.sentence import Sentence


def said(row: LayerDifference, fault: Fault, bias: bool = False) -> Sentence:
    """A sentence with the figures that show it."""
    where = row.layer or row.tensor
    found, weights = row.range, row.weights
    name = row.tensor if weights is None else weights.tensor
    if fault in (Fault.TOO_WIDE, Fault.TOO_NARROW, Fault.ZERO_POINT) and _of_range(row):
        assert found is not None
        pattern = {
            Fault.TOO_WIDE: Sentence("{0}: the range of '{1}' is too wide: {2}, ours is {3}."),
            Fault.TOO_NARROW: Sentence("{0}: the range of '{1}' is too narrow: {2}, ours is {3}."),
            Fault.ZERO_POINT: Sentence(
                "{0}: the zero point of '{1}' cuts its values: {2}, ours is {3}."
            ),
        }[fault]
        theirs, ours = _range(found.low, found.high), _range(found.ours_low, found.ours_high)
        return Sentence(pattern.pattern, where, row.tensor, theirs, ours)
    told = _OF_BIAS if bias and fault in _OF_BIAS else _PATTERNS
    return Sentence(told[fault].pattern, where, name)


_PATTERNS = {
    Fault.TOO_WIDE: Sentence(
        "{0}: the range of the weight '{1}' is too wide: most codes have no use."
    ),
    Fault.TOO_NARROW: Sentence(
        "{0}: the range of the weight '{1}' is too narrow: values are cut off."
    ),
    Fault.UNEVEN: Sentence(
        "{0}: the channels of '{1}' lie far apart and share one scale: give each its own."
    ),
    Fault.BIAS_CLIPPED: Sentence("{0}: its bias does not fit into 32 bits at its scale."),
    Fault.BIAS_SCALE: Sentence("{0}: its bias is stored at another scale than it is read at."),
    Fault.ZERO_POINT: Sentence(
        "{0}: the zero point of '{1}' is not the one its codes were made with."
    ),
    Fault.ISLAND: Sentence(
        "{0}: it computes in floats between rounded values, which cost more than they save."
    ),
    Fault.WRONG_AXIS: Sentence(
        "{0}: the scales of '{1}' lie along another axis than its channels."
    ),
    Fault.OTHER_WEIGHTS: Sentence(
        "{0}: '{1}' holds other weights than the float model: it was made from another state of it."
    ),
    Fault.SWAPPED: Sentence("{0}: '{1}' has a scale that belongs elsewhere."),
    Fault.NOTHING_SINGLE: Sentence(
        "{0}: it loses more than our encoding of the same types, and nothing single stands out."
    ),
}
_OF_BIAS = {
    Fault.OTHER_WEIGHTS: Sentence("{0}: its bias is another one than in the float model."),
}


def _of_range(row: LayerDifference) -> bool:
    """Whether it is the range of the value that fails, not that of a weight."""
    found = row.range
    return found is not None and found.db <= found.ours_db - 6


def _range(low: float, high: float) -> str:
    return f"{low:.4g} .. {high:.4g}"
