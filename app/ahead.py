"""What every model needs of the window, made while the first one is opened."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from .imports import Imports, panel
from .jobs import JobRunner

_WAIT_MS = 10


class Ahead(QObject):
    """Makes the panel Tune in a turn of its own: with the model it would hold up the window."""

    def __init__(
        self, jobs: JobRunner, imports: Imports, make: Callable[[], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._jobs, self._imports, self._make = jobs, imports, make
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._look)
        jobs.started.connect(lambda _job: self._turn.start(0))

    def _look(self) -> None:
        if self._jobs.running("model") is None:
            return
        if self._imports.are_done(panel("tune")):
            self._make()
        else:
            self._turn.start(_WAIT_MS)
