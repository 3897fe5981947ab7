"""Asks before something is lost by closing the window; a second close is obeyed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from .panels.strip import Strip
from .projects import Projects
from .widgets.notice import NoticeBar


class Closing(QObject):
    def __init__(
        self, notice: NoticeBar, strip: Strip, projects: Projects, close: Callable[[], object]
    ) -> None:
        super().__init__(notice)
        self._notice, self._strip, self._projects = notice, strip, projects
        self._close = close
        self._asked = False

    def asks(self) -> bool:
        """Whether there is work that took a while, or what was lost once already."""
        if self._asked:
            return False
        work = self._strip.work_in_progress
        if work is not None:
            self._ask(self.tr("{0} is not finished.").format(work), self.tr("Stop and close"))
        elif self._projects.is_recovered:
            text = self.tr("What was recovered is not saved: the next start will offer it again.")
            self._ask(text, self.tr("Close"))
        return self._asked

    def _ask(self, text: str, close: str) -> None:
        self._asked = True
        stay = partial(setattr, self, "_asked", False)
        self._notice.show_offer(text, {close: self._close, self.tr("Keep working"): stay})
