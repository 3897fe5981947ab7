"""What the float network makes of labelled pictures under each preset: tried once for each data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from quantengine.monitor import Monitor

from .document import Document
from .facts import DataSource
from .jobs import Job
from .steps import Steps

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset
    from quantengine.work.presets import PresetTrial


_Pictures = tuple[DataSource, tuple[str, ...]]
_MOST_TRIED = 3


class Presets(QObject):
    changed = Signal()

    def __init__(self, steps: Steps) -> None:
        super().__init__(steps)
        self._steps = steps
        self._document: Document = steps.document
        self._tried: list[tuple[_Pictures, tuple[PresetTrial, ...]]] = []
        self._kept: list[DataSource] = []
        """Where a person wants the guess to stay."""
        self._document.model_changed.connect(self._forget)

    @property
    def trials(self) -> tuple[PresetTrial, ...] | None:
        """Of the pictures of now, the best first; None while they were not tried."""
        labelled = self._labelled
        pictures = None if labelled is None else _pictures(*labelled)
        return next((trials for tried, trials in self._tried if tried == pictures), None)

    @property
    def used(self) -> str | None:
        """The preset of the data of now."""
        dataset = self._document.dataset
        prepared = () if dataset is None else dataset.preprocessing.values()
        return next((each.preset for each in prepared), None)

    @property
    def guessed(self) -> bool:
        """Whether nobody chose how the values of pictures are prepared."""
        dataset, source = self._document.dataset, self._document.dataset_source
        if dataset is None or source is None or source in self._kept:
            return False
        from quantengine.work.presets import guessed_preset

        return guessed_preset(dataset, source.options) is not None

    @property
    def better(self) -> tuple[PresetTrial, PresetTrial] | None:
        """As it is now and as it could be, where that is clearly better."""
        if self.used is None or not self.trials:
            return None
        from quantengine.work.presets import better_preset

        return better_preset(self.trials, self.used)

    def begin(self, lane: str) -> Job | None:
        """Tries them, unless that is known or there are no labels."""
        model, labelled = self._document.model, self._labelled
        if model is None or model.quantized is not None or labelled is None:
            return None
        if self.trials is not None:
            return None
        dataset, source = labelled

        def call(monitor: Monitor) -> tuple[PresetTrial, ...]:
            from quantengine.work.presets import try_presets

            return try_presets(model, source.path, source.options, monitor=monitor)

        job = self._steps.start(lane, self.tr("Trying presets"), call)
        job.done.connect(lambda found: self._take(_pictures(dataset, source), found))
        return job

    def use(self, preset: str) -> None:
        """One undo step; statistics of the pictures as they were would tell nothing."""
        source = self._document.dataset_source
        if source is None:
            return
        job = self._steps.choose_data(_prepared(source, preset))
        if job is not None:
            job.done.connect(lambda _dataset: self._steps.calibrate())

    def keep(self) -> None:
        """Says no more of the guess for this data."""
        if self._document.dataset_source is not None:
            self._kept.append(self._document.dataset_source)
            self.changed.emit()

    @property
    def _labelled(self) -> tuple[Dataset, DataSource] | None:
        """The pictures of calibration, else those that judge."""
        document = self._document
        for dataset, source in (
            (document.dataset, document.dataset_source),
            (document.judged, document.judges_source),
        ):
            if dataset is None or source is None or not dataset.preprocessing:
                continue
            if dataset.labelled:
                return dataset, source
        return None

    def _take(self, pictures: _Pictures, found: tuple[PresetTrial, ...]) -> None:
        """The last few stay, so that an undo finds them."""
        self._tried = [*self._tried[-_MOST_TRIED:], (pictures, found)]
        self.changed.emit()

    def _forget(self) -> None:
        self._tried, self._kept = [], []
        self.changed.emit()


def _pictures(dataset: Dataset, source: DataSource) -> _Pictures:
    """Whatever preset they are open with: each was tried."""
    return _prepared(source, None), dataset.names


def _prepared(source: DataSource, preset: str | None) -> DataSource:
    return replace(source, options=replace(source.options, preset=preset, mean=None, std=None))
