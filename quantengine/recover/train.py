"""Fine-tuning from a plan: as it is, or recovered first, so that both begin where they should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from quantengine.data.dataset import Dataset
from quantengine.finetune.outcome import FineTuned, Point
from quantengine.finetune.settings import Settings
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.plan import QuantPlan
from quantengine.recover.auto import recover_plan
from quantengine.recover.shares import split
from quantengine.resolve.resolve import resolve_plan, with_encodings


def train(
    model: FloatModel,
    plan: QuantPlan,
    dataset: Dataset,
    table: CalibrationTable | None,
    settings: Settings | None = None,
    *,
    recover_first: bool = False,
    statistics: CalibrationTable | None = None,
    checkpoint: Path | None = None,
    watch: Callable[[Point], None] | None = None,
    monitor: Monitor = SILENT,
) -> FineTuned:
    """Trains what `plan` makes of `model`; `checkpoint`, `watch` as in `finetune`.

    With `recover_first`, a share of the samples (`Settings.held_out`, evenly spread) that recovery
    did not see judges; it recovers by `statistics`, None: those of the other samples. Raises
    QuantError where torch is not installed, and what `recover_plan` and `finetune` raise.
    """
    from quantengine.finetune.check import check_run
    from quantengine.finetune.train import finetune

    settings = settings or Settings()
    check_run(model, plan, dataset, settings, checkpoint)
    judges: tuple[int, ...] | None = None
    if recover_first:
        judges, others = split(dataset, settings.held_out)
        found = recover_plan(model, plan, others, statistics, monitor=monitor)
        model, resolution, table = found.model, found.resolution, found.table
    else:
        resolution = resolve_plan(model, plan, table, monitor=monitor)
    tuned = finetune(
        model,
        resolution,
        dataset,
        settings,
        judges=judges,
        checkpoint=checkpoint,
        watch=watch,
        monitor=monitor,
    )
    encodings = tuned.resolution.encodings
    measured = with_encodings(tuned.model, tuned.resolution, table, encodings)
    return replace(tuned, resolution=measured)
