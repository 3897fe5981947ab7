"""Which samples judge: those of calibration, or others that nothing was chosen by."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from quantengine.errors import DataError
from quantengine.monitor import Monitor

from .document import Document
from .facts import DataSource
from .held_out import has_names, other_arrays
from .jobs import ARRAYS_LANE, Job
from .steps import Steps

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset

LANE = "judges"


class Judges(QObject):
    """Opens what was chosen, and again when an undo or other preprocessing asks for it."""

    def __init__(self, steps: Steps) -> None:
        super().__init__(steps)
        self._steps = steps
        self._document: Document = steps.document
        self._opening: DataSource | None = None
        self._others: tuple[DataSource | None, tuple[DataSource, ...]] = (None, ())
        self._document.data_changed.connect(self._look_beside)
        for changed in (self._document.source_changed, self._document.judged_changed):
            changed.connect(self._follow)

    @property
    def others(self) -> tuple[DataSource, ...]:
        """Other arrays in the file of the data that may judge, once it was looked at."""
        source, found = self._others
        return found if source == self._document.dataset_source else ()

    def choose(self, source: DataSource | None) -> Job | None:
        """Makes `source` what judges, as one undo step once it is open; None: the data itself."""
        document = self._document
        if source is None:
            document.edit(self.tr("judge on the same data"), judged_on=None)
            return None

        def chosen() -> None:
            document.edit(self.tr("judge on {0}").format(source.name), judged_on=source)

        own = document.decided.source
        return self._open(source if own is None else source.prepared_as(own), chosen)

    def _look_beside(self) -> None:
        """Reads what a menu offers before it is opened: a file may be far away."""
        source, jobs = self._document.dataset_source, self._steps.jobs
        if source is None or not has_names(source):
            jobs.cancel(ARRAYS_LANE)
            return

        def call(_monitor: Monitor) -> tuple[DataSource, ...]:
            try:
                return other_arrays(source)
            except DataError:  # a file that went away holds none
                return ()

        job = self._steps.start(ARRAYS_LANE, "", call)
        job.done.connect(lambda found: setattr(self, "_others", (source, found)))

    def _follow(self) -> None:
        document, wanted = self._document, self._document.decided.judges
        if wanted is None or document.dataset is None:
            self._steps.jobs.cancel(LANE)
        elif wanted not in (document.judges_source, self._opening):
            self._open(wanted, lambda: None)

    def _open(self, source: DataSource, then: Callable[[], None]) -> Job | None:
        def done(dataset: Dataset) -> None:
            self._document.set_judges(dataset, source)
            then()

        def finished() -> None:
            if self._opening is source:
                self._opening = None

        self._opening = source
        job = self._steps.read_data(LANE, source, done)
        if job is not None:
            job.finished.connect(finished)
        return job
