"""The sums of one layer: their range in a register, and what saturates."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from quantengine.analyze.integer_view import IntegerView

from ..plots.canvas import Canvas
from ..plots.register import Register
from ..text import MINUS, NOTHING
from ..theme import Theme, tabular
from ..widgets.label import Label, plain_tip
from ..widgets.row import fill, vertical

_HEIGHT = 132
_COLUMNS = 3
_FIGURE_WIDTH = 80
_FIGURES: Mapping[str, Callable[[IntegerView], int]] = {
    "low": lambda view: view.accumulator.low,
    "high": lambda view: view.accumulator.high,
    "bits": lambda view: view.accumulator.bits,
    "pairs": lambda view: view.saturable_pairs,
    "saturated": lambda view: view.saturated_pairs,
    "bias": lambda view: view.clipped_bias,
}


class SumsReadout(QWidget):
    """`tips` explain each figure by its key."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.tips = tips = self._tips()
        self._values = {key: Label() for key in _FIGURES}
        self.canvas = Canvas(
            theme,
            x=self.tr("size of the sums, bits"),
            y="",
            name=self.tr("Range of the sums"),
        )
        self.canvas.setFixedHeight(_HEIGHT)
        self.canvas.setToolTip(
            self.tr(
                "How far the sums of the layer reach on either side of zero, in bits.\n"
                "Good: well inside int32, the register they are added up in."
            )
        )
        self.register_ = Register(self.canvas, theme)
        names = {
            "low": self.tr("lowest sum"),
            "high": self.tr("highest sum"),
            "bits": self.tr("bits needed"),
            "pairs": self.tr("weight pairs at risk"),
            "saturated": self.tr("sums saturated"),
            "bias": self.tr("biases cut off"),
        }
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        for place, (key, name) in enumerate(names.items()):
            row, column = divmod(place, _COLUMNS)
            title = Label(name)
            title.setProperty("dim", True)
            value = self._values[key]
            value.setAccessibleName(name)
            value.setFont(tabular(value.font()))
            value.setMinimumWidth(_FIGURE_WIDTH)
            for side, label in enumerate((title, value)):
                label.setToolTip(plain_tip(tips[key]))
                grid.addWidget(label, row, 2 * column + side)
        grid.setColumnStretch(2 * _COLUMNS, 1)
        column_ = vertical(self, 0, 0, 0, 0, spacing=8)
        fill(column_, self.canvas, grid)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def value(self, key: str) -> str:
        """A figure as it is shown."""
        return self._values[key].text()

    def show_view(self, view: IntegerView | None) -> None:
        """None: not known yet."""
        self.register_.show(None if view is None else view.accumulator)
        for key, label in self._values.items():
            label.setText(whole(None if view is None else _FIGURES[key](view)))

    def _tips(self) -> dict[str, str]:
        """What each figure is, and what is good."""
        return {
            "low": self.tr(
                "Smallest sum of products plus bias on these samples, in integer steps."
            ),
            "high": self.tr(
                "Largest sum of products plus bias on these samples, in integer steps."
            ),
            "bits": self.tr(
                "Width of the narrowest signed register that holds every sum.\n"
                "Good: at most 32, the register of every runtime."
            ),
            "pairs": self.tr(
                "Pairs of weights that some input could drive beyond int16.\n"
                "x86 CPUs without VNNI add products in pairs there. Good: 0."
            ),
            "saturated": self.tr(
                "Sums of two products that these samples drive beyond int16.\n"
                "x86 CPUs without VNNI cut them off; others do not. Good: 0."
            ),
            "bias": self.tr(
                "Values of the bias that do not fit int32 at the scale of input times weight.\n"
                "Good: 0. A larger scale of the weight makes room."
            ),
        }


def whole(value: int | None) -> str:
    """All digits, in groups of three: a sum is exact."""
    return NOTHING if value is None else f"{value:,}".replace("-", MINUS)
