"""Ranges and scales from a table of another tool, as one undo step."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QFileDialog

from .decided import PLAN_ALONE
from .translation import counted, said, tr

if TYPE_CHECKING:
    from quantengine.monitor import Monitor
    from quantengine.plan import QuantPlan
    from quantengine.tables.taken_in import TakenIn

    from .context import Context
    from .jobs import Job

_LANE = "ranges"


def ask_ranges(context: Context) -> None:
    """Asks for a table, then takes what it says into the plan."""
    chosen, _ = QFileDialog.getOpenFileName(
        QApplication.activeWindow(),
        tr("Ranges from a file"),
        context.settings.folder("ranges"),
        tr("Tables (*.json *.encodings *.cache *.table *.txt *.csv *.cali_table);;All files (*)"),
    )
    if chosen:
        context.settings.set_folder("ranges", Path(chosen).parent)
        take_ranges(context, Path(chosen))


def take_ranges(context: Context, path: Path) -> Job | None:
    """What a table says becomes part of the plan as it is then; None without a model."""
    model, plan = context.document.model, context.document.plan
    if model is None:
        return None

    def call(_: Monitor) -> TakenIn:
        from quantengine.tables.taken_in import take_in

        return take_in(model, plan, path)

    job = context.steps.start(_LANE, tr("Reading {0}").format(path.name), call)
    job.done.connect(partial(_take, context, path, plan))
    return job


def _take(context: Context, path: Path, plan: QuantPlan, found: TakenIn) -> None:
    if context.document.plan != plan:
        take_ranges(context, path)
        return
    step = tr("ranges from {0}").format(path.name)
    context.document.edit(step, plan=found.plan, recipe=PLAN_ALONE)
    text = tr("{0} ({1}): {2} and {3} taken.")
    values, weights = counted(found.activations, "activation"), counted(found.weights, "weight")
    told = text.format(path.name, found.format, values, weights)
    context.steps.noted.emit(" ".join([told, *map(said, found.notes)]))
