"""LSTM, GRU and RNN: whole cells, which compute in floats on weights that are stored as codes."""

from __future__ import annotations

import onnx

from quantengine.graph.model import FloatModel
from quantengine.graph.obstacles import COMPUTED_WEIGHT
from quantengine.graph.operators.operator import Axes, Kind, Operator
from quantengine.graph.reason import Reason

_HIDDEN, _CELL = 5, 6
_WEIGHTS = (1, 2)


def _axes(_: onnx.NodeProto, __: int) -> Axes:
    """Of `[directions, gates of all units, inputs]`."""
    return Axes(1, 2)


def _obstacle(model: FloatModel, node: onnx.NodeProto) -> Reason | None:
    constant = all(model.constant(node.input[place]) is not None for place in _WEIGHTS)
    return None if constant else COMPUTED_WEIGHT


def _cell(name: str, **states: tuple[int, ...]) -> Operator:
    places = {"hidden": _HIDDEN, "cell": _CELL}
    return Operator(
        name,
        Kind.CELL,
        obstacle=_obstacle,
        axes=_axes,
        stored=_WEIGHTS,
        states={places[word]: outputs for word, outputs in states.items()},
    )


OPERATORS = (
    _cell("LSTM", hidden=(0, 1), cell=(2,)),
    _cell("GRU", hidden=(0, 1)),
    _cell("RNN", hidden=(0, 1)),
)
