"""What is unusual about a plan, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .decided import PLAN_ALONE
from .translation import counted, tr

if TYPE_CHECKING:
    from .outcome import Outcome

_USUAL_BITS = 8


def unusual(outcome: Outcome) -> tuple[str, ...]:
    """What was done beyond the plan, then what the plan itself decides."""
    return (*_done(outcome), *_planned(outcome))


def _done(outcome: Outcome) -> tuple[str, ...]:
    done = outcome.candidate
    if done is None or not outcome.settled:
        return ()
    if done.trained is not None:
        return (tr("fine-tuned"),)
    if not done.reports:
        return (tr("the plan alone"),) if outcome.recipe == PLAN_ALONE else ()
    if outcome.recipe is not None:
        return (tr("recovered"),)
    said = {
        "mend": tr("shared ranges mended"),
        "front": tr("layers before a logarithm kept float"),
        "dynamic": tr("ranges found while running"),
        "equalize": tr("channels evened out"),
        "smooth": tr("outlier channels smoothed"),
        "bias": tr("biases corrected"),
    }
    kept = {report.step for report in done.reports if report.kept}
    return tuple(text for step, text in said.items() if step in kept)


def _planned(outcome: Outcome) -> tuple[str, ...]:
    plan, found = outcome.plan, []
    kept = len(outcome.decisions.kept_float)
    if kept:
        found.append(tr("{0} kept float").format(counted(kept, "layer")))
    if plan.overrides:
        found.append(tr("{0} by hand").format(counted(len(plan.overrides), "setting")))
    types = plan.weights.integer, plan.activations.integer
    if any(kind is None or kind.bits != _USUAL_BITS for kind in types):
        names = plan.weights.dtype, plan.activations.dtype
        found.append(tr("weights {0}, activations {1}").format(*names))
    return tuple(found)
