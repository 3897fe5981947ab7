"""Garbage is looked for between two events of the window's thread, and nowhere else."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 200


class Garbage(QObject):
    """Python looks for it wherever something is made, on any thread and within a layout too.

    Objects of Qt that are let go there may take the whole program with them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        gc.disable()
        self._timer.start()

    def look(self) -> None:
        """Through the generations that Python would look through by now."""
        counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
        due = [generation for generation, (count, most) in enumerate(counts) if count > most]
        if due[:1] == [0]:
            gc.collect(due[-1])

    def end(self) -> None:
        self._timer.stop()
        gc.enable()
