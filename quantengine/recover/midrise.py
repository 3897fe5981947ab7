"""Weights of 2 bits on a grid without zero: four levels instead of three."""

from __future__ import annotations

from dataclasses import dataclass, replace

from quantengine.counted import counted
from quantengine.formats.midrise import midrise_codes, midrise_encoding
from quantengine.graph.model import FloatModel
from quantengine.resolve.resolve import Resolution
from quantengine.rewrite.encodings import Encodings
from quantengine.sentence import Sentence

BITS = 2
"""One bit has its two levels on either side of zero already."""


@dataclass(frozen=True, eq=False)
class Risen:
    """Encodings with odd codes, and what that is in a sentence; `layers` 0: nothing changed."""

    encodings: Encodings
    layers: int
    text: Sentence


def midrise_weights(model: FloatModel, resolution: Resolution) -> Risen:
    """Odd codes -3, -1, 1, 3 at half the scale for every weight of 2 bits.

    They are held in int4, since no runtime has a type for them.
    """
    encodings, names = resolution.encodings, two_bits(resolution)
    names = tuple(name for name in names if resolution.encodings.weights[name].dtype.bits == BITS)
    if not names:
        return Risen(encodings, 0, Sentence("No weight has 2 bits."))
    weights, codes = dict(encodings.weights), dict(encodings.codes)
    for name in names:
        values = model.weight(name)
        weights[name] = midrise_encoding(values, weights[name])
        codes[name] = midrise_codes(values, weights[name], BITS)
    said = Sentence(
        "{0} lie on -3, -1, 1 and 3 half steps, held in 4 bits: {1} more bytes than 2 bits take.",
        counted(len(names), "weight"),
        sum(model.weight(name).size for name in names) // 4,
    )
    return Risen(replace(encodings, weights=weights, codes=codes), len(names), said)


def two_bits(resolution: Resolution) -> tuple[str, ...]:
    """Weights that the plan gives 2 bits, on whatever grid they are."""
    plans = resolution.weight_plans.items()
    types = ((name, plan.integer) for name, plan in plans)
    known = resolution.encodings.weights
    return tuple(n for n, dtype in types if n in known and dtype is not None and dtype.bits == BITS)


def on_odd_codes(resolution: Resolution) -> bool:
    """Whether some weight lies there already, which what chooses codes anew would undo."""
    weights = resolution.encodings.weights
    return any(weights[name].dtype.bits > BITS for name in two_bits(resolution))
