"""What every model needs of the window, made while the first one is opened."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QComboBox

from .context import Context
from .imports import Imports, panel
from .widgets.side import Side

if TYPE_CHECKING:
    from .panels.tune import TunePanel

_WAIT_MS = 10


class Ahead(QObject):
    """Makes the panel Tune in turns of its own: with the model it would hold up the window."""

    def __init__(self, context: Context, imports: Imports, side: Side) -> None:
        super().__init__(side)
        self._context, self._imports, self._side = context, imports, side
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._look)
        context.jobs.started.connect(lambda _job: self._turn.start(0))

    @property
    def tune(self) -> TunePanel:
        self._begun.make_whole()
        return self._begun

    def put(self) -> bool:
        """Puts Tune in its place; False where it is there already."""
        if not self._side.put(self.tune):
            return False
        for kind in (QAbstractButton, QComboBox):
            for part in self.tune.findChildren(kind):
                part.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves Space to the layer
        return True

    @cached_property
    def _begun(self) -> TunePanel:
        """Its imports would hold up the start page."""
        from .panels.tune import TunePanel

        return TunePanel(self._context)

    def _look(self) -> None:
        if self._context.jobs.running("model") is None:
            return
        if not self._imports.are_done(panel("tune")):
            self._turn.start(_WAIT_MS)
        elif self._begun.make_more() or self.put():
            self._turn.start(0)
