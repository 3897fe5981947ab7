"""What stands over a distribution: which tensor, its range, and what the range does."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ..place import WEIGHT, Place
from ..text import number, share
from ..widgets.elided_label import ElidedLabel
from ..widgets.label import Label, plain_tip
from ..widgets.number_field import NumberField
from ..widgets.range_readout import RangeReadout
from ..widgets.row import fill, horizontal, vertical
from ..widgets.switch import Switch
from ..widgets.tensor_switch import TensorSwitch


class DistributionHead(QWidget):
    """`channel_chosen`: a channel of a weight, None for all."""

    channel_chosen = Signal(object)

    def __init__(self, place: QWidget) -> None:
        """Keys work while `place` is in front."""
        super().__init__()
        self.tensors, self.foot = TensorSwitch(), RangeReadout()
        self._make_channel()
        self._make_switches(place)
        self.hover = ElidedLabel()
        self.hover.setProperty("dim", True)
        top = horizontal(None, 8, 8, 8, 2, spacing=8)
        fill(top, self.tensors, self._channel, (self.foot, 1))
        below = horizontal(None, 8, 2, 8, 4, spacing=6)
        fill(below, self.log_button, self.overlay_button, self.levels_button)
        below.addSpacing(8)
        fill(below, self.foot.readout, (self.hover, 1))
        fill(vertical(self, 0, 0, 0, 0, spacing=0), top, below)

    def show_channel(self, place: Place, channel: int | None) -> None:
        """Only weights have values channel by channel."""
        self._channel.setVisible(place.role == WEIGHT and place.axis is not None)
        self.channel.set_value(channel)

    def tell_share(self, found: tuple[float, float, float] | None) -> None:
        """Value, count and share of the bin under the mouse."""
        text = self.tr("{0}: {1}, {2}")
        told = found and text.format(number(found[0]), f"{round(found[1]):,}", share(found[2]))
        self.hover.setText(told or "")

    def _make_channel(self) -> None:
        self.channel = NumberField(self.tr("Channel"), empty=self.tr("all"))
        self.channel.setMaximumWidth(64)
        self.channel.setMinimumWidth(48)
        self.channel.setToolTip(
            plain_tip(self.tr("One channel with its own scale; up and down keys go through them"))
        )
        self.channel.entered.connect(lambda x: self.channel_chosen.emit(max(round(x), 0)))
        self.channel.emptied.connect(lambda: self.channel_chosen.emit(None))
        self.channel.stepped.connect(self._step)
        self._channel = QWidget()
        name = Label(self.tr("channel"))
        name.setProperty("dim", True)
        fill(horizontal(self._channel, 0, 0, 0, 0, spacing=4), name, self.channel)

    def _step(self, steps: int) -> None:
        now = self.channel.value
        self.channel_chosen.emit(0 if now is None else max(round(now) + steps, 0))

    def _make_switches(self, place: QWidget) -> None:
        tip = self.tr("Counts on a logarithmic scale")
        self.log_button = Switch(self.tr("Log"), "L", tip, place)
        self.log_button.setChecked(True)
        tip = self.tr("The same values once quantized, over the float ones")
        self.overlay_button = Switch(self.tr("Quantized"), "Q", tip, place)
        self.overlay_button.setChecked(True)
        tip = self.tr("The values that codes stand for, along the bottom")
        self.levels_button = Switch(self.tr("Levels"), "G", tip, place)
