"""What every part shares: it refreshes only while it is seen, and teaches while it is empty."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from ..context import Context
from ..jobs import Job
from ..sources import check_place
from ..widgets.in_turns import InTurns
from ..widgets.label import Label
from ..widgets.row import fill
from ..widgets.veil import Veil

_AWAITED = ("data", "calibrate", "outcome")


class View(InTurns, QWidget):
    """Subclasses lay out `body`, follow signals, and in `refresh` show or `show_empty`."""

    shows_statistics = False
    """Whether its figures pale while the statistics are of other data."""
    _seen = Signal()
    """Through a signal, because an error inside an event handler of Qt ends the process."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.body = QWidget()
        self._sentence = Label()
        self._sentence.setProperty("dim", True)
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence.setMaximumWidth(480)
        self._sentence.setMinimumWidth(320)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty_page())
        self._pages.addWidget(self.body)
        self._outdated = self._in_sight = True
        self._seen.connect(self._refresh_if_seen)
        self._waits = False
        """Whether it says what is missing, which work that begins or ends may change."""
        for changed in (context.jobs.started, context.jobs.ended):
            changed.connect(self._follow_work)
        self.veil = Veil(self, context.theme)
        context.document.staleness_changed.connect(self._pale)

    def refresh(self) -> None:
        """Brings the view up to the document; called only while it is seen."""
        raise NotImplementedError

    def check_place(self, path: Path) -> None:
        """Raises QuantError for a place where no picture of it may be written."""
        check_place(self.context.document, path)

    def follow(self, *signals: SignalInstance) -> None:
        """Refreshes on these signals, later if the view is hidden."""
        for signal in signals:
            signal.connect(self.request_refresh)

    def follow_layers(self, *signals: SignalInstance) -> None:
        """What is known of the selected layers, and these signals."""
        document, peek = self.context.document, self.context.peek
        self.follow(document.outcome_changed, document.selection_changed, peek.changed, *signals)

    def request_refresh(self) -> None:
        self._outdated = True
        self.context.jobs.once_told(self._refresh_if_seen)

    def set_in_sight(self, in_sight: bool) -> bool:
        """Of its page, which may be scrolled past it. Whether it was refreshed."""
        self._in_sight = in_sight
        return self._refresh_if_seen()

    def show_body(self) -> None:
        self._pages.setCurrentIndex(1)
        self._pale()

    def show_empty(self, sentence: str) -> None:
        """What will be here; the header says how it is filled."""
        self._sentence.setText(sentence)
        self._pages.setCurrentIndex(0)
        self._pale()

    def show_missing_statistics(self, what: str) -> None:
        """The empty state of every view that lives on statistics."""
        document = self.context.document
        if document.model is not None and document.model.quantized is not None:
            text = self.tr("{0} This model is quantized already: open its float original.")
            self.show_empty(text.format(what))
        elif document.dataset is None:
            self.show_empty(f"{what} {self._why_no_data()}")
        elif document.table is None and self.context.jobs.running("calibrate") is None:
            self.show_empty(what)
        else:
            self.show_empty(f"{what} {self._why_no_ranges()}")
        self._waits = True

    def _why_no_data(self) -> str:
        document = self.context.document
        if self.context.jobs.running("data") is not None:
            return self.tr("The data is being opened.")
        if document.refused or document.decided.source:
            return self.tr("The data could not be opened: say under Data where and how it is.")
        return self.tr("Choose data first.")

    def _why_no_ranges(self) -> str:
        if self.context.jobs.running("calibrate") is not None:
            return self.tr("Calibration is running.")
        if self.context.jobs.running("outcome") is not None:
            return self.tr("Ranges are being chosen.")
        return self.tr("Nothing comes of this plan: undo the last step.")

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._seen.emit()

    def _pale(self) -> None:
        shows = self.shows_statistics and self._pages.currentIndex() == 1
        self.veil.cover(shows and self.context.document.table_is_stale)

    def _refresh_if_seen(self) -> bool:
        due = self._outdated and self._in_sight and self.isVisible()
        if due:
            self._refresh_now()
        return due

    def _follow_work(self, job: Job) -> None:
        if self._waits and job.lane in _AWAITED:
            self.request_refresh()

    def _refresh_now(self) -> None:
        self._outdated = self._waits = False
        self.refresh()

    def _empty_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(12)
        column.addStretch(1)
        line = QHBoxLayout()  # an aligned label would not get the height its lines need
        fill(line, 1, (self._sentence, 8), 1)
        column.addLayout(line)
        column.addStretch(1)
        return page
