"""The one mutable object: what is open, what was decided, what is selected."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from quantengine.work.recipe import Recipe

from .decided import Changes, Decided, Selection, Snapshot
from .facts import DataSource, Facts, Fit, Made
from .undo import Edit

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset
    from quantengine.graph.model import FloatModel
    from quantengine.observe.table import CalibrationTable
    from quantengine.plan import QuantPlan
    from quantengine.verdict.judge import Judge
    from quantengine.work.candidate import Candidate
    from quantengine.work.work import Work

    from .outcome import Outcome


class Document(QObject):
    """Signals say which part was swapped; `stale` is always a comparison of inputs."""

    model_changed = Signal()
    data_changed = Signal()
    judged_changed = Signal()
    """The samples that judge are others."""
    table_changed = Signal()
    staleness_changed = Signal()
    """Of the statistics: of the data that is open, or of other."""
    decided_changed = Signal()
    edited = Signal()
    """A step can be undone that could not before."""
    plan_changed = Signal()
    source_changed = Signal()
    snapshots_changed = Signal()
    candidate_changed = Signal()
    judge_changed = Signal()
    growing_changed = Signal()
    outcome_changed = Signal()
    selection_changed = Signal()
    sample_changed = Signal()
    project_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        from quantengine.plan import QuantPlan

        self.undo_stack = QUndoStack(self)
        self._facts = Facts()
        self._decided = Decided(QuantPlan())
        self._selection, self.sample = Selection(), ""
        self.allowed: frozenset[str] = frozenset()
        """SHA-256 of the files that may run as metrics."""
        self.may_leave: Callable[[], bool] = lambda: True
        """Asked before another model takes the place of the one that is open."""

    @property
    def model(self) -> FloatModel | None:
        return self._facts.model

    @property
    def dataset(self) -> Dataset | None:
        return self._facts.dataset

    @property
    def dataset_source(self) -> DataSource | None:
        """What `dataset` was opened from; `decided.source` may be ahead of it."""
        return self._facts.dataset_source

    @property
    def refused(self) -> DataSource | None:
        """Data that could not be opened as it was said; the data before is still in use."""
        return self._facts.refused

    @property
    def judged(self) -> Dataset | None:
        """The samples that judge: those that were chosen for it once they are open."""
        facts = self._facts
        return facts.dataset if facts.judges is None or self.judges_source is None else facts.judges

    @property
    def judges_source(self) -> DataSource | None:
        """What `judged` was opened from; None: it is `dataset`. `decided.judges` may be ahead."""
        return None if self._decided.judged_on is None else self._facts.judges_source

    @property
    def table(self) -> CalibrationTable | None:
        return self._facts.table

    @property
    def growing(self) -> CalibrationTable | None:
        """The statistics of the samples so far, while a calibration runs."""
        return self._facts.growing

    @property
    def outcome(self) -> Outcome | None:
        """The newest known meaning of a plan; see `outcome_is_stale`."""
        return self._facts.outcome

    @property
    def project(self) -> Path | None:
        return self._facts.project

    @property
    def decided(self) -> Decided:
        return self._decided

    @property
    def plan(self) -> QuantPlan:
        return self._decided.plan

    @property
    def work(self) -> Work | None:
        """What is asked of the open model."""
        if self.model is None:
            return None
        from quantengine.work.work import Work

        return Work(self.model, self.plan, self.dataset, self.table, self.judge)

    @property
    def judge(self) -> Judge:
        """What ranks and keeps, with the metric where that is allowed."""
        return self._decided.judging.judge(self.allowed)

    def allow(self, digests: Iterable[str]) -> None:
        self.allowed |= frozenset(digests)
        self.judge_changed.emit()

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        return self._decided.snapshots

    @property
    def candidate(self) -> Candidate | None:
        """What was made of plan and recipe; None while it is not, or where the plan is all."""
        return self.candidate_as(self.plan, self._decided.recipe)

    def candidate_as(self, plan: QuantPlan, recipe: Recipe | None) -> Candidate | None:
        """What is known of a plan and a recipe under the statistics and the data of now."""
        found = self.made_as(plan, recipe)
        return None if found is None else found.candidate

    def made_as(self, plan: QuantPlan, recipe: Recipe | None) -> Made | None:
        """The same, and what it was made on."""
        return self._facts.made_as(plan, recipe, self.judge)

    @property
    def selection(self) -> Selection:
        return self._selection

    @property
    def outcome_is_stale(self) -> bool:
        known, made = self.outcome, self.candidate
        if known is None or known.plan != self.plan or known.recipe != self._decided.recipe:
            return True
        if known.work.judge != self.judge:
            return True
        if known.work.table is not self.table or (made is not None and known.candidate is not made):
            return True
        return known.candidate is not None and known.work.dataset is not self.dataset

    @property
    def table_is_stale(self) -> bool:
        """Whether the statistics are of other data than what is open, or of another kind."""
        return not self._facts.is_observed_as(self.plan) or self._facts.table_is_stale

    @property
    def fit(self) -> Fit | None:
        """What is known of statistics and data of now; None: no more than a first look."""
        return self._facts.fit_of_now

    def set_model(self, model: FloatModel, outcome: Outcome | None = None) -> bool:
        """Starts over with another model; False, and nothing changes, where this one must stay."""
        from quantengine.plan import QuantPlan

        if not self.may_leave():
            return False
        self._facts = Facts(model=model, outcome=outcome)
        self._decided = Decided(outcome.plan if outcome is not None else QuantPlan())
        self._selection = Selection()
        self.undo_stack.clear()
        for signal in (
            self.model_changed,
            self.data_changed,
            self.judged_changed,
            self.table_changed,
            self.decided_changed,
            self.snapshots_changed,
            self.plan_changed,
            self.outcome_changed,
            self.selection_changed,
            self.judge_changed,
            self.project_changed,
            self.staleness_changed,
        ):
            signal.emit()
        return True

    def set_dataset(self, dataset: Dataset, source: DataSource) -> None:
        made = tuple(each.on(dataset) for each in self._facts.made)
        self._facts = replace(
            self._facts, dataset=dataset, dataset_source=source, refused=None, made=made
        )
        self.data_changed.emit()
        self.judged_changed.emit()
        self.staleness_changed.emit()

    def set_judges(self, dataset: Dataset, source: DataSource) -> None:
        """Samples that are held out to judge."""
        self._facts = replace(self._facts, judges=dataset, judges_source=source)
        self.judged_changed.emit()

    def refuse(self, source: DataSource) -> None:
        """Takes note of data that could not be opened: nothing to undo."""
        self._facts = replace(self._facts, refused=source)
        self.source_changed.emit()

    def adopt(self, **changes: Unpack[Changes]) -> None:
        """Takes note of what came with the model: nothing to undo."""
        self._decided = replace(self._decided, **changes)
        self.decided_changed.emit()

    def set_table(self, table: CalibrationTable, dataset: Dataset | None = None) -> None:
        """`dataset`: what the statistics were just collected on."""
        fit = None if dataset is None else Fit(table, dataset, same=True)
        self._facts = replace(self._facts, table=table, growing=None, fit=fit)
        self.table_changed.emit()
        self.staleness_changed.emit()

    def set_fit(self, fit: Fit) -> None:
        self._facts = replace(self._facts, fit=fit)
        self.staleness_changed.emit()

    def set_growing(self, table: CalibrationTable | None) -> None:
        """To be looked at only: nothing is decided by half of the samples."""
        if table is not self._facts.growing:
            self._facts = replace(self._facts, growing=table)
            self.growing_changed.emit()

    def set_outcome(self, outcome: Outcome) -> None:
        self._facts = replace(self._facts, outcome=outcome)
        self.keep_outcome(outcome)
        self.outcome_changed.emit()

    def keep_outcome(self, outcome: Outcome) -> None:
        """Remembers what was made beyond the plan, for when the document comes to it."""
        if outcome.settled and outcome.candidate is not None and outcome.candidate.recipe.steps:
            made = Made(outcome.recipe, outcome.work.table, outcome.candidate)
            self._facts = self._facts.remembering(made)

    def keep_made(self, made: Made) -> None:
        """Remembers what a recipe made under some statistics."""
        self._facts = self._facts.remembering(made)
        self.candidate_changed.emit()

    def set_project(self, path: Path | None) -> None:
        self._facts = replace(self._facts, project=path)
        self.project_changed.emit()

    def restore(self, decided: Decided) -> None:
        """Puts what a project file held in place, with nothing to undo."""
        self.undo_stack.clear()
        self._put(decided)

    def select(self, *layers: str, tensor: str | None = None, channel: int | None = None) -> None:
        selection = Selection(tuple(layers), tensor, channel)
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit()

    def select_sample(self, name: str) -> None:
        self.sample = name
        self.sample_changed.emit()

    def edit(self, text: str, *, merge: str | None = None, **changes: Unpack[Changes]) -> None:
        """One undo step that changes parts of `decided`; nothing happens where all stay equal."""
        after = replace(self._decided, **changes)
        if after != self._decided:
            self.undo_stack.push(Edit(self._step, self._decided, after, text, merge))
            self.edited.emit()

    def keep_snapshots(self, snapshots: tuple[Snapshot, ...]) -> None:
        """What is kept outlives undo, which only brings back what was removed."""
        self._put(replace(self._decided, snapshots=snapshots))

    def _step(self, leaves: Decided, comes_to: Decided) -> None:
        """Of the undo stack, either way: snapshots kept meanwhile stay."""
        gone = [each for each in leaves.snapshots if each not in comes_to.snapshots]
        kept = [each for each in self.snapshots if each not in gone]
        back = [each for each in comes_to.snapshots if each not in leaves.snapshots]
        self._put(replace(comes_to, snapshots=(*kept, *(s for s in back if s not in kept))))

    def _put(self, decided: Decided) -> None:
        before, self._decided = self._decided, decided
        self.decided_changed.emit()
        if before.plan != decided.plan:
            self.plan_changed.emit()
        if before.judging != decided.judging:
            self.judge_changed.emit()
        if before.recipe != decided.recipe:
            self.candidate_changed.emit()
        if before.source != decided.source:
            self._facts = replace(self._facts, refused=None)
            self.source_changed.emit()
        if before.judged_on != decided.judged_on:
            self.judged_changed.emit()
        if before.snapshots != decided.snapshots:
            self.snapshots_changed.emit()
