"""The steps of recovery, and what stands for several of them."""

from __future__ import annotations

from collections.abc import Sequence

from quantengine.data.dataset import Dataset
from quantengine.errors import PlanError
from quantengine.graph.flow import integer_flow
from quantengine.graph.model import FloatModel
from quantengine.plan import QuantPlan
from quantengine.recover.samples import LEAST_SAMPLES

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


def default_steps(model: FloatModel, plan: QuantPlan, dataset: Dataset | None) -> tuple[str, ...]:
    """The steps that cost little and gain much: bias correction, where a layer has a bias.

    None where there is too little data to hold some out, or activations are not integers.
    """
    if dataset is None or len(dataset) < LEAST_SAMPLES or plan.activations.integer is None:
        return ()
    nodes = integer_flow(model).nodes.values()
    biased = any(node.node.op_type in ("Conv", "ConvTranspose", "Gemm") for node in nodes)
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
