"""One stage of the network at one worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.errors import DataError
from quantengine.monitor import Monitor
from quantengine.observe.block import Block
from quantengine.observe.collector import Collector
from quantengine.observe.extents import Extent, Feeds
from quantengine.observe.stages import Stage
from quantengine.runtime import Binding, Session

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Layout:
    """Memory for tensors of known shapes, and the binding that writes there and nowhere else.

    beside: arrays of what is carried on and is not among the observed values as it is.
    """

    block: Block
    beside: Mapping[str, Array]
    binding: Binding


@dataclass(frozen=True, eq=False)
class Seen:
    """What one run of a stage gave: the observed tensors, and what it carries on beside them."""

    block: Block
    beside: Mapping[str, Array]

    @property
    def extent(self) -> Extent:
        beside = tuple((name, array.shape, array.dtype) for name, array in self.beside.items())
        return Extent(self.block.shapes, beside)


class Station:
    """Runs a stage and holds the statistics of its taps.

    A run keeps nothing: what it gives is in what it returns, so that no run can hand on what
    another left behind.
    """

    def __init__(self, session: Session, stage: Stage) -> None:
        self.taps, self.stage = stage.taps, stage
        self.collector = Collector(stage.taps)
        self._session = session
        self._carried = tuple(stage.carried)
        self._beside = tuple(stage.beside)
        self._names = [tap.tensor for tap in stage.taps]
        self._inputs = [port.name for port in session.inputs]
        wanted = {*self._names, *self._carried}
        self._outputs = [port.name for port in session.outputs if port.name in wanted]
        floats = {port.name for port in session.outputs if port.dtype == "tensor(float)"}
        self._bindable = floats.issuperset(set(self._names) & set(self._outputs))

    def lay_out(
        self, extent: Extent, room: NDArray[np.float32], beside: Mapping[str, Array]
    ) -> Layout | None:
        """The taps over `room`, and what is carried on `beside` them, for runs that give tensors of
        these shapes; None if none can.
        """
        block = Block(self.taps, extent.taps, room)
        places: dict[str, Array] = dict(zip(self._names, block.views, strict=True))
        places |= beside
        arrays = {name: places[name] for name in self._outputs}
        if not self._bindable or not arrays or not all(array.size for array in arrays.values()):
            return None
        return Layout(block, beside, self._session.bind(arrays))

    def run(self, feeds: Feeds, layout: Layout | None, monitor: Monitor) -> Seen:
        """The tensors of one run, in the memory of `layout` where they fit there.

        Raises DataError where the stage cannot run, Cancelled.
        """
        seen = None
        if layout is not None and self._bindable:
            seen = self._written_in_place(feeds, layout, monitor)
        return self._copied(feeds, monitor) if seen is None else seen

    def carry(self, seen: Seen) -> dict[str, Array]:
        """What later stages read; the block's memory is about to be used again."""
        views = dict(zip(self._names, seen.block.views, strict=True))
        return {
            name: seen.beside[name] if name in seen.beside else views[name].copy()
            for name in self._carried
        }

    def _written_in_place(self, feeds: Feeds, layout: Layout, monitor: Monitor) -> Seen | None:
        """None where the tensors have other shapes: onnxruntime then refuses to write them.

        Shapes that depend on values would fail again and again, so that is tried once.
        """
        try:
            layout.binding.run({name: feeds[name] for name in self._inputs}, monitor=monitor)
        except DataError:
            self._bindable = False
            return None
        for name, view in zip(self._names, layout.block.views, strict=True):
            if name in feeds:
                view[...] = feeds[name]
        return Seen(layout.block, layout.beside)

    def _copied(self, feeds: Feeds, monitor: Monitor) -> Seen:
        """The tensors of a plain run, copied one after the other: each goes once it is."""
        found = {**feeds}
        if self._outputs:
            fed = {name: feeds[name] for name in self._inputs}
            found |= self._session.run(fed, self._outputs, monitor=monitor)
        beside = {name: np.asarray(found[name]) for name in self._beside}
        block = Block(self.taps, tuple(found[name].shape for name in self._names))
        block.fill(found.pop(name) for name in self._names)
        return Seen(block, beside)
