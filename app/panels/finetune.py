"""Fine-tuning: training through the quantizer, and what it brings at each width."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget

from ..context import Context
from ..panels.needs_torch import NeedsTorch
from ..panels.training import Training
from ..panels.training_form import TrainingForm
from ..panels.view import View
from ..panels.width_sweep import WidthSweep
from ..treatments import torch_is_installed
from ..widgets.row import fill, vertical


class FinetuneView(View):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.form = TrainingForm()
        self.training = Training(context, self.form)
        self.sweep = WidthSweep(context, lambda: self.form.settings, trains=torch_is_installed)
        self.needs_torch = NeedsTorch()
        self._lay_out()
        document = context.document
        self.follow(document.outcome_changed, document.candidate_changed, document.data_changed)
        context.treatments.ended.connect(self.request_refresh)
        document.candidate_changed.connect(self._show_decided)

    def refresh(self) -> None:
        document = self.context.document
        there = torch_is_installed()
        known = None not in (document.outcome, document.table, document.dataset)
        if there and not known:
            self.show_missing_statistics(
                self.tr("Weights and ranges will be trained through the quantizer here.")
            )
            return
        self.show_body()
        self.form.setVisible(there)
        for part, usable in (
            (self.training, there),
            (self.needs_torch, not there),
            (self.sweep, known),
        ):
            self.tabs.setTabVisible(self.tabs.indexOf(part), usable)
        self.sweep.refresh()
        if there:
            self.training.refresh()

    def _lay_out(self) -> None:
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for part in (self.training, self.needs_torch):
            self.tabs.addTab(part, self.tr("Training"))
        self.tabs.addTab(self.sweep, self.tr("Widths"))
        column = vertical(self.body, 16, 12, 16, 12, spacing=8)
        fill(column, self.form, (self.tabs, 1))

    def _show_decided(self) -> None:
        recipe = self.context.document.decided.recipe
        if recipe is not None:
            self.form.show_recipe(recipe)
