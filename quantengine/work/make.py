"""From what was asked to what is written, the one way for every command and the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from quantengine.data.dataset import Dataset
from quantengine.errors import DataError
from quantengine.finetune.settings import Settings
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.taps import model_taps
from quantengine.recover.auto import recover_plan
from quantengine.recover.shares import split
from quantengine.resolve.memo import Memo
from quantengine.resolve.resolve import resolve_plan, with_encodings
from quantengine.work.candidate import Candidate
from quantengine.work.default import default_recipe
from quantengine.work.recipe import Recipe
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
    chosen = default_recipe(work) if recipe is None else recipe
    if chosen.training is not None:
        return _trained(work, chosen, checkpoint, watch, monitor)
    work = observed(work, monitor=monitor)
    if chosen.steps and model_taps(work.model):
        return _recovered(work, chosen, watch, monitor)
    resolution = resolve_plan(work.model, work.plan, work.table, memo=memo, monitor=monitor)
    return Candidate(work, chosen, work.model, work.table, resolution)


def trainable(
    work: Work, recipe: Recipe, checkpoint: Path | None = None
) -> tuple[Dataset, Settings]:
    """Data and settings of a training.

    Raises QuantError for what training would refuse, before statistics take their time.
    """
    from quantengine.finetune.check import check_run

    if work.dataset is None or recipe.training is None:
        raise DataError("Training learns from data: give --data.")
    check_run(work.model, work.plan, work.dataset, recipe.training, checkpoint)
    return work.dataset, recipe.training


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


def _trained(
    work: Work, recipe: Recipe, checkpoint: Path | None, watch: Watch | None, monitor: Monitor
) -> Candidate:
    """With steps, samples that recovery did not see judge: a share of all, evenly spread."""
    dataset, settings = trainable(work, recipe, checkpoint)
    from quantengine.finetune.train import finetune

    judges, teach = split(dataset, settings.held_out) if recipe.steps else (None, dataset)
    begun = make(replace(work, dataset=teach), Recipe(recipe.steps), monitor=monitor)
    tuned = finetune(
        begun.model,
        begun.resolution,
        dataset,
        settings,
        judges=judges,
        judge=work.judge,
        checkpoint=checkpoint,
        watch=watch,
        monitor=monitor,
    )
    encodings = tuned.resolution.encodings
    resolution = with_encodings(tuned.model, tuned.resolution, begun.table, encodings)
    return Candidate(
        work, recipe, tuned.model, begun.table, resolution, begun.reports, judges or (), tuned
    )
