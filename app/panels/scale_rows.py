"""Weights of all layers with one scale and with one for each channel, as pairs of dots."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median_high

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHeaderView, QWidget

from quantengine.analyze.scale_pairs import ScalePair
from quantengine.formats.granularity import PER_CHANNEL, PER_TENSOR

from ..outcome import Outcome
from ..text import decibel, gain
from ..theme import Theme
from ..translation import tr
from ..widgets.dot_pairs import DotPairs, Dots
from ..widgets.figure_table import FigureTable
from ..widgets.row import vertical

_DOTS, _NAME = 1, 180
_PLACES = (PER_TENSOR, PER_CHANNEL)


class ScaleRows(QWidget):
    """`opened` tells the layer and the weight of a row that was clicked."""

    opened = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.pairs: tuple[ScalePair, ...] = ()
        self.table = FigureTable(
            self.tr("Scales of all weights"),
            [
                (self.tr("Layer"), ""),
                ("", self.tr("Grey: one scale; blue: one for each channel; filled: in use")),
                (self.tr("Tensor"), self.tr("dB of the weight with one scale")),
                (self.tr("Channel"), self.tr("dB of the weight with a scale for each channel")),
                (self.tr("Gain"), self.tr("dB that scales for each channel bring")),
            ],
        )
        self.dots = DotPairs(theme, self.table)
        self.table.setItemDelegateForColumn(_DOTS, self.dots)
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        head.setSectionResizeMode(_DOTS, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(0, _NAME)
        self.table.cellClicked.connect(lambda row, _column: self._open(row))
        self.table.chosen.connect(self._open)
        theme.changed.connect(self.table.viewport().update)
        vertical(self, 0, 0, 0, 0).addWidget(self.table)

    def show_pairs(self, outcome: Outcome, pairs: Sequence[ScalePair], most: int) -> None:
        self.pairs = tuple(pairs)
        short = dict(zip(outcome.tree.names, outcome.tree.short, strict=True))
        self.dots.show([_dots(pair) for pair in pairs])
        levels = f"{decibel(self.dots.low)} \N{HORIZONTAL ELLIPSIS} {decibel(self.dots.high)} dB"
        self.table.name_column(_DOTS, levels)
        self.table.show_rows(
            [
                (
                    short.get(pair.layer, pair.layer),
                    "",
                    decibel(pair.tensor_db),
                    decibel(pair.channel_db),
                    gain(pair.gain_db),
                )
                for pair in pairs
            ],
            tips=[f"{pair.layer}\n{pair.weight}, {pair.dtype}, {pair.used}" for pair in pairs],
        )
        self.table.fit_rows(most)

    def _open(self, row: int) -> None:
        if 0 <= row < len(self.pairs):
            self.opened.emit(self.pairs[row].layer, self.pairs[row].weight)


def pairs_said(pairs: Sequence[ScalePair]) -> str:
    """What scales for each channel gain, in the middle and most."""
    if not pairs:
        return tr("No weight with channels has codes.")
    text = tr("A scale for each channel gains {0} dB in the middle, {1} dB at most ({2}).")
    gains = median_high(pair.gain_db for pair in pairs), pairs[0].gain_db
    return text.format(*map(decibel, gains), pairs[0].layer)


def _dots(pair: ScalePair) -> Dots:
    filled = _PLACES.index(pair.used) if pair.used in _PLACES else None
    other = pair.used_db if filled is None else None
    return Dots(pair.tensor_db, pair.channel_db, filled, other)
