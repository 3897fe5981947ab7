"""Fine-tuning from a plan: as it is, or recovered first, so that both begin where they should."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from quantengine.data.dataset import Dataset
from quantengine.finetune.outcome import FineTuned, Point
from quantengine.finetune.settings import Settings
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.plan import QuantPlan
from quantengine.recover.auto import recover_plan
from quantengine.resolve import resolve_plan

_EVERY = 5
"""One sample in so many judges the training of what the others recovered."""


def train(
    model: FloatModel,
    plan: QuantPlan,
    dataset: Dataset,
    table: CalibrationTable | None,
    settings: Settings | None = None,
    *,
    recover_first: bool = False,
    checkpoint: Path | None = None,
    watch: Callable[[Point], None] | None = None,
    monitor: Monitor = SILENT,
) -> FineTuned:
    """Trains what `plan` makes of `model`; `checkpoint`, `watch` as in `finetune`.

    With `recover_first`, samples that recovery did not see judge. Raises QuantError where torch is
    not installed, and what `recover_plan` and `finetune` raise.
    """
    from quantengine.finetune.train import finetune

    judges: range | None = None
    if recover_first:
        judges = range(0, len(dataset), _EVERY)
        others = dataset.subset([index for index in range(len(dataset)) if index not in judges])
        found = recover_plan(model, plan, others, monitor=monitor)
        model, resolution = found.model, found.resolution
    else:
        resolution = resolve_plan(model, plan, table, monitor=monitor)
    return finetune(
        model,
        resolution,
        dataset,
        settings,
        judges=judges,
        checkpoint=checkpoint,
        watch=watch,
        monitor=monitor,
    )
