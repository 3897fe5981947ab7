"""Small histograms of what the layers make, the worst first; they fill in while it is observed."""

from __future__ import annotations

import math
from collections.abc import Iterator

from PySide6.QtCore import QSize, QTimer

from ..context import Context
from ..layer_names import told_apart
from ..outcome import Outcome
from ..panels.view import View
from ..rows import LayerRow
from ..text import decibel, gain
from ..widgets.elided_label import ElidedLabel
from ..widgets.histogram_tile import HistogramTile
from ..widgets.row import fill, horizontal, vertical
from ..widgets.tile import TileGrid

_TILE, _TALLEST = QSize(132, 76), 140
_MOST, _ABOVE = 48, 7
_SEEN_DB = 0.05
_GROWS_MS = 120
"""While statistics grow, pictures follow no faster than the eye."""


class ShapesView(View):
    """A click selects the layer and opens it."""

    shows_statistics = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._order: tuple[str, ...] = ()
        self._filled: tuple[object, ...] = ()
        self._outputs: dict[str, str | None] = {}
        self.grid = TileGrid(_TILE, _TALLEST)
        self.note = ElidedLabel()
        self.note.setProperty("dim", True)
        title = ElidedLabel(self.tr("Worst layers, their outputs"))
        title.setProperty("heading", True)
        head = horizontal(None, 4, _ABOVE, 0, _ABOVE)
        head.addWidget(title)
        foot = horizontal(None, 4, 0, 0, 0)
        foot.addWidget(self.note)
        column = vertical(self.body, 8, 4, 8, 4, spacing=4)
        fill(column, head, (self.grid, 1), foot)
        self._soon = QTimer(self, singleShot=True, interval=_GROWS_MS)
        self._soon.timeout.connect(self.request_refresh)
        self.follow_layers(context.network.layers_changed)
        context.document.growing_changed.connect(self._follow_growing)
        context.document.model_changed.connect(self._forget)

    def refresh(self) -> None:
        outcome, growing = self.context.peek.outcome, self.context.document.growing
        if outcome is None or (outcome.resolution is None and growing is None):
            self.show_missing_statistics(
                self.tr("Small histograms of what every layer makes, the worst first.")
            )
            return
        self.show_body()
        rows = self._ordered(outcome)
        filled = (outcome, growing, rows)
        if tuple(row.name for row in rows) != self._order:
            self._order = tuple(row.name for row in rows)
            self._make_tiles(rows, outcome)
            self._filled = ()
        if filled != self._filled:
            self._filled = filled
            self._fill_tiles(rows, outcome)
        for tile in self._tiles:
            tile.choose(tile.layer in self.context.document.selection.layers)

    def _forget(self) -> None:
        """Nothing is kept of a model that was closed."""
        self._order, self._filled, self._outputs = (), (), {}
        self.grid.set_tiles(())

    @property
    def _tiles(self) -> tuple[HistogramTile, ...]:
        return tuple(tile for tile in self.grid.tiles if isinstance(tile, HistogramTile))

    def _ordered(self, outcome: Outcome) -> tuple[LayerRow, ...]:
        """Those with an output of their own: in order of execution until it is known what hurts."""
        self._outputs = {each.name: outcome.flow.owners.get(each.output) for each in outcome.layers}
        rows = list(self._apart(self.context.network.rows(outcome)))
        if outcome.resolution is not None:
            rows.sort(key=_badness)
        return tuple(rows[:_MOST])

    def _apart(self, rows: tuple[LayerRow, ...]) -> Iterator[LayerRow]:
        """One row for each tensor that is observed."""
        seen: set[str] = set()
        for row in rows:
            tensor = self._outputs.get(row.name)
            if tensor is not None and tensor not in seen:
                seen.add(tensor)
                yield row

    def _make_tiles(self, rows: tuple[LayerRow, ...], outcome: Outcome) -> None:
        """Those that are there already only move."""
        short = dict(zip(outcome.tree.names, outcome.tree.short, strict=True))
        labels = told_apart([short[row.name] for row in rows])
        known = {tile.layer: tile for tile in self._tiles}
        tiles = [known.get(row.name) or self._tile(row.name) for row in rows]
        for tile, label in zip(tiles, labels, strict=True):
            tile.set_label(label)
        self.grid.set_tiles(tiles)

    def _tile(self, layer: str) -> HistogramTile:
        tile = HistogramTile(self.context.theme, layer)
        tile.clicked.connect(lambda: self._open(layer))
        return tile

    def _fill_tiles(self, rows: tuple[LayerRow, ...], outcome: Outcome) -> None:
        growing = self.context.document.growing
        table = growing or outcome.table
        for row, tile in zip(rows, self._tiles, strict=True):
            stats = None if table is None else table.tensors.get(self._outputs[row.name] or "")
            ends = None
            if row.low is not None and row.high is not None and growing is None:
                ends = row.low, row.high
            tile.show_values(stats, ends, _figure(row))
            tile.set_names(row.name, self._told(row))
        self.note.setText(
            self.tr("filling while it is calibrated; log counts")
            if growing is not None
            else self.tr("dB if float, else alone; log counts; red: clipped")
            if any(map(_costs, rows))
            else self.tr("dB alone; log counts; red: clipped")
        )

    def _told(self, row: LayerRow) -> str:
        lines = [row.name, self.tr("output alone {0} dB").format(decibel(row.activation_sqnr_db))]
        if row.gain_db is not None:
            lines.append(self.tr("{0} dB if float").format(gain(row.gain_db)))
        return "\n".join(lines)

    def _open(self, layer: str) -> None:
        self.context.document.select(layer)
        self.context.show("distribution")

    def _follow_growing(self) -> None:
        if not self._soon.isActive():
            self._soon.start()


def _badness(row: LayerRow) -> float:
    """Those that cost most come first, then those whose own output is worst."""
    if _costs(row):
        return -1000 * (row.gain_db or 0.0)
    alone = row.activation_sqnr_db
    return alone if alone is not None and math.isfinite(alone) else math.inf


def _costs(row: LayerRow) -> bool:
    return row.gain_db is not None and _SEEN_DB <= row.gain_db < math.inf


def _figure(row: LayerRow) -> str:
    """What puts it where it stands."""
    if _costs(row):
        return gain(row.gain_db)
    return "" if row.activation_sqnr_db is None else decibel(row.activation_sqnr_db)
