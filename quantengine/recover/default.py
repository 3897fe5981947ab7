"""The steps that are taken where nobody said which."""

from __future__ import annotations

from quantengine.data.dataset import Dataset
from quantengine.decisions import activation_plans
from quantengine.graph.flow import integer_flow
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.registry import operator_of
from quantengine.plan import QuantPlan
from quantengine.recover.samples import LEAST_SAMPLES
from quantengine.resolve.resolve import plan_decisions


def default_steps(model: FloatModel, plan: QuantPlan, dataset: Dataset | None) -> tuple[str, ...]:
    """The steps that cost little and gain much: bias correction, where a layer has a bias.

    None where there is too little data to hold some out, or activations are not integers.
    """
    if dataset is None or len(dataset) < LEAST_SAMPLES:
        return ()
    decisions = plan_decisions(model, plan)
    flow = integer_flow(model, decisions.kept_float, quantize_outputs=plan.quantize_outputs)
    ranges = activation_plans(flow, decisions).values()
    if all(tensor.integer is None for tensor in ranges):
        return ()
    biased = any(operator_of(node.node).bias is not None for node in flow.nodes.values())
    return ("bias",) if biased else ()
