"""Zero points for weights of few bits: one code more, and channels that lean to one side fit."""

from __future__ import annotations

from dataclasses import replace

from quantengine.counted import counted
from quantengine.decisions import weight_plans
from quantengine.patterns import exact
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import Resolution
from quantengine.sentence import Sentence
from quantengine.targets import TARGETS

_BYTE = 8


def asymmetric_plan(resolution: Resolution) -> tuple[QuantPlan | None, Sentence]:
    """The plan with weights of 2 to 7 bits made asymmetric, and what that is in a sentence.

    None where no weight would change. 8 bits gain little, and products of a zero point cost time.
    """
    plan = resolution.plan
    target = TARGETS.get(plan.target)
    if target is not None and target.symmetric_weights:
        return None, Sentence("Not tried: {0} takes symmetric weights only.", plan.target)
    weights = resolution.encodings.weights
    few = [n for n, e in weights.items() if 1 < e.dtype.bits < _BYTE and e.symmetric]
    if not few:
        return None, Sentence("No symmetric weight has 2 to 7 bits.")
    text = Sentence("Weights of {0} have zero points now.", counted(len(few), "layer"))
    if len(few) == len(weights):
        plan = replace(plan, weights=replace(plan.weights, symmetric=False))
    decided = weight_plans(resolution.flow, replace(resolution.decisions, plan=plan))
    for name in few:
        if name not in decided or decided[name].symmetric:
            plan = plan.with_override(exact(name), **{"weights.symmetric": False})
    return plan, text
