"""What is done where nobody decided."""

from __future__ import annotations

from quantengine.graph.operators.registry import operator_of
from quantengine.recover.samples import LEAST_SAMPLES
from quantengine.traps.trap import TrapKind
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work


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
    shared = any(trap.kind is TrapKind.SHARED for trap in work.traps)
    return Recipe((*(["mend"] if shared else []), *(["bias"] if biased else [])))
