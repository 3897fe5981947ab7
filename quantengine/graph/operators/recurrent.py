"""LSTM, GRU and RNN: whole cells, which stay float."""

from __future__ import annotations

from quantengine.graph.operators.operator import Operator

_HIDDEN, _CELL = 5, 6

OPERATORS = (
    Operator("LSTM", states={_HIDDEN: (0, 1), _CELL: (2,)}),
    Operator("GRU", states={_HIDDEN: (0, 1)}),
    Operator("RNN", states={_HIDDEN: (0, 1)}),
)
