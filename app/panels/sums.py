"""The sums of one layer: their range in a register, and what saturates."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.plots.canvas import Canvas
from app.plots.register import Register
from app.text import MINUS, NOTHING
from app.theme import Theme
from app.widgets.readout import Readout
from quantengine.analyze.integer_view import IntegerView

_HEIGHT = 132


class SumsReadout(QWidget):
    """`tips` explain each figure by its key."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.tips = tips = self._tips()
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
        self.range = Readout(
            {
                "low": (self.tr("lowest sum"), tips["low"]),
                "high": (self.tr("highest sum"), tips["high"]),
                "bits": (self.tr("bits needed"), tips["bits"]),
            }
        )
        self.risks = Readout(
            {
                "pairs": (self.tr("pairs at risk"), tips["pairs"]),
                "saturated": (self.tr("saturated"), tips["saturated"]),
                "bias": (self.tr("biases cut off"), tips["bias"]),
            }
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.canvas)
        for readout in (self.range, self.risks):
            line = QHBoxLayout()
            line.addWidget(readout)
            line.addStretch(1)
            column.addLayout(line)

    def show_view(self, view: IntegerView | None) -> None:
        """None: not known yet."""
        self.register_.show(None if view is None else view.accumulator)
        for key in ("low", "high", "bits"):
            value = None if view is None else getattr(view.accumulator, key)
            self.range.set_value(key, whole(value))
        self.risks.set_value("pairs", whole(None if view is None else view.saturable_pairs))
        self.risks.set_value("saturated", whole(None if view is None else view.saturated_pairs))
        self.risks.set_value("bias", whole(None if view is None else view.clipped_bias))

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
