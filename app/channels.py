"""The channels of the tensor that is looked at."""

from __future__ import annotations

from quantengine.analyze.channels import Channels, activation_channels, weight_channels

from .outcome import Outcome
from .place import WEIGHT, Place


def channels(outcome: Outcome, place: Place) -> Channels | None:
    """None where the tensor has no channels or they are not known."""
    if place.role == WEIGHT:
        if place.axis is None or outcome.model.constant(place.tensor) is None:
            return None
        return weight_channels(outcome.model, outcome.resolution, place.tensor, place.axis)
    stats = None if outcome.table is None else outcome.table.tensors.get(place.tensor)
    return None if stats is None else activation_channels(stats)


def range_of(outcome: Outcome, place: Place) -> tuple[float, float] | None:
    """The ends of the tensor's clip range, the widest of its channels; None where it is float."""
    if outcome.resolution is None:
        return None
    encodings = outcome.resolution.encodings
    known = encodings.weights if place.role == WEIGHT else encodings.activations
    encoding = known.get(place.tensor)
    if encoding is None:
        return None
    return float(encoding.low.min()), float(encoding.high.max())
