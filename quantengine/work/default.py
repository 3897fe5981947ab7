"""What is done where nobody decided."""

from __future__ import annotations

import onnx

from quantengine.graph.model import FloatModel
from quantengine.graph.operators.registry import operator_of
from quantengine.graph.weighted import added_constant
from quantengine.recover.apart import far_apart
from quantengine.recover.front import fronts
from quantengine.recover.levels import takes_levels
from quantengine.recover.samples import LEAST_SAMPLES
from quantengine.recover.smooth import dominated
from quantengine.recover.steps import JUDGED
from quantengine.traps.trap import TrapKind
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work


def default_recipe(work: Work) -> Recipe:
    """What costs little and gains much: ways around traps, even channels, then bias correction.

    Nobody named these steps, so each is judged.

    Layers before a logarithm stay float where little is left of its results, and ranges are found
    while running where little is left of quiet samples. Traps, channels far
    apart that share a range or steps, and few that rule the input of a product
    are those that the statistics show, where the work has some; biases are corrected where a layer
    or an Add behind it has one. Nothing where there is too little data to hold some out, or
    activations are not integers.
    """
    dataset, table = work.dataset, work.table
    if dataset is None or len(dataset) < LEAST_SAMPLES or not work.needs_ranges:
        return Recipe()
    shared = any(trap.kind is TrapKind.SHARED for trap in work.traps)
    uneven = table is not None and far_apart(work.model, table)
    ruled = table is not None and dominated(work.model, table, work.plan)
    biased = any(_takes_bias(work.model, each.node) for each in work.flow.nodes.values())
    logarithmic = bool(fronts(work.model, work.flow))
    asked = (
        ("mend", shared),
        ("front", logarithmic),
        ("dynamic", takes_levels(work.model, work.plan, table)),
        ("equalize", uneven),
        ("smooth", ruled),
        ("bias", biased),
    )
    steps = tuple(step for step, needed in asked if needed)
    return Recipe((JUDGED, *steps)) if steps else Recipe()


def _takes_bias(model: FloatModel, node: onnx.NodeProto) -> bool:
    return operator_of(node).bias is not None or added_constant(model, node) is not None
