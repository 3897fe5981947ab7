"""Why a step of recovery has nothing to do, or is not tried where nobody asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quantengine.formats.granularity import PER_TENSOR
from quantengine.plan import FLOAT
from quantengine.sentence import Sentence

if TYPE_CHECKING:
    from quantengine.recover.state import State

_BYTE = 8


def no_weights(state: State) -> Sentence | None:
    return None if state.resolution.weight_plans else Sentence("No layer has weights as integers.")


def no_ranges(state: State) -> Sentence | None:
    return None if state.encodings.activations else Sentence("The plan gives activations no range.")


def apart(state: State) -> Sentence | None:
    """What evens out the ranges of weights is of no use to those that share none."""
    plans = state.resolution.weight_plans.values()
    if any(plan.granularity == PER_TENSOR for plan in plans):
        return None
    return Sentence("Not tried: every channel of the weights has its own scale.")


def even(state: State) -> Sentence | None:
    """Channels share a range, and the inputs of a weight its steps, all the same."""
    from quantengine.recover.apart import far_apart

    reason = apart(state)
    return None if reason is None or far_apart(state.model, state.table) else reason


def near(state: State) -> Sentence | None:
    """Rounding must cost more than the rare values that are cut."""
    return apart(state) or fine(state)


def unclamped(state: State) -> Sentence | None:
    """Without a Clip `equalize` does the same."""
    from quantengine.recover.groups import channel_groups

    reason = no_weights(state)
    if reason is not None or any(group.clamped for group in channel_groups(state.model)[0]):
        return reason
    return Sentence("No Clip lies between layers that are equalized.")


def wide(state: State) -> Sentence | None:
    return _at_least(_BYTE + 1, state)


def fine(state: State) -> Sentence | None:
    return _at_least(_BYTE, state)


def _at_least(bits: int, state: State) -> Sentence | None:
    names = state.resolution.weight_plans
    least = min((state.encodings.weights[name].dtype.bits for name in names), default=0)
    if least < bits:
        return None
    return Sentence("Not tried: {0} bits lose little to rounding.", least)


def all_float(state: State) -> Sentence | None:
    """Smoothing weighs rounding of inputs against that of weights."""
    if state.resolution.plan.activations.dtype != FLOAT or state.encodings.activations:
        return None
    return Sentence("The plan leaves activations float: 'awq' is about weights alone.")


def codes_meet(state: State) -> Sentence | None:
    if state.resolution.plan.activations.dtype == FLOAT:
        return no_weights(state)
    return Sentence("The plan makes activations integers: 'smooth' weighs both.")


def rounded(state: State) -> Sentence | None:
    found = state.encodings.codes
    return Sentence("Not tried: rounding has matched the biases already.") if found else None
