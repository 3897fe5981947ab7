"""What the float network makes of labelled samples under each preset: one click takes another."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ..context import Context
from ..facts import DataSource
from ..text import share
from ..translation import counted
from ..widgets.flow import Flow
from ..widgets.label import Label
from ..widgets.row import push_button

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset
    from quantengine.monitor import Monitor
    from quantengine.work.presets import PresetTrial

_CLEAR = 0.2
"""How much better another preset must be to be pointed at."""


class PresetChoice(QWidget):
    """Tried once for each data that is opened; nothing is shown where there are no labels."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._of: Dataset | None = None
        self._flow = Flow(between=8)
        self.setLayout(self._flow)
        self.parts: list[QWidget] = []
        self.hide()

    def show_dataset(self, dataset: Dataset | None, source: DataSource) -> None:
        if dataset is self._of:
            return
        self._of = dataset
        self._context.jobs.cancel("presets")
        self._show(dataset, source, ())
        model = self._context.document.model
        if dataset is None or model is None or not dataset.labelled or not dataset.preprocessing:
            return

        def call(monitor: Monitor) -> tuple[PresetTrial, ...]:
            from quantengine.work.presets import try_presets

            return try_presets(model, source.path, source.options, monitor=monitor)

        job = self._context.steps.start("presets", self.tr("Trying presets"), call)
        job.done.connect(lambda found: self._show(dataset, source, found))

    def _show(
        self, dataset: Dataset | None, source: DataSource, trials: tuple[PresetTrial, ...]
    ) -> None:
        for part in self.parts:
            self._flow.removeWidget(part)
            part.deleteLater()
        self.parts = []
        self.setVisible(bool(trials))
        if dataset is None or dataset is not self._of or not trials:
            return
        used = next(iter(dataset.preprocessing.values())).preset
        now = next((each.accuracy for each in trials if each.preset == used), 1.0)
        text = self.tr("The float network is right, on {0} each:")
        self._add(Label(text.format(counted(trials[0].samples, "sample"))))
        for trial in trials:
            name = f"{trial.preset} {share(trial.accuracy)}"
            button = push_button(name, partial(self._choose, source, trial.preset), self._tip())
            button.setCheckable(True)
            button.setChecked(trial.preset == used)
            best = trial is trials[0] and trial.accuracy >= now + _CLEAR
            button.setProperty("primary", best)
            self._add(button)

    def _add(self, part: QWidget) -> None:
        self.parts.append(part)
        self._flow.addWidget(part)

    def _tip(self) -> str:
        return self.tr(
            "A model does not say what it was trained with: a wrong preset costs accuracy.\n"
            "Takes this one, with what else is said of the data; can be undone."
        )

    def _choose(self, source: DataSource, preset: str) -> None:
        options = replace(source.options, preset=preset, mean=None, std=None)
        self._context.steps.choose_data(DataSource(source.path, options))
