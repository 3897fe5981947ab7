"""Recovery and training of the document's plan: what is made becomes its candidate."""

from __future__ import annotations

from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.document import Document
from app.jobs import Bridge, Job
from app.recipe import Recipe, Treated, treat
from app.steps import Steps

LANE = "treatment"
_MOST_CHECKPOINTS = 5


def torch_is_installed() -> bool:
    """Without importing it, which takes seconds."""
    return find_spec("torch") is not None


class Treatments(QObject):
    """One at a time; a recipe that was decided before is made again when its inputs are there."""

    started = Signal(object)
    """A recipe is being made."""
    found = Signal(object)
    """A report of a step, or a point of training, while it runs."""
    ended = Signal()

    def __init__(self, steps: Steps, folder: Path) -> None:
        super().__init__(steps)
        self._steps = steps
        self._document: Document = steps.document
        self._folder = folder
        self._given_up: tuple[object, ...] = ()
        self._making: Recipe | None = None
        for changed in (
            self._document.data_changed,
            self._document.table_changed,
            self._document.treated_changed,
        ):
            changed.connect(self._restore)

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
        document = self._document
        model, table, dataset, plan = (
            document.model,
            document.table,
            document.dataset,
            document.plan,
        )
        if model is None or table is None or dataset is None:
            return None
        checkpoint = None if recipe.training is None else self._checkpoint(recipe)
        if checkpoint is not None and not resume:
            checkpoint.unlink(missing_ok=True)

        def call(monitor: Bridge) -> Treated:
            if checkpoint is not None:
                checkpoint.parent.mkdir(parents=True, exist_ok=True)
            return treat(
                model,
                plan,
                table,
                dataset,
                recipe,
                checkpoint=checkpoint,
                found=monitor.find,
                monitor=monitor,
            )

        text = self.tr("Recovering") if recipe.training is None else self.tr("Fine-tuning")
        job = self._steps.start(LANE, text, call)
        self._given_up, self._making = self._inputs(recipe), recipe
        job.found.connect(self.found)
        job.done.connect(self._take)
        job.finished.connect(self.ended)
        self.started.emit(recipe)
        return job

    def forget(self) -> None:
        """Back to the plan alone, as one undo step."""
        self._document.edit(self.tr("the plan alone"), recipe=None)

    def can_resume(self, recipe: Recipe) -> bool:
        """Whether a training run of this recipe was stopped, or ended, before."""
        if recipe.training is None or self._document.model is None:
            return False
        return self._checkpoint(recipe).exists()

    def _take(self, treated: Treated) -> None:
        document = self._document
        document.keep_treated(treated)
        if document.plan != treated.plan or document.table is not treated.table:
            self._steps.noted.emit(
                self.tr("The plan changed meanwhile: the result is kept for the plan as it was.")
            )
            return
        text = self.tr("recover") if treated.trained is None else self.tr("fine-tune")
        document.edit(text, recipe=treated.recipe)
        self._tidy()

    def _restore(self) -> None:
        """Recovery takes seconds and is made again by itself; training only when it is asked."""
        recipe = self._document.decided.recipe
        if recipe is None or recipe.training is not None or self._document.treated is not None:
            return
        if not self.running and self._given_up != self._inputs(recipe):
            self.start(recipe)

    def _inputs(self, recipe: Recipe) -> tuple[object, ...]:
        document = self._document
        return (document.model, document.table, document.dataset, document.plan, recipe)

    def _checkpoint(self, recipe: Recipe) -> Path:
        document = self._document
        assert document.model is not None
        parts = (
            document.model.digest,
            document.plan.to_json(),
            recipe.to_json(),
            document.decided.source,
        )
        return self._folder / f"{sha256(repr(parts).encode()).hexdigest()[:32]}.npz"

    def _tidy(self) -> None:
        """Checkpoints are as large as the model: only the last few are kept."""
        found = sorted(self._folder.glob("*.npz"), key=lambda path: path.stat().st_mtime)
        for path in found[:-_MOST_CHECKPOINTS]:
            path.unlink(missing_ok=True)
