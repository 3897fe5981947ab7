"""What is written of the plan that a search or a sweep chose.

Their rows are of plans alone: what is done beyond a plan by default took some twenty times as long
as a row (mobilenetv2 and resnet20, 64 samples).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from quantengine.analyze.gauge import Gauge
from quantengine.analyze.report_layers import layer_reports
from quantengine.monitor import SILENT, Monitor
from quantengine.plan import QuantPlan
from quantengine.verdict.verdict import Verdict
from quantengine.work.candidate import Candidate
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.reference import work_reference
from quantengine.work.work import Work


@dataclass(frozen=True, eq=False)
class Chosen:
    """The candidate of a chosen plan, as it is exported, and its verdict on a row's samples."""

    candidate: Candidate
    verdict: Verdict

    @property
    def bytes(self) -> int:
        """Of all weights, as the rows count them."""
        made = self.candidate
        return sum(row.bytes_after for row in layer_reports(made.model, made.resolution))

    def to_json(self) -> dict[str, Any]:
        """A JSON object: what was done, and figures as the rows have them."""
        return {
            **self.candidate.done_json(),
            "bytes": self.bytes,
            "sqnr_db": self.verdict.sqnr_db,
            "worst_db": self.verdict.worst_db,
            "agreement": self.verdict.agreement,
            **{name: figure.candidate for name, figure in self.verdict.metric.items()},
        }


def as_written(
    work: Work,
    plan: QuantPlan,
    recipe: Recipe | None = None,
    *,
    limit: int | None,
    monitor: Monitor = SILENT,
) -> Chosen:
    """Makes `plan` of the work and judges it on `limit` samples; raises what `make` raises."""
    candidate = make(replace(work, plan=plan), recipe, monitor=monitor)
    gauge = Gauge(work_reference(work, limit, monitor=monitor))
    encodings = candidate.resolution.encodings
    with work.judge.held():
        return Chosen(candidate, gauge.judge(candidate.model, encodings, monitor=monitor))
