"""Recovery and training of the document's plan: what is made becomes its candidate."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from quantengine.finetune.outcome import Point
from quantengine.work.recipe import Recipe

from .checkpoints import Checkpoints, Reached
from .decided import PLAN_ALONE
from .document import Document
from .facts import Made
from .jobs import Bridge, Job
from .steps import Steps

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset
    from quantengine.observe.table import CalibrationTable
    from quantengine.work.candidate import Candidate

LANE = "treatment"


def torch_is_installed() -> bool:
    """Without importing it, which takes seconds."""
    return find_spec("torch") is not None


class Treatments(QObject):
    """One at a time, when it is asked for; what is quick is made again with the outcome."""

    started = Signal(object)
    """A recipe is being made."""
    found = Signal(object)
    """A report of a step, or a point of training, while it runs."""
    ended = Signal()

    def __init__(self, steps: Steps, folder: Path) -> None:
        super().__init__(steps)
        self._steps = steps
        self._document: Document = steps.document
        self._checkpoints = Checkpoints(folder)
        self._named: tuple[Dataset | None, CalibrationTable | None, str] = (None, None, "")
        self._making: Recipe | None = None

    @property
    def running(self) -> bool:
        return self._steps.jobs.running(LANE) is not None

    @property
    def making(self) -> Recipe | None:
        """The recipe that is being made, if any."""
        return self._making if self.running else None

    def start(self, recipe: Recipe, *, resume: bool = False) -> Job | None:
        """Makes `recipe` of the plan as it is; the result is one undo step.

        Training goes on from its checkpoint with `resume`.
        """
        work, table = self._document.work, self._document.table
        if work is None or table is None or work.dataset is None:
            return None
        from quantengine.work.make import make

        key = None if recipe.training is None else self._key(recipe)
        statistics = None if recipe.observes_itself else table
        making = partial(make, replace(work, table=statistics), recipe)

        def call(monitor: Bridge) -> Candidate:
            if key is None:
                return making(watch=monitor.find, monitor=monitor)

            def found(part: object) -> None:
                if isinstance(part, Point):
                    self._checkpoints.note(key, Reached(part.step, part.total))
                monitor.find(part)

            with self._checkpoints.running(key, anew=not resume) as checkpoint:
                return making(checkpoint=checkpoint, watch=found, monitor=monitor)

        text = self.tr("Recovering") if recipe.training is None else self.tr("Fine-tuning")
        job = self._steps.start(LANE, text, call)
        self._making = recipe
        job.found.connect(self.found)
        job.done.connect(lambda candidate: self._take(candidate, table))
        job.finished.connect(self.ended)
        self.started.emit(recipe)
        return job

    def forget(self) -> None:
        """Back to the plan alone, as one undo step."""
        self._document.edit(self.tr("the plan alone"), recipe=PLAN_ALONE)

    def can_resume(self, recipe: Recipe) -> bool:
        """Whether a training run of this recipe was stopped, or ended, before."""
        document = self._document
        if recipe.training is None or document.dataset is None or document.table is None:
            return False
        return self._checkpoints.exists(self._key(recipe))

    def reached(self, recipe: Recipe) -> Reached | None:
        """How far a training that can be resumed had got; None: not known."""
        return self._checkpoints.reached(self._key(recipe))

    def _take(self, candidate: Candidate, table: CalibrationTable) -> None:
        document = self._document
        document.keep_made(Made(candidate.recipe, table, candidate))
        if document.plan != candidate.plan or document.table is not table:
            self._steps.noted.emit(
                self.tr("The plan changed meanwhile: the result is kept for the plan as it was.")
            )
            return
        text = self.tr("recover") if candidate.trained is None else self.tr("fine-tune")
        document.edit(text, recipe=candidate.recipe)
        self._checkpoints.tidy()

    def _key(self, recipe: Recipe) -> str:
        document = self._document
        assert document.model is not None
        parts = (
            document.model.digest,
            document.plan.to_json(),
            recipe.to_json(),
            document.decided.judging,
            document.decided.source,
            self._name_of_data(),
        )
        return sha256(repr(parts).encode()).hexdigest()[:32]

    def _name_of_data(self) -> str:
        """Asked for at every key press, and data may have a million samples."""
        dataset, table = self._document.dataset, self._document.table
        assert dataset is not None and table is not None
        if self._named[:2] != (dataset, table):
            text = repr((dataset.describe(), dataset.names, dataset.labels, table.data_hash))
            self._named = (dataset, table, sha256(text.encode()).hexdigest())
        return self._named[2]
