"""How large the tensors of every stage are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.graph.model import FloatModel
from quantengine.observe.block import Shape
from quantengine.observe.fed_shapes import FedShapes
from quantengine.observe.stages import Stage

_MOST_BELIEVED = 2**28
"""Values of one tensor for which memory is laid out before a run has shown that it has them."""

_LARGE = 2**18
"""Values of an input from which on a run takes far longer than inferring all shapes for it, and
memory that is written in place saves most: what a runtime makes anew for samples of ever other
shapes stayed with the process, 5 GB for ten photos."""

Feeds = Mapping[str, NDArray[Any]]
Signature = tuple[tuple[str, Shape], ...]


@dataclass(frozen=True)
class Extent:
    """Shapes of a stage's taps, and of what it carries on beside them with the element types."""

    taps: tuple[Shape, ...]
    carried: tuple[tuple[str, Shape, np.dtype[Any]], ...]


class Extents:
    """Extents of all stages for feeds of known shapes: what one worker learns, all use.

    Most models tell before they run.
    """

    def __init__(self, model: FloatModel, stages: Sequence[Stage]) -> None:
        self._model = model
        self._stages = stages
        self._known: dict[Signature, tuple[Extent, ...] | None] = {}

    def of(self, feeds: Feeds) -> tuple[Extent, ...] | None:
        """None where the shapes have to be found out by running."""
        signature = signature_of(feeds)
        if signature not in self._known:
            found = self._told(FedShapes(self._model, feeds))
            if found is None and max(array.size for array in feeds.values()) >= _LARGE:
                found = self._told(FedShapes(self._model, feeds, inferred=True))
            self._known[signature] = found
        return self._known[signature]

    def _told(self, shapes: FedShapes) -> tuple[Extent, ...] | None:
        found = [_told(stage, shapes) for stage in self._stages]
        known = tuple(extent for extent in found if extent is not None)
        return known if len(known) == len(found) else None

    def learn(self, feeds: Feeds, extents: tuple[Extent, ...]) -> None:
        self._known[signature_of(feeds)] = extents


def signature_of(feeds: Feeds) -> Signature:
    return tuple((name, array.shape) for name, array in feeds.items())


def _told(stage: Stage, shapes: FedShapes) -> Extent | None:
    """The extent where the types of the model tell it."""
    beside = stage.beside
    names = [*(tap.tensor for tap in stage.taps), *beside]
    found = tuple(shape for shape in map(shapes.shape, names) if shape is not None)
    if len(found) < len(names) or any(prod(shape) > _MOST_BELIEVED for shape in found):
        return None
    taps, carried = found[: len(stage.taps)], found[len(stage.taps) :]
    return Extent(taps, tuple(zip(beside, carried, beside.values(), strict=True)))
