"""From what was asked to what is written, the one way for every command and the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from quantengine.data.dataset import shape_text
from quantengine.decisions import plan_taps
from quantengine.errors import DataError, PlanError
from quantengine.monitor import SILENT, Monitor
from quantengine.recover.auto import recover_plan
from quantengine.resolve.memo import Memo
from quantengine.resolve.resolve import resolve_plan, with_encodings
from quantengine.work.candidate import Candidate
from quantengine.work.default import default_recipe
from quantengine.work.recipe import Recipe
from quantengine.work.shares import split
from quantengine.work.work import Work, observed

Watch = Callable[[object], None]


def make(
    work: Work,
    recipe: Recipe | None = None,
    *,
    checkpoint: Path | None = None,
    watch: Watch | None = None,
    memo: Memo | None = None,
    monitor: Monitor = SILENT,
) -> Candidate:
    """What `recipe` makes of the work; None: `default_recipe`.

    Statistics are collected where they are missing. `watch` gets each StepReport, or each Point of
    training, which goes on from `checkpoint` where that is there and writes it. `memo` is of
    earlier calls for the same model and table. Raises QuantError where the plan is impossible, data
    is missing, or torch is not installed and there is training.
    """
    refuse_other_shapes(work)
    if recipe is not None and recipe.training is not None:
        trainable(work, recipe, checkpoint)
        begun = begin(work, recipe, monitor=monitor)
        return train(begun, work, recipe, checkpoint=checkpoint, watch=watch, monitor=monitor)
    work = observed(work, monitor=monitor)
    chosen = default_recipe(work) if recipe is None else recipe
    if chosen.steps and plan_taps(work.model, work.plan):
        return _recovered(work, chosen, watch, monitor)
    resolution = resolve_plan(work.model, work.plan, work.table, memo=memo, monitor=monitor)
    return Candidate(work, chosen, work.model, work.table, resolution)


def refuse_other_shapes(work: Work) -> None:
    """Raises PlanError where the file would take other shapes than the data has."""
    shapes = {each.input: each.shape for each in work.plan.edges.shapes}
    unknown = next((name for name in shapes if name not in work.model.inputs), None)
    if unknown is not None:
        names = ", ".join(f"'{name}'" for name in work.model.inputs)
        raise PlanError("There is no input '{0}' to give a shape: choose {1}.", unknown, names)
    if work.dataset is None or not shapes:
        return
    sample = work.dataset.load(0)
    for name, shape in shapes.items():
        found = sample.runs[0][name].shape
        if found != shape:
            raise PlanError(
                "Input '{0}' shall be {1} in the file, but {2} gives {3}: prepare the data so.",
                *(name, shape_text(shape), sample.name, shape_text(found)),
            )


def trainable(work: Work, recipe: Recipe, checkpoint: Path | None = None) -> None:
    """Raises QuantError for what training would refuse, before statistics take their time."""
    from quantengine.finetune.check import check_run

    if work.dataset is None or recipe.training is None:
        raise DataError("Training learns from data: give --data.")
    check_run(work.model, work.plan, work.dataset, recipe.training, checkpoint)


def begin(work: Work, recipe: Recipe, *, monitor: Monitor = SILENT) -> Candidate:
    """Where a training starts: its steps, made without the samples that judge it."""
    if recipe.steps and work.dataset is not None and recipe.training is not None:
        _, teach = split(work.dataset, recipe.training.held_out)
        work = replace(work, dataset=teach)
    return make(work, Recipe(recipe.steps), monitor=monitor)


def train(
    begun: Candidate,
    work: Work,
    recipe: Recipe,
    *,
    checkpoint: Path | None = None,
    watch: Watch | None = None,
    monitor: Monitor = SILENT,
) -> Candidate:
    """`begun` trained on all of the work's data, as `make` does it.

    With steps, samples that they did not see judge: a share of all, evenly spread.
    """
    from quantengine.finetune.judges import Judges
    from quantengine.finetune.train import finetune

    assert work.dataset is not None and recipe.training is not None
    judges = split(work.dataset, recipe.training.held_out)[0] if recipe.steps else None
    tuned = finetune(
        begun.model,
        begun.resolution,
        work.dataset,
        recipe.training,
        judges=Judges(judges, work.judge),
        checkpoint=checkpoint,
        watch=watch,
        monitor=monitor,
    )
    encodings = tuned.resolution.encodings
    resolution = with_encodings(tuned.model, tuned.resolution, begun.table, encodings)
    return Candidate(
        work, recipe, tuned.model, begun.table, resolution, begun.reports, judges or (), tuned
    )


def _recovered(work: Work, recipe: Recipe, watch: Watch | None, monitor: Monitor) -> Candidate:
    if work.dataset is None:
        raise DataError("--recover fits and checks its steps on data: give --data.")
    found = recover_plan(
        work.model,
        work.plan,
        work.dataset,
        work.table,
        steps=recipe.steps,
        judge=work.judge,
        watch=watch,
        monitor=monitor,
    )
    return Candidate(
        work, recipe, found.model, found.table, found.resolution, found.steps, found.held_out
    )
