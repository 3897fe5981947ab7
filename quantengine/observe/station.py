"""One stage of the network at one worker."""

from __future__ import annotations

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


class Station:
    """Runs a stage and holds the statistics of its taps.

    Once `prepare` was called for the shapes at hand, a run writes into the same memory each time.
    """

    def __init__(self, session: Session, stage: Stage) -> None:
        self.taps = stage.taps
        self.collector = Collector(stage.taps)
        self._session = session
        self._carried = tuple(stage.carried)
        self._beside = tuple(stage.beside)
        self._names = [tap.tensor for tap in stage.taps]
        self._inputs = [port.name for port in session.inputs]
        self._outputs = [port.name for port in session.outputs]
        floats = {port.name for port in session.outputs if port.dtype == "tensor(float)"}
        self._bindable = floats.issuperset(set(self._names) & set(self._outputs))
        self._binding: Binding | None = None
        self._bound: Block | None = None
        self._kept: dict[str, Array] = {}

    def prepare(self, extent: Extent, room: NDArray[np.float32]) -> None:
        """Lays the taps over `room` for runs that give tensors of these shapes."""
        self._binding = None
        self._bound = block = Block(self.taps, extent.taps, room)
        self._kept = {name: np.empty(shape, dtype) for name, shape, dtype in extent.carried}
        views = dict(zip(self._names, block.views, strict=True)) | self._kept
        arrays = {name: views[name] for name in self._outputs}
        if self._bindable and arrays and all(array.size for array in arrays.values()):
            self._binding = self._session.bind(arrays)

    def run(self, feeds: Feeds, monitor: Monitor, *, prepared: bool) -> Block:
        """The observed tensors; raises DataError where the stage cannot run, Cancelled."""
        fed = {name: feeds[name] for name in self._inputs}
        block = self._written_in_place(fed, monitor) if prepared else None
        if block is None:
            return self._copied(feeds, fed, monitor)
        for name, view in zip(self._names, block.views, strict=True):
            if name in feeds:
                view[...] = feeds[name]
        return block

    def carry(self, block: Block) -> dict[str, Array]:
        """What later stages read; the block's memory is about to be used again."""
        views = dict(zip(self._names, block.views, strict=True))
        return {
            name: self._kept[name] if name in self._kept else views[name].copy()
            for name in self._carried
        }

    def extent(self, block: Block) -> Extent:
        kept = tuple((name, array.shape, array.dtype) for name, array in self._kept.items())
        return Extent(block.shapes, kept)

    def _written_in_place(self, fed: Feeds, monitor: Monitor) -> Block | None:
        """None where the tensors may not have the shapes prepared for."""
        if self._binding is None or not self._bindable:
            return None
        try:
            self._binding.run(fed, monitor=monitor)
        except DataError:
            self._bindable = False
            return None
        return self._bound

    def _copied(self, feeds: Feeds, fed: Feeds, monitor: Monitor) -> Block:
        """The tensors of a plain run, copied."""
        found = {**feeds}
        if self._outputs:
            found |= self._session.run(fed, self._outputs, monitor=monitor)
        arrays = [found[name] for name in self._names]
        block = Block(self.taps, tuple(array.shape for array in arrays))
        block.fill(arrays)
        self._kept = {name: np.asarray(found[name]) for name in self._beside}
        return block
