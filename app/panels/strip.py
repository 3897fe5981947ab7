"""The strip at the bottom: the network's verdict, and the work in progress."""

from __future__ import annotations

import time

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from app.document import Document
from app.jobs import Job, JobRunner
from app.text import ELLIPSIS, decibel, duration, number, size
from app.theme import Theme

_QUIET_LANES = ("outcome", "statistics")
"""Work so short that a bar would only flicker."""


class Strip(QWidget):
    """Text, bar, time left and cancel while something runs; the verdict always."""

    def __init__(self, document: Document, jobs: JobRunner, theme: Theme) -> None:
        super().__init__()
        self._document = document
        self._jobs = jobs
        self._theme = theme
        self._shown: Job | None = None
        self.verdict = QLabel()
        self.work = QLabel()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(160)
        self.cancel = QToolButton()
        self.cancel.setAutoRaise(True)
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Cancel the work in progress"))
        self.cancel.setToolTip(self.tr("Stops at once and keeps nothing half-done (Esc)"))
        self.cancel.clicked.connect(self.cancel_shown)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 4, 12, 4)
        line.setSpacing(12)
        line.addWidget(self.verdict)
        line.addStretch(1)
        line.addWidget(self.work)
        line.addWidget(self.bar)
        line.addWidget(self.cancel)
        jobs.started.connect(self._watch)
        jobs.ended.connect(self._ended)
        for changed in (document.outcome_changed, document.plan_changed, document.model_changed):
            changed.connect(self._show_verdict)
        self._show_job(None)
        self._show_verdict()

    def cancel_shown(self) -> None:
        if self._shown is not None:
            job = self._shown
            job.cancel()
            self._pick()

    def _watch(self, job: Job) -> None:
        if job.lane not in _QUIET_LANES:
            job.progressed.connect(lambda *step: self._progress(job, *step))
            self._show_job(job)

    def _ended(self, job: Job) -> None:
        if job is self._shown:
            self._pick()

    def _pick(self) -> None:
        loud = [job for job in self._jobs.jobs if job.lane not in _QUIET_LANES]
        self._show_job(loud[-1] if loud else None)

    def _show_job(self, job: Job | None) -> None:
        self._shown = job
        for widget in (self.work, self.bar, self.cancel):
            widget.setVisible(job is not None)
        if job is not None:
            self.work.setText(f"{job.text}{ELLIPSIS}")
            self.bar.setRange(0, 0)

    def _progress(self, job: Job, done: int, total: int, text: str) -> None:
        if job is not self._shown:
            return
        if total <= 0:
            self.bar.setRange(0, 0)
            self.work.setText(f"{text} {done}")
            return
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.work.setText(f"{text} {self._pace(job, done, total)}")

    def _pace(self, job: Job, done: int, total: int) -> str:
        spent = time.monotonic() - job.started_s
        if not done or spent <= 0:
            return f"{done} / {total}"
        rate = done / spent
        left = duration((total - done) / rate)
        return self.tr("{0} / {1}, {2} a second, {3} left").format(
            done, total, number(rate, 2), left
        )

    def _show_verdict(self) -> None:
        outcome = self._document.outcome
        if outcome is None:
            self.verdict.setText("")
            return
        before = sum(row.bytes for row in outcome.rows)
        after = sum(row.bytes_after for row in outcome.rows)
        arrow = "\N{RIGHTWARDS ARROW}"
        parts = [self.tr("parameters {0} {1} {2}").format(size(before), arrow, size(after))]
        known = [row.sqnr_db for row in outcome.rows if row.sqnr_db is not None]
        if known:
            worst = min(outcome.rows, key=lambda r: 1e9 if r.sqnr_db is None else r.sqnr_db)
            parts.append(
                self.tr("worst layer {0} dB ({1})").format(decibel(worst.sqnr_db), worst.name)
            )
        stale = self._document.outcome_is_stale
        if stale:
            parts.append(self.tr("working out"))
        self.verdict.setText("  \N{MIDDLE DOT}  ".join(parts))
        self.verdict.setEnabled(not stale)
