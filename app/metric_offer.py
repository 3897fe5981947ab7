"""A metric that came with a project is somebody's program: it runs once a person allowed it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from .document import Document
from .panels.judge_menu import JudgeMenu
from .text import in_line
from .widgets.notice import NoticeBar


class MetricOffer(QObject):
    """Asks whenever the document names one that waits."""

    def __init__(self, notice: NoticeBar, document: Document, judge: JudgeMenu) -> None:
        super().__init__(notice)
        self._notice, self._document, self._judge = notice, document, judge
        document.judge_changed.connect(self._ask)

    def _ask(self) -> None:
        judging = self._document.decided.judging
        if judging.file is None or not judging.waits(self._document.allowed):
            return
        text = self.tr("This project judges by a program, {0}, which has not been run yet.")
        offers: dict[str, Callable[[], object]] = {
            self.tr("Run it"): partial(self._judge.allow, judging.digest),
            self.tr("Judge without it"): self._judge.drop_metric,
        }
        self._notice.show_offer(in_line(text.format(judging.file)), offers)
