"""What the float network makes of labelled samples under each preset: one click takes another."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..context import Context
from ..text import share
from ..translation import counted
from ..widgets.flow import Flow
from ..widgets.label import Label
from ..widgets.row import push_button

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset
    from quantengine.work.presets import PresetTrial


class PresetChoice(Flow):
    """Tried once for each data that is opened; nothing is shown where there are no labels."""

    def __init__(self, context: Context) -> None:
        super().__init__(between=8)
        self._presets = context.findings.presets
        self._jobs = context.jobs
        self._of: Dataset | None = None
        self.hide()

    def show_dataset(self, dataset: Dataset | None) -> None:
        """`dataset`: what is open, if it is as was said."""
        self._show(() if dataset is None else self._presets.trials or ())
        if dataset is not self._of:
            self._of = dataset
            self._jobs.cancel("presets")
            if dataset is not None:
                self._presets.begin("presets")

    def _show(self, trials: tuple[PresetTrial, ...]) -> None:
        self.clear()
        self.setVisible(bool(trials))
        if not trials:
            return
        used, better = self._presets.used, self._presets.better
        text = self.tr("The float network is right, on {0} each:")
        self.add(Label(text.format(counted(trials[0].samples, "sample"))))
        for trial in trials:
            name = f"{trial.preset} {share(trial.accuracy)}"
            button = push_button(name, partial(self._presets.use, trial.preset), self._tip())
            button.setCheckable(True)
            button.setChecked(trial.preset == used)
            button.setProperty("primary", better is not None and trial is better[1])
            self.add(button)

    def _tip(self) -> str:
        return self.tr(
            "A model does not say what it was trained with: a wrong preset costs accuracy.\n"
            "Takes this one, with what else is said of the data; can be undone."
        )
