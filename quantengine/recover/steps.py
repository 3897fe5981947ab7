"""The steps of recovery, and what stands for several of them."""

from __future__ import annotations

from collections.abc import Sequence

from quantengine.data.dataset import Dataset
from quantengine.decisions import activation_plans
from quantengine.errors import PlanError
from quantengine.graph.flow import integer_flow
from quantengine.graph.model import FloatModel
from quantengine.plan import QuantPlan
from quantengine.recover.samples import LEAST_SAMPLES
from quantengine.resolve.resolve import plan_decisions

STEPS = (
    "fold",
    "equalize",
    "smooth",
    "absorb",
    "asymmetric",
    "ranges",
    "bias",
    "round",
    "adaround",
    "tune",
)
QUICK = ("fold", "equalize", "smooth", "absorb", "asymmetric", "ranges", "bias")
AUTO = ("fold", "equalize", "smooth", "absorb", "asymmetric", "ranges", "round", "bias")
AUTOMATIC: tuple[tuple[str, ...], ...] = (("auto",), ("auto", "round"), ("quick",))
"""What stands for steps that look for themselves what is worth it; `quick` does not round."""

_BIASED = ("Conv", "ConvTranspose", "Gemm")


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
    biased = any(node.node.op_type in _BIASED for node in flow.nodes.values())
    return ("bias",) if biased else ()


def chosen_steps(steps: Sequence[str] | None) -> tuple[str, ...]:
    """The steps behind `steps`, None: `AUTO`; raises PlanError for a word that is none."""
    if steps is None or ("auto" in steps[:1] and tuple(steps) in AUTOMATIC):
        return AUTO
    if tuple(steps) in AUTOMATIC:
        return QUICK
    for step in steps:
        if step not in STEPS and not step.startswith("bias:"):
            raise PlanError(
                f"'{step}' is not a recovery step: "
                f"choose auto, quick or some of {', '.join(STEPS)}."
            )
    return tuple(steps)
