"""Says that the statistics are of other data than what is open, with the way out."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QPushButton

from ..context import Context
from ..widgets.label import Label
from ..widgets.row import fill, horizontal


class StaleBar(QFrame):
    """There as long as it is so."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._document, self._jobs = context.document, context.jobs
        self.text = Label(
            self.tr(
                "The statistics are of other data than what is open now: ranges and figures "
                "do not fit it."
            )
        )
        self.text.setWordWrap(True)
        self.button = QPushButton(self.tr("Calibrate again"))
        self.button.clicked.connect(lambda _checked: context.steps.calibrate())
        line = horizontal(self, 12, 6, 8, 6)
        fill(line, (self.text, 1), self.button)
        self._document.staleness_changed.connect(self._refresh)
        for changed in (context.jobs.started, context.jobs.ended):
            changed.connect(self._refresh)
        self._refresh()

    def _refresh(self, *_: object) -> None:
        self.setVisible(self._document.table_is_stale)
        self.button.setEnabled(self._jobs.running("calibrate") is None)
