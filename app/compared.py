"""What plans that were kept, and other files of the same network, come to."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from quantengine.monitor import Monitor
from quantengine.plan import QuantPlan
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work

from .document import Document
from .findings import Findings
from .network import Network
from .outcome import Outcome
from .steps import Steps
from .verdict_figures import leading

if TYPE_CHECKING:
    from quantengine.analyze.evaluate import Evaluation
    from quantengine.export.rehearsal import Rehearsal
    from quantengine.verdict.tasks.figure import TaskFigure
    from quantengine.verdict.verdict import Verdict

Key = tuple[QuantPlan, Recipe | None] | Path
"""A plan with what is done beyond it, or a file."""

_LANE = "compared"


@dataclass(frozen=True, eq=False)
class Standing:
    """Figures of the task on `samples`, dB of the outputs and their worst slice, bytes of the file.

    `file_bytes` None: only some samples were judged. `outcome` None: of a file.
    """

    figures: Mapping[str, TaskFigure]
    """By name, of the task and of a person's metric; those that say most come first."""
    sqnr_db: float
    worst_db: float
    samples: int
    file_bytes: int | None = None
    outcome: Outcome | None = field(default=None, repr=False)


class Compared(QObject):
    """Measures what is missing, one after the other, on all samples that judge."""

    changed = Signal()

    def __init__(self, steps: Steps, network: Network, findings: Findings) -> None:
        super().__init__(steps)
        self._steps, self._network, self._findings = steps, network, findings
        self._document: Document = steps.document
        self.files: tuple[Path, ...] = ()
        self._known: dict[Key, Standing] = {}
        self._begun: set[Key] = set()
        """What fails or is cancelled is not begun again by itself."""
        self._document.model_changed.connect(self._forget_files)
        for changed in (self._document.table_changed, self._document.judged_changed):
            changed.connect(self._forget)

    def of(self, key: Key) -> Standing | None:
        return self._known.get(key)

    @property
    def now(self) -> Standing | None:
        """Of the plan as it is: on all samples that judge, else on some."""
        network, rehearsed = self._network, self._findings.rehearsed
        measured = network.measured
        if rehearsed is not None and network.is_current(rehearsed):
            return _of_rehearsal(rehearsed.outcome, rehearsed.found)
        if measured is not None and not network.is_stale:
            return _of_verdict(measured.outcome, measured.found)
        return None

    def add_file(self, path: Path) -> None:
        self.files = tuple(dict.fromkeys((*self.files, path)))
        self._begun.discard(path)
        self.changed.emit()

    def remove_file(self, path: Path) -> None:
        self.files = tuple(each for each in self.files if each != path)
        self.changed.emit()

    def want(self) -> None:
        """Begins with the first that is missing, where nothing of it runs."""
        now = self.now
        if now is not None and now.outcome is not None:
            key = now.outcome.plan, now.outcome.recipe
            self._known[key] = now if _is_whole(now) else self._known.get(key, now)
        if self._document.judged is None or self._steps.jobs.running(_LANE) is not None:
            return
        for path in self.files:
            if path not in self._known and path not in self._begun:
                self._evaluate(path)
                return
        for each in self._document.snapshots:
            key = each.plan, each.recipe
            known = key in self._begun or _is_whole(self._known.get(key))
            if not known and self._measure(*key):
                return

    def _measure(self, plan: QuantPlan, recipe: Recipe | None) -> bool:
        """Whether it can be made by itself: training is not."""
        document = self._document
        model, table, judged = document.model, document.table, document.judged
        made = document.candidate_as(plan, recipe)
        quick = recipe is None or recipe.training is None
        if model is None or table is None or judged is None or not (quick or made):
            return False
        work = Work(model, plan, document.dataset, table)

        def call(monitor: Monitor) -> Standing:
            from .outcome import made_outcome, settled, work_out
            from .rehearsed import rehearsed

            if made is not None:
                outcome = made_outcome(work, recipe, made)
            else:
                outcome = settled(work_out(work, recipe, monitor=monitor), monitor)
            return _of_rehearsal(outcome, rehearsed(outcome, judged, monitor, timed=False))

        self._start(self.tr("Measuring snapshots"), (plan, recipe), call)
        return True

    def _evaluate(self, path: Path) -> None:
        document = self._document
        model, judged, judge = document.model, document.judged, document.judge
        assert model is not None and judged is not None

        def call(monitor: Monitor) -> Standing:
            from quantengine.analyze.evaluate import evaluate

            task, metric = judge.task, judge.metric
            return _of_file(
                evaluate(model.path, path, judged, task=task, metric=metric, monitor=monitor)
            )

        self._start(self.tr("Judging {0}").format(path.name), path, call)

    def _start(self, text: str, key: Key, call: Callable[[Monitor], Standing]) -> None:
        opened = self._opened
        self._begun.add(key)
        job = self._steps.start(_LANE, text, call)
        job.done.connect(lambda found: self._note(key, found, opened))
        job.finished.connect(self.changed)

    @property
    def _opened(self) -> tuple[object, ...]:
        """What figures are of."""
        document = self._document
        return document.model, document.table, document.judged

    def _note(self, key: Key, found: Standing, opened: tuple[object, ...]) -> None:
        if opened == self._opened:
            self._known[key] = found

    def _forget(self) -> None:
        self._steps.jobs.cancel(_LANE)
        self._known.clear()
        self._begun.clear()
        self.changed.emit()

    def _forget_files(self) -> None:
        self.files = ()
        self._forget()


def _is_whole(known: Standing | None) -> bool:
    """Whether it is of all samples that judge."""
    return known is not None and known.file_bytes is not None


def _of_rehearsal(outcome: Outcome, found: Rehearsal) -> Standing:
    return _of_verdict(outcome, found.verdict, found.bytes_candidate)


def _of_verdict(outcome: Outcome, found: Verdict, file_bytes: int | None = None) -> Standing:
    every = found.figures
    first = {name: every[name] for name in leading(found)}
    return Standing(
        {**first, **every}, found.sqnr_db, found.worst_db, found.samples, file_bytes, outcome
    )


def _of_file(evaluation: Evaluation) -> Standing:
    found = evaluation.verdict
    worst = found.sqnr_db if math.isnan(found.worst_db) else found.worst_db
    return Standing(found.figures, found.sqnr_db, worst, found.samples, evaluation.bytes_candidate)
