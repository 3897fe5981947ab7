"""What is decided for a whole network at once, beside its target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from quantengine.plan import DYNAMIC, FLOAT, QuantPlan
from quantengine.targets import plan_for

from .actions import Command
from .translation import tr

if TYPE_CHECKING:
    from .context import Context


@dataclass(frozen=True)
class Switch:
    """A setting of the plan that is on or off."""

    name: str
    text: str
    tip: str
    is_on: Callable[[QuantPlan], bool]
    turned: Callable[[QuantPlan, bool], QuantPlan]
    observes: bool = False
    """Whether statistics have to be collected again."""


def switches() -> tuple[Switch, ...]:
    """In the order of the menu."""
    return (
        Switch(
            "weights_alone",
            tr("Weights alone become integers"),
            tr("Activations stay float: for networks of language and where memory is short"),
            lambda plan: plan.activations.dtype == FLOAT,
            lambda plan, on: _with_type(plan, FLOAT if on else None),
        ),
        Switch(
            "dynamic_ranges",
            tr("Ranges found while running"),
            tr("Of the inputs of all layers, convolutions too; no calibration, slower"),
            lambda plan: plan.activations.dtype == DYNAMIC,
            lambda plan, on: _with_type(plan, DYNAMIC if on else None),
        ),
        Switch(
            "quantize_outputs",
            tr("Outputs of the network are rounded too"),
            tr("For targets whose answers are codes; as they are, outputs stay float"),
            lambda plan: plan.quantize_outputs,
            lambda plan, on: replace(plan, quantize_outputs=on),
        ),
        Switch(
            "observe_quantized",
            tr("Observe while inputs are rounded"),
            tr("Each layer is calibrated under the error of those before it; slower"),
            lambda plan: plan.observe_quantized,
            lambda plan, on: replace(plan, observe_quantized=on),
            observes=True,
        ),
    )


def whole_plan_commands(context: Context, no_model: Callable[[], str | None]) -> list[Command]:
    """Turning each switch on or off, as one undo step."""
    return [
        Command(
            each.name,
            each.text,
            partial(turn, context, each),
            tip=each.tip,
            missing=no_model,
        )
        for each in switches()
    ]


def turn(context: Context, switch: Switch) -> None:
    document = context.document
    plan = switch.turned(document.plan, not switch.is_on(document.plan))
    document.edit(switch.text, plan=plan)
    if switch.observes:
        context.steps.calibrate()


def _with_type(plan: QuantPlan, dtype: str | None) -> QuantPlan:
    """None: as the target has it."""
    usual = plan_for(plan.target).activations
    if dtype is None:
        dtype = usual.dtype if usual.integer is not None else "uint8"
    return replace(plan, activations=replace(plan.activations, dtype=dtype))
