"""Fine-tuning: training through the quantizer, and what it brings at each width."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget, QVBoxLayout

from app.context import Context
from app.panels.needs_torch import NeedsTorch
from app.panels.training import Training
from app.panels.training_form import TrainingForm
from app.panels.view import View
from app.panels.width_sweep import WidthSweep
from app.treatments import torch_is_installed


def make(context: Context) -> View:
    return FinetuneView(context)


class FinetuneView(View):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.form = TrainingForm()
        self.training = Training(context, self.form)
        self.sweep = WidthSweep(context, lambda: self.form.settings)
        self.needs_torch = NeedsTorch()
        self._lay_out()
        document = context.document
        self.follow(document.outcome_changed, document.treated_changed, document.data_changed)
        context.treatments.ended.connect(self.request_refresh)
        document.treated_changed.connect(self._show_decided)

    def refresh(self) -> None:
        document = self.context.document
        there = torch_is_installed()
        self.needs_torch.setVisible(not there)
        for part in (self.form, self.tabs):
            part.setVisible(there)
        if there and (
            document.outcome is None or document.table is None or document.dataset is None
        ):
            self.show_missing_statistics(
                self.tr("Weights and ranges will be trained through the quantizer here.")
            )
            return
        self.show_body()
        if there:
            self.training.refresh()

    def _lay_out(self) -> None:
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.training, self.tr("Training"))
        self.tabs.addTab(self.sweep, self.tr("Widths"))
        column = QVBoxLayout(self.body)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.form)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.needs_torch, 1)

    def _show_decided(self) -> None:
        recipe = self.context.document.decided.recipe
        if recipe is not None:
            self.form.show_recipe(recipe)
