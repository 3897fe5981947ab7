"""What a page tells: what was made of a model, and all that is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from quantengine.analyze.compare import compare
from quantengine.analyze.comparison import Comparison, LayerComparison
from quantengine.analyze.culprits import Culprits, Gains
from quantengine.analyze.evaluate import Evaluation
from quantengine.analyze.introduced import introduced
from quantengine.analyze.layer_report import LayerReport
from quantengine.analyze.probes import PROBES
from quantengine.analyze.report_layers import layer_reports
from quantengine.analyze.results import Results, worst_under
from quantengine.analyze.sensitivity import sensitivity
from quantengine.analyze.why import Evidence, why
from quantengine.analyze.why_cause import REMEDIES
from quantengine.analyze.worst import WorstSample
from quantengine.data.dataset import Dataset
from quantengine.errors import QuantError
from quantengine.export.export import ExportReport
from quantengine.export.rehearsal import Rehearsal
from quantengine.language import ENGLISH, Language
from quantengine.monitor import SILENT, Monitor
from quantengine.search.front import Front
from quantengine.sentence import Sentence
from quantengine.verdict.tasks.figure import TaskFigure
from quantengine.verdict.titles import ALIKE, title_of
from quantengine.verdict.verdict import Verdict
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
    gains: Gains | None = None
    rehearsed: Rehearsal | None = None
    front: Front | None = None
    written: ExportReport | None = None
    command: str = ""
    limits_db: tuple[float, ...] = LIMITS_DB
    language: Language = ENGLISH
    layers: tuple[LayerReport, ...] = field(init=False)

    def __post_init__(self) -> None:
        made = self.candidate
        found = () if made is None else layer_reports(made.model, made.resolution)
        object.__setattr__(self, "layers", tuple(row for row in found if not row.minor))

    def say(self, told: str | QuantError) -> str:
        """A text in the language of the page."""
        return self.language.say(told)

    @property
    def figures(self) -> Mapping[str, TaskFigure]:
        """Of the task and of a person's metric: of the written file where that was evaluated."""
        tried = self.rehearsed or self.evaluation
        found = self.results if tried is None else tried.verdict
        return {} if found is None else found.figures

    @property
    def suffering(self) -> tuple[WorstSample, ...]:
        """The samples that lost most, worst first."""
        if self.evaluation is not None and self.evaluation.suffering:
            return self.evaluation.suffering
        return () if self.results is None else self.results.worst

    @property
    def follows(self) -> str | None:
        """The figure that ranks them before their worst slice, where it says more than answers."""
        if self.evaluation is None:
            follows = None if self.results is None else self.results.follows
        else:
            task = self.evaluation.verdict.task
            follows = None if task is None else task.follows
        return None if follows is None or follows in ALIKE else self.say(title_of(follows))

    @property
    def task(self) -> str | None:
        """What the outputs were taken for."""
        if self.evaluation is None:
            return None if self.results is None else self.results.task
        task = self.evaluation.verdict.task
        return None if task is None else task.name

    @property
    def culprits(self) -> Culprits | None:
        """The layers that cost most; None where none was switched."""
        return None if self.gains is None else Culprits.of(self.gains, self.layers)

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
        told = (f"{self.say(each.text)} {self.say(REMEDIES[each.remedy])}" for each in found)
        return " ".join(text.strip() for text in told)

    @cached_property
    def drops(self) -> Mapping[str, float]:
        """By layer, how many dB its output lies below the worst of what feeds it."""
        if self.candidate is None or self.compared is None:
            return {}
        passed = {row.name: row.accumulated.both.sqnr_db for row in self.compared.layers}
        return introduced(self.candidate.model, passed)

    @property
    def judged(self) -> Verdict | None:
        """What is known of the outputs: on all samples where the file was tried on those."""
        tried = self.evaluation or self.rehearsed
        if tried is not None:
            return tried.verdict
        return None if self.compared is None else self.compared.output


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
    gains = known.gains
    if gains is None and not resolution.encodings.dynamic:
        judge = candidate.work.judge
        few = _SWITCHED if limit is None else min(limit, _SWITCHED)
        found = sensitivity(model, resolution, dataset, limit=few, judge=judge, monitor=monitor)
        gains = found.gains
    return replace(known, candidate=candidate, compared=compared, results=results, gains=gains)


def quantized(model: str) -> Sentence:
    """The title of the page of one network."""
    return Sentence("{0}, quantized", model)


def against(candidate: str, reference: str) -> Sentence:
    """The title of the page of a file beside another."""
    return Sentence("{0} against {1}", candidate, reference)
