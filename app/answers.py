"""What both networks say of single samples: judged by itself once somebody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from .findings import QUIET_MS, Findings
from .network import Measured, Network, ready_to_judge
from .steps import Steps

if TYPE_CHECKING:
    from quantengine.analyze.results import Results
    from quantengine.monitor import Monitor

LANE = "results"
_MOST, _SHOWN, _SECONDS = 48, 24, 6.0
_BESIDE = frozenset(
    {"idle", "rest", "why", "sensitivity", "autosave", "save", "fit", "thumbnails", "presets"}
)
"""Work that this need not wait for."""


class Answers(QObject):
    """Of the worst samples under the newest plan.

    Waits until the network was measured and the layers suspected most were tried.
    """

    changed = Signal()

    def __init__(self, steps: Steps, network: Network, findings: Findings) -> None:
        super().__init__(steps)
        self._steps, self._network, self._findings = steps, network, findings
        self._document = steps.document
        self.known: Measured[Results] | None = None
        self._wanted = False
        self._refused: object = None
        """The outcome that was cancelled, or could not be judged."""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(QUIET_MS + 50)  # then a look by itself has begun
        self._soon.timeout.connect(self._consider)
        self._document.model_changed.connect(self._forget)
        for changed in (self._document.outcome_changed, self._document.judged_changed):
            changed.connect(self._stop_outdated)
        network.changed.connect(self.changed)
        network.layers_changed.connect(self._soon.start)
        steps.jobs.ended.connect(lambda _: self._soon.start())

    @property
    def is_stale(self) -> bool:
        """Whether they are of another plan, model or data than those open now."""
        return not self._network.is_current(self.known)

    @property
    def given_up(self) -> bool:
        """Whether it was stopped, or failed, for what is open now."""
        return self._refused is not None and self._refused is self._document.outcome

    @property
    def running(self) -> bool:
        return self._steps.jobs.running(LANE) is not None

    @property
    def state(self) -> str:
        """Why there are none yet."""
        if self.running:
            return self.tr("Judging samples...")
        if self.given_up:
            return self.tr("Judging samples was stopped.")
        return self.tr("Judged once nothing else runs.")

    def want(self) -> None:
        """Somebody looks: judged as soon as nothing else has to be done first."""
        self._wanted = True
        self._soon.start()

    def _consider(self) -> None:
        if not self._wanted or self._network.is_stale or self._network.errors_are_stale:
            return
        jobs = self._steps.jobs
        if not self.is_stale or any(job.lane not in _BESIDE for job in jobs.jobs):
            return
        if self._findings.suspects_first:
            return
        if self._document.outcome is not self._refused:
            self._judge()

    def _judge(self) -> None:
        document = self._document
        outcome, dataset = document.outcome, document.judged
        if outcome is None or outcome.resolution is None or dataset is None:
            return
        self._wanted = False

        def call(monitor: Monitor) -> Measured[Results]:
            from quantengine.analyze.results import worst_under

            ready, resolution = ready_to_judge(outcome, monitor)
            found = worst_under(
                ready.model,
                resolution.encodings,
                dataset,
                task=outcome.work.judge.task,
                limit=_MOST,
                shown=_SHOWN,
                seconds=_SECONDS,
                monitor=monitor,
            )
            return Measured(outcome, dataset, found)

        job = self._steps.start(LANE, self.tr("Judging samples"), call)
        job.done.connect(self._take)
        job.finished.connect(self._end)

    def _stop_outdated(self) -> None:
        if self.is_stale:
            self._steps.jobs.cancel(LANE)

    def _take(self, found: Measured[Results]) -> None:
        self.known = found
        self.changed.emit()

    def _end(self) -> None:
        """What was cancelled is not begun again by itself."""
        if self.is_stale and not self._network.is_stale:
            self._refused = self._document.outcome
        self.changed.emit()

    def _forget(self) -> None:
        self.known, self._refused = None, None
        self.changed.emit()
