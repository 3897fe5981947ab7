"""The lines of a drawn model, worked out beside the window: a large one has hundreds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

from ..wiring import Wiring
from .graph_box import BOUNDS, path_of, position


@dataclass(frozen=True, eq=False)
class Drawing:
    """Where everything of a wiring lies in the scene: `paths` of its wires, `area` of all."""

    wiring: Wiring
    paths: tuple[QPainterPath, ...]
    area: QRectF


def drawing_of(wiring: Wiring) -> Drawing:
    """For any thread."""
    paths = tuple(path_of([position(point) for point in wire.points]) for wire in wiring.wires)
    boxes = [BOUNDS.translated(position(at)) for at in wiring.places.values()]
    lines = [path.boundingRect() for path in paths]
    return Drawing(wiring, paths, reduce(QRectF.united, [*boxes, *lines], QRectF()))
