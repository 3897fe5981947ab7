"""Probabilities most of which lie below half a step of 8 bits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from quantengine.observe.distribution import Distribution
from quantengine.sentence import Sentence
from quantengine.traps.seen import Seen
from quantengine.traps.trap import Part, Trap, TrapKind

_OPERATORS = ("Softmax", "Sigmoid", "HardSigmoid")
_STEPS = 255
_MOST_LOST = 0.5


def small_shares(seen: Seen) -> Iterator[Trap]:
    """A softmax or sigmoid more than half of whose sum rounding takes away."""
    for tensor, stats in seen.points():
        node = seen.model.producers.get(tensor)
        if node is None or node.op_type not in _OPERATORS:
            continue
        lost = _lost(stats.distribution)
        if lost > _MOST_LOST:
            text = Sentence(
                "Of what the {1} '{0}' sums to, {2} lies below half a step of 8 bits: 16 bits "
                "would keep it.",
                tensor,
                node.op_type,
                f"{lost:.0%}",
            )
            part = Part(tensor, stats.low, stats.high)
            yield Trap(TrapKind.SMALL, (tensor,), text, (part,))


def _lost(seen: Distribution) -> float:
    """The share of the sum of sizes that becomes zero at 8 bits over the whole range."""
    half = (max(seen.high, 0.0) - min(seen.low, 0.0)) / _STEPS / 2
    sizes = np.abs(seen.left + seen.right) / 2 * seen.count
    gone = np.maximum(np.abs(seen.left), np.abs(seen.right)) < half
    whole = float(sizes.sum())
    return float(sizes[gone].sum()) / whole if whole else 0.0
