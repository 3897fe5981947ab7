"""The words of a legend inside a plot."""

from __future__ import annotations

import pyqtgraph as pg


def tint_legend(legend: pg.LegendItem, colour: str) -> None:
    """Colours every label; the setting of the legend alone reaches later ones only."""
    legend.setLabelTextColor(colour)
    for _, label in legend.items:
        label.setText(label.text, color=colour)
