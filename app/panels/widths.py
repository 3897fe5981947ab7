"""How good the network is at each width: as calibrated, recovered and fine-tuned."""

from __future__ import annotations

from quantengine.finetune.settings import Settings

from ..context import Context
from ..panels.card import Card
from ..panels.width_rows import WidthRows
from ..panels.width_sweep import WidthSweep
from ..treatments import torch_is_installed
from ..widgets.row import fill, vertical


class WidthsView(Card):
    def __init__(self, context: Context) -> None:
        purpose = self.tr(
            "Runs the whole network at each width, as calibrated and as recovered, to see how "
            "narrow it may be before anything is chosen for single layers."
        )
        if torch_is_installed():
            purpose = self.tr(
                "Runs the whole network at each width, as calibrated, recovered and fine-tuned, to "
                "see how narrow it may be before anything is chosen for single layers."
            )
        super().__init__(context, purpose)
        self.pieces = iter((self._make_sweep, self._make_rows, self._lay_out))

    def _make_sweep(self) -> None:
        self.sweep = WidthSweep(self.context, self._settings, trains=torch_is_installed)

    def _make_rows(self) -> None:
        self.rows = WidthRows(self.context, self._settings, trains=torch_is_installed)

    def _lay_out(self) -> None:
        context = self.context
        self.add_controls(*self.sweep.controls, self.rows.button, self.rows.trained)
        fill(vertical(self.results, 0, 0, 0, 0), self.sweep, self.rows)
        document = context.document
        self.follow(document.outcome_changed, document.data_changed, context.expected.changed)
        self.sweep.changed.connect(self._note_state)
        self.rows.changed.connect(self._note_state)

    def refresh(self) -> None:
        document = self.context.document
        if None in (document.outcome, document.table, document.dataset):
            self.show_missing_statistics(
                self.tr("How good the network is at each width will be drawn here.")
            )
            return
        self.show_body()
        self.sweep.refresh()
        self.rows.refresh()
        self._note_state()

    def _note_state(self) -> None:
        self.expect(self.sweep.expectation())
        self.say(self.sweep.note)
        self.sweep.setVisible(bool(self.sweep.points))
        self.show_results(bool(self.sweep.points or self.rows.cells))

    def _settings(self) -> Settings:
        """Those of the training that was decided, else the usual ones."""
        recipe = self.context.document.decided.recipe
        training = None if recipe is None else recipe.training
        return Settings() if training is None else training
