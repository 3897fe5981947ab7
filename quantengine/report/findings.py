"""What a page tells: what was made of a model, and all that is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from quantengine.analyze.compare import compare
from quantengine.analyze.comparison import Comparison, LayerComparison
from quantengine.analyze.culprits import Culprits
from quantengine.analyze.evaluate import Evaluation
from quantengine.analyze.introduced import introduced
from quantengine.analyze.layer_report import LayerReport, layer_reports
from quantengine.analyze.probes import PROBES
from quantengine.analyze.results import Results, worst_under
from quantengine.analyze.sensitivity import LayerSensitivity, Sensitivity, sensitivity
from quantengine.analyze.why import Evidence, why
from quantengine.analyze.why_cause import REMEDIES
from quantengine.analyze.worst import WorstSample
from quantengine.data.dataset import Dataset
from quantengine.export.export import ExportReport
from quantengine.monitor import SILENT, Monitor
from quantengine.search.front import Front
from quantengine.verdict.tasks.figure import TaskFigure
from quantengine.work.candidate import Candidate

LIMITS_DB = (10.0, 20.0, 30.0)
"""Below the first a tensor has lost its shape, from the last on it is good."""
SHOWN = 8
"""Samples that are shown where nobody says how many."""
_SWITCHED = 8
"""Samples that each layer is switched on where nobody asked for it: enough to tell who costs."""


@dataclass(frozen=True, eq=False)
class Findings:
    """What is None was not looked for, and has no place on the page.

    `command` makes it again. `layers` are those of the candidate that
    are more than bookkeeping.
    """

    title: str
    candidate: Candidate | None = None
    compared: Comparison | None = None
    results: Results | None = None
    evaluation: Evaluation | None = None
    ranked: Sensitivity | None = None
    front: Front | None = None
    written: ExportReport | None = None
    command: str = ""
    limits_db: tuple[float, ...] = LIMITS_DB
    layers: tuple[LayerReport, ...] = field(init=False)

    def __post_init__(self) -> None:
        made = self.candidate
        found = () if made is None else layer_reports(made.model, made.resolution)
        object.__setattr__(self, "layers", tuple(row for row in found if not row.minor))

    @property
    def figures(self) -> Mapping[str, TaskFigure]:
        """Of the task and of a person's metric: of the written file where that was evaluated."""
        found = self.evaluation or self.results
        return {} if found is None else found.figures

    @property
    def suffering(self) -> tuple[WorstSample, ...]:
        """The samples that lost most, worst first."""
        if self.evaluation is not None and self.evaluation.suffering:
            return self.evaluation.suffering
        return () if self.results is None else self.results.worst

    @property
    def follows(self) -> str | None:
        """The figure that ranks them before their worst slice."""
        found = self.evaluation or self.results
        return None if found is None or found.follows is None else found.follows.replace("_", " ")

    @property
    def task(self) -> str | None:
        found = self.evaluation or self.results
        return None if found is None else found.task

    @property
    def culprits(self) -> Culprits | None:
        """The layers that cost most; None where none was switched."""
        return None if self.ranked is None else Culprits.of(self.ranked.gains, self.layers)

    def compared_layer(self, name: str) -> LayerComparison | None:
        rows = () if self.compared is None else self.compared.layers
        return next((row for row in rows if row.name == name), None)

    @cached_property
    def _evidence(self) -> Evidence | None:
        made = self.candidate
        if made is None or self.compared is None:
            return None
        errors = {row.name: row.accumulated.both.sqnr_db for row in self.compared.layers}
        corrected = made.corrects_bias
        return Evidence.of(made.model, made.resolution, made.table, errors, corrected=corrected)

    def causes(self, layer: str) -> str:
        """Why a layer hurts and what mends it, in sentences; empty where nothing stands out."""
        if self._evidence is None:
            return ""
        found = why(self._evidence, layer)
        return " ".join(f"{each.text} {REMEDIES[each.remedy]}".strip() for each in found)

    @cached_property
    def drops(self) -> Mapping[str, float]:
        """By layer, how many dB its output lies below the worst of what feeds it."""
        if self.candidate is None or self.compared is None:
            return {}
        passed = {row.name: row.accumulated.both.sqnr_db for row in self.compared.layers}
        return introduced(self.candidate.model, passed)

    def ranked_layer(self, name: str) -> LayerSensitivity | None:
        rows = () if self.ranked is None else self.ranked.layers
        return next((row for row in rows if row.name == name and row.quantized), None)


def found_of(
    candidate: Candidate,
    known: Findings,
    *,
    judged: Dataset | None = None,
    limit: int | None = PROBES,
    monitor: Monitor = SILENT,
) -> Findings:
    """`known` with all that a page shows of a candidate: what is not in it is found out.

    Every layer compared, and the samples that suffer most, on at most `limit` samples (None: all),
    each layer switched on a few of them, of `judged` (None: the data of the work); only what the
    candidate itself says without data. Raises DataError, PlanError, ModelError, Cancelled.
    """
    model, resolution = candidate.model, candidate.resolution
    dataset = candidate.work.dataset if judged is None else judged
    if dataset is None:
        return replace(known, candidate=candidate)
    compared = known.compared or compare(
        model, resolution, dataset, limit=limit, table=candidate.table, monitor=monitor
    )
    results = known.results or worst_under(
        model,
        resolution.encodings,
        dataset,
        task=candidate.work.judge.task,
        limit=limit,
        shown=SHOWN,
        monitor=monitor,
    )
    ranked = known.ranked
    if ranked is None and not resolution.encodings.dynamic:
        judge = candidate.work.judge
        few = _SWITCHED if limit is None else min(limit, _SWITCHED)
        ranked = sensitivity(model, resolution, dataset, limit=few, judge=judge, monitor=monitor)
    return replace(known, candidate=candidate, compared=compared, results=results, ranked=ranked)
