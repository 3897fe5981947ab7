"""Says that what was recovered or trained is of another plan, with the ways out."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from quantengine.work.recipe import Recipe

from ..context import Context
from ..widgets.label import Label
from ..widgets.row import fill


class RecoveryBar(QFrame):
    """There as long as the recipe that was decided is not made of the plan of now."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.text = Label()
        self.text.setWordWrap(True)
        self.again = QPushButton()
        self.again.clicked.connect(lambda _checked: self._make())
        self.undo = QPushButton(self.tr("Undo"))
        self.undo.clicked.connect(lambda _checked: context.document.undo_stack.undo())
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 6, 8, 6)
        fill(line, (self.text, 1), self.again, self.undo)
        document, jobs = context.document, context.jobs
        for changed in (document.outcome_changed, document.candidate_changed, jobs.ended):
            changed.connect(self._refresh)
        jobs.started.connect(self._refresh)
        self._refresh()

    def _refresh(self, *_: object) -> None:
        recipe = self._unmade()
        self.setVisible(recipe is not None)
        if recipe is None:
            return
        self.undo.setVisible(self._context.document.undo_stack.canUndo())
        if recipe.training is None:
            text = self.tr("Recovery no longer fits: figures and layers are of the plan alone.")
            self.again.setText(self.tr("Recover again"))
        else:
            text = self.tr("Fine-tuning no longer fits: figures and layers are of the plan alone.")
            self.again.setText(self.tr("Fine-tune again"))
        self.text.setText(text)

    def _unmade(self) -> Recipe | None:
        document, treatments = self._context.document, self._context.treatments
        outcome, recipe = document.outcome, document.decided.recipe
        waits = document.outcome_is_stale or self._context.jobs.running("outcome") is not None
        if recipe is None or outcome is None or outcome.resolution is None or document.candidate:
            return None
        if waits or treatments.running or not (recipe.steps or recipe.training):
            return None
        return recipe

    def _make(self) -> None:
        recipe = self._unmade()
        if recipe is not None:
            self._context.treatments.start(recipe)
