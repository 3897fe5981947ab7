"""What is done where nobody decided."""

from __future__ import annotations

from quantengine.decisions import activation_plans
from quantengine.graph.operators.registry import operator_of
from quantengine.recover.samples import LEAST_SAMPLES
from quantengine.traps.seen import Seen
from quantengine.traps.shared import shared_encodings
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work

_BYTE = 8


def default_recipe(work: Work) -> Recipe:
    """What costs little and gains much: ways around traps, then bias correction.

    Traps are those that the statistics show, where the work has some; biases are corrected where a
    layer has one. Nothing where there is too little data to hold some out, or activations are not
    integers.
    """
    dataset = work.dataset
    if dataset is None or len(dataset) < LEAST_SAMPLES or not work.needs_ranges:
        return Recipe()
    biased = any(operator_of(node.node).bias is not None for node in work.flow.nodes.values())
    return Recipe((*(["mend"] if _shares_ranges(work) else []), *(["bias"] if biased else [])))


def _shares_ranges(work: Work) -> bool:
    """Whether parts that differ very much have one range of 8 bits or fewer."""
    if work.table is None:
        return False
    plans = activation_plans(work.flow, work.decisions)
    found = shared_encodings(Seen(work.model, work.table, work.flow))
    names = {trap.tensor for trap in found}
    types = (plans[name].integer for name in names if name in plans)
    return any(integer is not None and integer.bits <= _BYTE for integer in types)
