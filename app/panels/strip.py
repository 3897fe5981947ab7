"""The strip at the bottom: the network's verdict, and the work in progress."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QProgressBar, QToolButton, QWidget

from ..context import Context
from ..decided import PLAN_ALONE
from ..jobs import Job
from ..panels.judge_menu import JudgeMenu
from ..ready import PROBES
from ..text import ELLIPSIS, decibel, duration, number, share, size
from ..translation import counted
from ..widgets.elided_label import ElidedLabel
from ..widgets.label import Label, plain_tip
from ..widgets.row import fill, horizontal

if TYPE_CHECKING:
    from ..outcome import Outcome

_ARROW = "\N{RIGHTWARDS ARROW}"
_TURNING = "\N{CLOCKWISE OPEN CIRCLE ARROW}"
_HEIGHT = 26
_QUIET_LANES = ("outcome", "statistics", "methods", "network", "layer errors", "autosave", "fit")
"""Work so short, or so far behind the scenes, that a bar would only flicker."""
_WRITING_LANES = ("export", "save", "report")
MISSED_AFTER_S = 3.0
"""Work that took longer is not thrown away without a question."""


class Strip(QWidget):
    """Text, bar, time left and cancel while something runs; the verdict always."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        document, jobs = context.document, context.jobs
        self._document = document
        self._jobs = jobs
        self._network = context.network
        self._shown: Job | None = None
        self.verdict = ElidedLabel()
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
        self.judge = JudgeMenu(context)
        fill(line, (self.verdict, 1), self.judge, self.work, self.bar, self.cancel)
        jobs.started.connect(self._watch)
        jobs.ended.connect(self._ended)
        for changed in (
            document.outcome_changed,
            document.plan_changed,
            document.model_changed,
            document.staleness_changed,
        ):
            changed.connect(self._show_verdict)
        context.network.changed.connect(self._show_verdict)
        self._show_job(None)
        self._show_verdict()

    @property
    def work_in_progress(self) -> str | None:
        """What runs that would be missed: a file being written, or what began a while ago."""
        now = time.monotonic()
        for job in self._jobs.jobs:
            old = now - job.started_s > MISSED_AFTER_S
            if job.lane in _WRITING_LANES or (old and job.lane not in _QUIET_LANES):
                return job.text
        return None

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
        before = sum(layer.bytes_before for layer in outcome.reports)
        after = sum(layer.bytes_after for layer in outcome.reports)
        parts = [*self._done(outcome), *self._measured()]
        parts.append(self.tr("parameters {0} {1} {2}").format(size(before), _ARROW, size(after)))
        known = [row for row in outcome.rows if row.sqnr_db is not None]
        if known:
            worst = min(known, key=lambda row: row.sqnr_db or 0.0)
            text = self.tr("worst layer {0} dB, {1}")
            parts.append(text.format(decibel(worst.sqnr_db), worst.name))
        stale = self._is_stale
        if stale and known:
            parts.insert(0, f"{_TURNING} {self.tr('stale')}")
        self.verdict.setText("   \N{MIDDLE DOT}   ".join(parts))
        self.verdict.setEnabled(not stale)
        about = self.tr(
            "SQNR of the network's outputs on {0}, before and after the last change.\n"
            "Agreement: the share of samples with the same best class as the float network."
        )
        self.verdict.setToolTip(plain_tip(about.format(counted(PROBES, "sample"))))

    @property
    def _is_stale(self) -> bool:
        """Whether a figure that is shown is of another plan or other data."""
        measured, document = self._network.measured, self._document
        older = measured is not None and self._network.is_stale
        return older or document.outcome_is_stale or document.table_is_stale

    def _done(self, outcome: Outcome) -> list[str]:
        """What was done beyond the plan."""
        done = outcome.candidate
        if done is None or not outcome.settled:
            return []
        if done.trained is not None:
            return [self.tr("fine-tuned")]
        if not done.reports:
            return [self.tr("the plan alone")] if outcome.recipe == PLAN_ALONE else []
        if outcome.recipe is not None:
            return [self.tr("recovered")]
        said = {
            "mend": self.tr("shared ranges mended"),
            "equalize": self.tr("channels evened out"),
            "bias": self.tr("biases corrected"),
        }
        kept = {report.step for report in done.reports if report.kept}
        return [text for step, text in said.items() if step in kept]

    def _measured(self) -> list[str]:
        measured, before = self._network.measured, self._network.before
        if measured is None:
            return []
        effect, parts = measured.found, []
        if effect.equal is None or not math.isnan(effect.sqnr_db):
            text = f"{decibel(effect.sqnr_db)} dB"
            if before is not None:
                text = f"{decibel(before.found.sqnr_db)} {_ARROW} {text}"
            parts.append(self.tr("output SQNR {0}").format(text))
        if effect.worst is not None:
            worst = decibel(effect.worst_db), effect.worst.slice or effect.worst.name
            parts.append(self.tr("worst {0} dB, {1}").format(*worst))
        for name, figure in effect.metric.items():
            parts.append(f"{name} {number(figure.candidate)}")
        if effect.equal is not None:
            parts.append(self.tr("equal integers {0}").format(share(effect.equal)))
        elif effect.missing is not None:
            parts.append(self.tr("no figure, since {0}").format(effect.missing))
        if measured.found.agreement is not None:
            parts.append(self.tr("agreement {0}").format(share(measured.found.agreement)))
        return parts
