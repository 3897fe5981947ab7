"""Fine-tuning: training through the quantizer."""

from __future__ import annotations

from functools import cached_property

from ..context import Context
from ..expected import EPOCH
from ..panels.card import Card
from ..panels.needs_torch import NeedsTorch
from ..panels.training import Training
from ..panels.training_form import TrainingForm
from ..treatments import torch_is_installed
from ..widgets.row import fill, vertical


class FinetuneView(Card):
    def __init__(self, context: Context) -> None:
        purpose = self.tr(
            "Trains weights and ranges through the quantizer, for few bits, where recovery is not "
            "enough. It learns from labels where there are some, else from the float network."
        )
        super().__init__(context, purpose)
        self.form = TrainingForm()
        self._parts = vertical(self.results, 0, 0, 0, 0, spacing=8)
        fill(self._parts, self.form)
        self.show_results(True)
        document = context.document
        self.follow(document.outcome_changed, document.candidate_changed, document.data_changed)
        self.follow(context.expected.changed)
        context.treatments.ended.connect(self.request_refresh)
        document.candidate_changed.connect(self._show_decided)

    @cached_property
    def training(self) -> Training:
        """Made a turn after the form, so that neither stalls."""
        made = Training(self.context, self.form)
        fill(self._parts, (made, 1))
        return made

    @cached_property
    def needs_torch(self) -> NeedsTorch:
        made = NeedsTorch()
        self._parts.insertWidget(0, made)
        return made

    def refresh(self) -> None:
        document = self.context.document
        there = torch_is_installed()
        if there and None in (document.outcome, document.table, document.dataset):
            self.show_missing_statistics(
                self.tr("Weights and ranges will be trained through the quantizer here.")
            )
            return
        self.show_body()
        self.form.setVisible(there)
        for part in ("training", "needs_torch"):
            wanted = there is (part == "training")
            if wanted or part in vars(self):
                getattr(self, part).setVisible(wanted)
        self.expect(self._expectation() if there else "")
        self.say("")
        if there:
            self.training.refresh()

    def _expectation(self) -> str:
        told = self.context.expected.source(EPOCH)
        return told or self.tr("How long it takes is known after the first epoch.")

    def _show_decided(self) -> None:
        recipe = self.context.document.decided.recipe
        if recipe is not None:
            self.form.show_recipe(recipe)
