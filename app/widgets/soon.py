"""Several signals of one change make one new picture."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, SignalInstance

_SOON_MS = 20


class Soon(QTimer):
    """Calls back a moment after it is first asked; what asks on and on does not put it off."""

    def __init__(self, parent: QObject, run: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setSingleShot(True)
        self.setInterval(_SOON_MS)
        self.timeout.connect(run)

    def after(self, *signals: SignalInstance) -> None:
        """Asked whenever one of them comes."""
        for signal in signals:
            signal.connect(self.ask)

    def ask(self, *_: object) -> None:
        if not self.isActive():
            self.start()
