"""What can be said against a run before its data is read."""

from __future__ import annotations

from pathlib import Path

from quantengine.data.dataset import Dataset
from quantengine.decisions import activation_plans, constant_plans
from quantengine.errors import PlanError, QuantError
from quantengine.finetune.checkpoint import refuse_other
from quantengine.finetune.fake_network import NOTHING
from quantengine.finetune.loss import goal_of
from quantengine.finetune.methods import chosen_methods
from quantengine.finetune.network import refuse_untrainable
from quantengine.finetune.places import dynamic_ranges
from quantengine.finetune.pytorch import torch
from quantengine.finetune.settings import Settings
from quantengine.graph.model import FloatModel
from quantengine.plan import DYNAMIC, QuantPlan
from quantengine.resolve.resolve import plan_decisions
from quantengine.targets import rules_of


def check_run(
    model: FloatModel,
    plan: QuantPlan,
    dataset: Dataset,
    settings: Settings,
    checkpoint: Path | None = None,
) -> None:
    """Refuses at once what a run would refuse after statistics and recovery.

    Raises ModelError where the model has no trainable form, PlanError where the plan leaves nothing
    to train or a pattern of the settings matches nothing, QuantError for a missing device and for a
    checkpoint that is damaged or of other data or settings.
    """
    device_of(settings)
    refuse_untrainable(model.proto)
    goal_of(model)
    chosen_methods(model, settings)
    _refuse_plan(model, plan)
    if checkpoint is not None and checkpoint.exists():
        refuse_other(checkpoint, dataset, settings)


def _refuse_plan(model: FloatModel, plan: QuantPlan) -> None:
    decisions = plan_decisions(model, plan)
    flow = decisions.flow(model)
    if rules_of(plan).rules_ranges:
        raise PlanError(
            "Training does not keep what {0} asks of ranges: train for onnxruntime-cpu, or leave "
            "training out.",
            plan.target,
        )
    ranges = activation_plans(flow, decisions).values()
    if ranges and all(tensor.dtype == DYNAMIC for tensor in ranges):
        raise dynamic_ranges("them")
    if all(weight.integer is None for weight in constant_plans(flow, decisions).values()):
        raise PlanError(NOTHING)


def device_of(settings: Settings) -> str:
    """`cpu` or `cuda`; raises QuantError where CUDA is asked for and there is none."""
    present = torch.cuda.is_available()
    if settings.device == "cuda" and not present:
        raise QuantError("This computer has no CUDA device that torch can use: choose cpu or auto.")
    return "cuda" if present and settings.device != "cpu" else "cpu"
