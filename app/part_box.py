"""The place of one part on its page."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from .pages import Lies, Part
from .panels.view import View
from .widgets.heading import Heading
from .widgets.row import vertical

_ALONE = 1 << 20


class PartBox(QFrame):
    """A heading, unless the part is the whole, and room for the view, which may not be made yet."""

    refolded = Signal()

    def __init__(self, part: Part, *, folded: bool) -> None:
        super().__init__()
        self.part = part
        self.view: View | None = None
        self.setProperty("card", part.lies is Lies.CARD)
        column = vertical(self, 0, 0, 0, 0, spacing=0)
        self.heading: Heading | None = None
        if part.lies is not Lies.WHOLE:
            folds = part.lies is Lies.SECTION
            self.heading = Heading(part.shown, folds=folds, is_folded=folded)
            self.heading.folded.connect(self._fold)
            column.addWidget(self.heading)
        self._room = QWidget()
        self._inside = vertical(self._room, 0, 0, 0, 0)
        column.addWidget(self._room, 1)
        self._room.setVisible(not self.is_folded)

    @property
    def is_folded(self) -> bool:
        heading = self.heading
        return heading is not None and heading.isCheckable() and not heading.isChecked()

    @property
    def least_width(self) -> int:
        """At which it shares a line; nothing stands beside what is folded."""
        if self.is_folded or self.part.width is None:
            return _ALONE
        return self.part.width

    def least_height(self, width: int) -> int:
        """In pixels, at a width: lines of words break where it is narrow."""
        head = 0 if self.heading is None else self.heading.sizeHint().height()
        if self.is_folded:
            return head
        layout, needed = self.layout(), self.minimumSizeHint().height()
        if layout is not None and layout.hasHeightForWidth():
            needed = max(needed, layout.totalMinimumHeightForWidth(width))
        return max(self.part.height + head, needed)

    def put(self, view: View) -> None:
        self.view = view
        self._inside.addWidget(view)
        view.show()

    def unfold(self) -> None:
        if self.heading is not None:
            self.heading.unfold()

    def _fold(self, folded: bool) -> None:
        self._room.setVisible(not folded)
        self.refolded.emit()
