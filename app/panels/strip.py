"""The strip at the bottom: the work in progress, and what the last edit did."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QToolButton, QWidget

from quantengine.sentence import Sentence

from ..context import Context
from ..jobs import ARRAYS_LANE, IDLE_LANE, REST_LANE, Job
from ..text import ELLIPSIS, duration, number
from ..translation import said
from ..verdict_figures import signed
from ..widgets.elided_label import ElidedLabel
from ..widgets.label import Label
from ..widgets.row import fill, horizontal
from ..widgets.soon import Soon

_HEIGHT = 26
_QUIET_LANES = (
    REST_LANE,
    ARRAYS_LANE,
    "outcome",
    "statistics",
    "methods",
    "network",
    "layer errors",
    "autosave",
    "fit",
)
"""Work so short, or so far behind the scenes, that a bar would only flicker."""
_BY_ITSELF = (IDLE_LANE, "results")
"""Work that nobody asked for is not missed."""
_WRITING_LANES = ("export", "save", "report")
MISSED_AFTER_S = 3.0
"""Work that took longer is not thrown away without a question."""


class Strip(QWidget):
    """Text, bar, time left and cancel while something runs; the last edit with its way back."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        document, jobs = context.document, context.jobs
        self._document = document
        self._jobs = jobs
        self._network = context.network
        self._shown: Job | None = None
        self._findings = context.findings
        self.edit = ElidedLabel()
        self.edit.setProperty("dim", True)
        self.edit.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.undo = QToolButton()
        self.undo.setAutoRaise(True)
        self.undo.setText(self.tr("Undo"))
        self.undo.setAccessibleName(self.tr("Undo the last edit"))
        self.undo.clicked.connect(document.undo_stack.undo)
        self.work = Label()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(160)
        self.cancel = QToolButton()
        self.cancel.setAutoRaise(True)
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Cancel the work in progress"))
        self.cancel.setToolTip(self.tr("Stops at once and keeps nothing half-done (Esc)"))
        self.cancel.clicked.connect(self.cancel_shown)
        line = horizontal(self, 12, 0, 12, 0, spacing=12)
        self.setFixedHeight(_HEIGHT)
        fill(line, self.work, self.bar, self.cancel, (self.edit, 1), self.undo)
        jobs.started.connect(self._watch)
        jobs.ended.connect(self._ended)
        soon = Soon(self, self.show_edit)  # the stack moves after the document did
        soon.after(
            context.network.changed,
            document.decided_changed,
            document.edited,
            document.model_changed,
            document.outcome_changed,
        )
        self._show_job(None)
        self.show_edit()

    @property
    def work_in_progress(self) -> str | None:
        """What runs that would be missed: a file being written, or what began a while ago."""
        now = time.monotonic()
        for job in self._jobs.jobs:
            old = now - job.started_s > MISSED_AFTER_S
            missed = old and job.lane not in (*_BY_ITSELF, *_QUIET_LANES)
            if job.lane in _WRITING_LANES or missed:
                return job.text
        return None

    def cancel_shown(self) -> None:
        if self._shown is not None:
            job = self._shown
            if job.lane == IDLE_LANE:
                self._findings.stop()
            job.cancel()
            self._pick()

    def _watch(self, job: Job) -> None:
        if job.lane not in _QUIET_LANES:
            which = id(job)  # a slot that holds its job would keep it, and what it worked on
            job.progressed.connect(lambda *step: self._progress(which, *step))
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

    def _progress(self, which: int, done: int, total: int, text: str) -> None:
        job = self._shown
        if job is None or id(job) != which:
            return
        text = said(text if isinstance(text, Sentence) else Sentence(text))
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

    def show_edit(self) -> None:
        """The last step that can be undone, and what it did to the output."""
        stack = self._document.undo_stack
        text = stack.undoText()
        shown = stack.canUndo() and bool(text)
        self.edit.setText(self._edit_text(text.replace("&&", "&")) if shown else "")
        self.undo.setVisible(shown)

    def _edit_text(self, text: str) -> str:
        network = self._network
        now, before = network.measured, network.before
        said = self.tr("last edit: {0}").format(text)
        if now is None or before is None:
            return said
        if network.is_stale:
            return f"{said} {ELLIPSIS}"
        change = now.found.sqnr_db - before.found.sqnr_db
        if not math.isfinite(change):
            return said
        return self.tr("{0}: output {1} dB").format(said, signed(change, 1))
