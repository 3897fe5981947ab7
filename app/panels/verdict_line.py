"""The verdict, always readable: the figure of the task first, each with what it is counted on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from ..context import Context
from ..network import Measured
from ..unusual import unusual
from ..verdict_figures import Shown, file_figures, judged_figures
from ..widgets.figure_box import FigureBox
from ..widgets.label import Label
from ..widgets.row import horizontal
from ..widgets.soon import Soon
from .judge_menu import JudgeMenu

if TYPE_CHECKING:
    from quantengine.verdict.verdict import Verdict

_BETWEEN = 28
_HEIGHT = 52


class VerdictLine(QWidget):
    """What does not fit is left out, what matters least first."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.boxes: list[FigureBox] = []
        self._last: Measured[Verdict] | None = None
        self.unusual = Label()
        self.unusual.setProperty("dim", True)
        self.unusual.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.judge = JudgeMenu(context)
        self.setFixedHeight(_HEIGHT)
        self._line = horizontal(self, 16, 2, 12, 6, spacing=_BETWEEN)
        self._line.addStretch(1)
        self._line.addWidget(self.unusual)
        self._line.addWidget(self.judge)
        self._soon = Soon(self, self.refresh)
        document = context.document
        self._soon.after(
            document.outcome_changed,
            document.decided_changed,
            document.model_changed,
            document.staleness_changed,
            document.judged_changed,
            context.network.changed,
            context.findings.changed,
        )
        document.model_changed.connect(self._forget)
        context.theme.changed.connect(self._tint)
        self.refresh()

    @property
    def figures(self) -> dict[str, Shown]:
        """What is shown, by title."""
        shown = (box.figure for box in self.boxes if not box.isHidden())
        return {figure.title: figure for figure in shown if figure is not None}

    @property
    def is_stale(self) -> bool:
        return any(box.is_stale for box in self.boxes if not box.isHidden())

    def refresh(self) -> None:
        document, network = self._context.document, self._context.network
        outcome = document.outcome
        if outcome is None or outcome.resolution is None:
            self._show([])
            self.unusual.setText("")
            return
        judged, tried = self._judged(), self._context.findings.rehearsed
        shown: list[tuple[Shown, bool]] = []
        if judged is not None:
            stale = not network.is_current(judged) or document.table_is_stale
            shown += [(each, stale) for each in judged_figures(judged.found)]
        stale = document.outcome_is_stale or document.table_is_stale
        if tried is None:
            shown += [(each, stale) for each in file_figures(outcome, None)]
        else:
            stale |= not network.is_current(tried)
            shown += [(each, stale) for each in file_figures(outcome, tried.found)]
        self._show(shown)
        self.unusual.setText(" \N{MIDDLE DOT} ".join(unusual(outcome)))
        self._fit()

    def _forget(self) -> None:
        """Nothing is kept of a model that was closed."""
        self._last = None

    def _judged(self) -> Measured[Verdict] | None:
        """Of the file on all samples where that is known, else of the first few; while nothing is
        known of what is decided now, what was shown last.
        """
        network, tried = self._context.network, self._context.findings.rehearsed
        few, whole = network.measured, None
        if tried is not None:
            whole = Measured(tried.outcome, tried.dataset, tried.found.verdict)
        if few is None and whole is None:
            self._last = None
        for known in (whole, few):
            if known is not None and (network.is_current(known) or self._last is None):
                self._last = known
                break
        return self._last

    def _show(self, shown: list[tuple[Shown, bool]]) -> None:
        while len(self.boxes) < len(shown):
            box = FigureBox(self._context.theme)
            self._line.insertWidget(len(self.boxes), box)
            self.boxes.append(box)
        for place, box in enumerate(self.boxes):
            if place < len(shown):
                figure, stale = shown[place]
                box.show_figure(figure, stale=stale)
            else:
                box.figure = None
                box.hide()

    def _fit(self) -> None:
        used = [box for box in self.boxes if box.figure is not None]
        room = self.width() - 28
        self.judge.setVisible(bool(used))
        parts: list[QWidget] = [*used, self.judge, self.unusual]
        for part in parts:
            width = part.sizeHint().width() + _BETWEEN
            room -= width
            part.setVisible(room >= 0 or part in used[:2])

    def _tint(self) -> None:
        for box in self.boxes:
            box.tint()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()
