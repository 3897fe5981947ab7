"""The range of a tensor as numbers to type, and what it does to the values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from quantengine.analyze.grid import Figures

from ..text import ELLIPSIS, decibel, number, share
from ..widgets.label import Label, plain_tip
from ..widgets.number_field import NumberField
from ..widgets.readout import Readout
from ..widgets.row import fill, horizontal

if TYPE_CHECKING:
    from quantengine.analyze.chosen_levels import ChosenLevels


class RangeReadout(QWidget):
    """`entered` (end, number) and `stepped` (end, steps): end 0 is low, 1 is high."""

    entered = Signal(int, float)
    stepped = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.low = NumberField(self.tr("Low end of the range"))
        self.high = NumberField(self.tr("High end of the range"))
        entries = self._entries()
        self.level = Label()
        self.level.setProperty("large", True)
        self.level.setToolTip(plain_tip(entries.pop("sqnr")[1]))
        self.level.setAccessibleName(self.tr("SQNR"))
        self.alone = Label(self.tr("alone"))
        self.alone.setProperty("dim", True)
        self.readout = Readout(entries)
        line = horizontal(self, 0, 0, 0, 0, spacing=6)
        for name, field in ((self.tr("low"), self.low), (self.tr("high"), self.high)):
            label = Label(name)
            label.setProperty("dim", True)
            fill(line, label, field)
        fill(line, 1, self.level, self.alone)
        for end, field in enumerate((self.low, self.high)):
            field.entered.connect(lambda x, end=end: self.entered.emit(end, x))
            field.stepped.connect(lambda steps, end=end: self.stepped.emit(end, steps))

    def set_movable(self, movable: bool, fixed: str) -> None:
        """`fixed` says why a range is not to be moved."""
        for field in (self.low, self.high):
            field.setEnabled(movable)
            field.setToolTip(
                plain_tip(
                    self.tr("Type a number, or move it one step with the up and down keys")
                    if movable
                    else fixed
                )
            )

    def show_ends(self, low: float, high: float) -> None:
        """The range as it was asked for; a field that is being edited keeps its text."""
        for field, value in ((self.low, low), (self.high, high)):
            if not field.hasFocus() or not field.isModified():
                field.set_value(value)

    def show_figures(self, found: Figures | None) -> None:
        """What the range gives."""
        if found is None:
            self.level.setText(decibel(None))
            for key in ("clipped", "step", "codes"):
                self.readout.set_value(key, decibel(None))
            return
        ends = f"{number(found.low, 5)} {ELLIPSIS} {number(found.high, 5)}"
        self.readout.set_value("codes", ends)
        self.level.setText(f"{decibel(found.sqnr_db)} dB")
        self.readout.set_value("clipped", share(found.clipped))
        self.readout.set_value("step", number(found.step))

    def show_channels(self, low: float, high: float, sqnr_db: float | None) -> None:
        """The widest range of all channels; nothing is said of steps."""
        self.show_figures(None)
        self.low.set_value(low)
        self.high.set_value(high)
        self.level.setText(f"{decibel(sqnr_db)} dB")

    def show_levels(self, found: ChosenLevels) -> None:
        """What codes that were chosen make of the values."""
        ends = f"{number(found.level[0], 5)} {ELLIPSIS} {number(found.level[-1], 5)}"
        self.readout.set_value("codes", ends)
        self.readout.set_value("step", number(found.step))
        self.level.setText(f"{decibel(found.sqnr_db)} dB")

    def _entries(self) -> dict[str, tuple[str, str]]:
        return {
            "sqnr": (
                self.tr("SQNR"),
                self.tr(
                    "Signal to quantization noise of this tensor alone; above 30 dB is "
                    "good.\nComputed from the histogram, in closed form."
                ),
            ),
            "clipped": (
                self.tr("clipped"),
                self.tr(
                    "Share of the values outside the range: they take its ends.\n"
                    "A little clipping often pays for finer steps."
                ),
            ),
            "codes": (
                self.tr("in codes"),
                self.tr(
                    "The range that the codes stand for: zero must be one of them,\n"
                    "so that it is not quite the one that was asked for."
                ),
            ),
            "step": (
                self.tr("step"),
                self.tr(
                    "Distance of two neighbouring codes: the scale.\n"
                    "Rounding errors are at most half of it."
                ),
            ),
        }
