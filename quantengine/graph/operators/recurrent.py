"""LSTM, GRU and RNN: whole cells, which compute in floats on weights that are stored as codes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import onnx

from quantengine.graph.attributes import attribute
from quantengine.graph.model import Dimension, FloatModel
from quantengine.graph.obstacles import COMPUTED_WEIGHT
from quantengine.graph.operators.operator import Axes, Kind, Operator, Sides
from quantengine.graph.operators.window import agree, is_number
from quantengine.graph.reason import Reason

_HIDDEN, _CELL = 5, 6
_WEIGHTS, _AXES = (1, 2), 3


def _axes(_: onnx.NodeProto, __: int) -> Axes:
    """Of `[directions, gates of all units, inputs]`."""
    return Axes(1, 2)


def _obstacle(model: FloatModel, node: onnx.NodeProto) -> Reason | None:
    constant = all(model.constant(node.input[place]) is not None for place in _WEIGHTS)
    return None if constant else COMPUTED_WEIGHT


def _wrong(gates: int, node: onnx.NodeProto, shapes: Sequence[Sides]) -> str | None:
    """W is `[directions, gates * units, inputs]`, R `[directions, gates * units, units]`."""
    if any(shape is not None and len(shape) != _AXES for shape in shapes[:3]):
        return "its data and both its weights need three axes each"
    data, weight, again = shapes[:3]
    units = None if again is None else again[2]
    rows = gates * units if is_number(units) else None
    directions = 2 if attribute(node, "direction", "forward") == "bidirectional" else 1
    wanted = (directions, rows, None if data is None else data[2])
    if weight is not None and not agree(weight, wanted):
        return f"its weight {list(weight)} is not {_sides(wanted)}"
    if again is not None and not agree(
        again, (directions, rows, attribute(node, "hidden_size", units))
    ):
        return f"its recurrent weight {list(again)} is not [{directions}, {gates} * units, units]"
    return None


def _sides(shape: Sequence[Dimension]) -> str:
    return f"[{', '.join('?' if side is None else str(side) for side in shape)}]"


def _cell(name: str, gates: int, **states: tuple[int, ...]) -> Operator:
    places = {"hidden": _HIDDEN, "cell": _CELL}
    return Operator(
        name,
        Kind.CELL,
        obstacle=_obstacle,
        wrong=partial(_wrong, gates),
        axes=_axes,
        stored=_WEIGHTS,
        states={places[word]: outputs for word, outputs in states.items()},
    )


OPERATORS = (
    _cell("LSTM", 4, hidden=(0, 1), cell=(2,)),
    _cell("GRU", 3, hidden=(0, 1)),
    _cell("RNN", 1, hidden=(0, 1)),
)
