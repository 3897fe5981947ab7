"""Scales per tensor and per channel at three widths, as calibrated, recovered and trained (003)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from quantengine.analyze.metrics import as_json
from quantengine.analyze.width import at_width
from quantengine.finetune.settings import Settings
from quantengine.formats.granularity import PER_CHANNEL, PER_TENSOR, PlannedGranularity
from quantengine.monitor import SILENT, Monitor
from quantengine.plan import QuantPlan
from quantengine.verdict.reference import Reference
from quantengine.verdict.verdict import Verdict
from quantengine.work.make import trainable
from quantengine.work.recipe import Recipe
from quantengine.work.width_curve import Stage, judged, parts, stages
from quantengine.work.work import Work, observed

WIDTHS = ((8, 8), (4, 8), (4, 4))
"""Bits of weights and of activations (Nagel 2021, white paper)."""
STEPS = ("auto",)
GRANULARITIES: tuple[PlannedGranularity, ...] = (PER_TENSOR, PER_CHANNEL)


@dataclass(frozen=True)
class WidthCell:
    """The effect of one stage at one row, on the samples that judge."""

    granularity: str
    weights: int
    activations: int
    stage: Stage
    effect: Verdict

    @property
    def row(self) -> tuple[str, int, int]:
        return self.granularity, self.weights, self.activations


@dataclass(frozen=True)
class WidthTable:
    """Cells in the order measured, and how many samples judged."""

    model: str
    samples: int
    cells: tuple[WidthCell, ...]

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts."""
        return dict(as_json(self))


def planned(plan: QuantPlan, granularity: PlannedGranularity, bits: tuple[int, int]) -> QuantPlan:
    """The plan with such scales and widths, also where it says otherwise for single layers."""
    wide = at_width(at_width(plan, bits[0], "weights"), bits[1], "activations")
    kept = tuple(
        replace(o, settings=tuple(s for s in o.settings if not s[0].endswith("granularity")))
        for o in wide.overrides
    )
    return replace(wide, weights=replace(wide.weights, granularity=granularity), overrides=kept)


def width_table(
    work: Work,
    *,
    settings: Settings | None = None,
    trains: bool = False,
    watch: Callable[[WidthCell], None] | None = None,
    monitor: Monitor = SILENT,
) -> WidthTable:
    """Six rows; every fifth sample judges and teaches nothing.

    `trains` adds a third column, which needs torch and takes as many trainings as there are rows.
    `watch` gets each cell as it is measured. Raises as `width_curve`.
    """
    recipe = Recipe(STEPS, settings or Settings())
    if trains:
        trainable(work, recipe)
    teaching, judging = parts(work, monitor)
    reference = Reference.of(work.model, judging, judge=work.judge, monitor=monitor)
    teaching = observed(teaching, monitor=monitor)
    cells: list[WidthCell] = []
    rows = [(granularity, bits) for granularity in GRANULARITIES for bits in WIDTHS]
    for granularity, bits in monitor.track(rows, "Widths"):
        asked = replace(teaching, plan=planned(work.plan, granularity, bits))
        for stage, found in stages(asked, recipe, trains, monitor):
            effect = judged(reference, found, monitor)
            cells.append(WidthCell(str(granularity), *bits, stage, effect))
            if watch is not None:
                watch(cells[-1])
    return WidthTable(work.model.path.name, len(reference.samples), tuple(cells))
