"""What the search of a chosen method tried, and how one that descends did so."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from quantengine.ranges.choice import Descended, RangeChoice

from ..plots.canvas import Canvas
from ..plots.curve import Curve
from ..text import ELLIPSIS, number
from ..theme import Theme
from ..translation import tr_engine
from ..widgets.label import Label
from ..widgets.row import fill, vertical

_HEIGHT, _AXIS_WIDTH = 112, 68
_FIRST, _DIGITS = 4, 3


class MethodSearch(QWidget):
    """As high for every method, so that what lies below stays where it is."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.canvas = Canvas(theme, x="", y="", name=self.tr("What the method tried"))
        self.canvas.getAxis("left").setWidth(_AXIS_WIDTH)
        self.canvas.setToolTip(
            self.tr("Its objective over the end of the range in real numbers; the least is marked.")
        )
        self.curve = Curve(self.canvas, theme)
        self.canvas.fitted.connect(self.curve.fit)
        self.nothing, self.said = Label(), Label()
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for label in (self.nothing, self.said):
            label.setProperty("dim", True)
        self.parts = QStackedWidget()
        self.parts.setFixedHeight(_HEIGHT)
        for part in (self.canvas, self.nothing):
            self.parts.addWidget(part)
        fill(vertical(self, 0, 0, 0, 0, spacing=4), self.parts, self.said)

    def tell(self, choice: RangeChoice | None) -> None:
        """What led to the choice; None where that is not known."""
        searched = self.curve.show(choice)
        self.parts.setCurrentWidget(self.canvas if searched else self.nothing)
        self.nothing.setText("" if choice is None else self._why_nothing(choice))
        if searched:
            self.canvas.getViewBox().enableAutoRange(x=True)
        descent = None if choice is None else choice.descent
        self.said.setText(" " if descent is None else self._told(descent))

    def _why_nothing(self, choice: RangeChoice) -> str:
        if choice.note is not None:
            return tr_engine(choice.note)
        return self.tr("This method does not search.")

    def _told(self, descent: Descended) -> str:
        losses = [number(loss, _DIGITS) for loss in descent.loss]
        if len(losses) > _FIRST + 1:
            losses[_FIRST:-1] = [ELLIPSIS]
        said = self.tr("Mean squared error over {0} iterations: {1}")
        return said.format(len(descent.loss) - 1, ", ".join(losses))
