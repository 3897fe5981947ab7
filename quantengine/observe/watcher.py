"""One worker's view of the network: run a sample, observe its tensors."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from quantengine.data.dataset import Sample
from quantengine.errors import DataError
from quantengine.monitor import Monitor
from quantengine.observe.block import Block
from quantengine.observe.collector import Collector
from quantengine.observe.tap import Tap
from quantengine.runtime import Binding, Session

Array = NDArray[Any]
Signature = tuple[tuple[str, tuple[int, ...]], ...]


class Shapes:
    """Which shapes the tensors have for feeds of known shapes: what one worker learns, all use."""

    def __init__(self) -> None:
        self.first = threading.Lock()
        self.known: dict[Signature, tuple[tuple[int, ...], ...]] = {}


class Watcher:
    """Runs samples one at a time through a session shared with other workers.

    Where the shapes of the tensors are known, the runtime writes them straight into the block
    that is scanned: fresh memory for each sample would cost as much as the scan. digests: one a
    sample.
    """

    def __init__(self, session: Session, taps: Sequence[Tap], shapes: Shapes) -> None:
        self.collector = Collector(taps)
        self.digests: list[bytes] = []
        self._session = session
        self._shapes = shapes
        self._names = [tap.tensor for tap in taps]
        self._computed = [port.name for port in session.outputs]
        self._bindable = all(port.dtype == "tensor(float)" for port in session.outputs)
        self._signature: Signature | None = None
        self._block: Block | None = None
        self._binding: Binding | None = None

    def observe(self, sample: Sample, digest: bytes, monitor: Monitor) -> None:
        """Adds the tensors of a sample; raises DataError with its name, Cancelled."""
        try:
            block = self._filled(sample.feeds, monitor)
        except DataError as error:
            raise DataError(f"{sample.name}: {error}") from error
        self.collector.observe(sample.name, block)
        self.digests.append(digest)

    def _filled(self, feeds: Mapping[str, Array], monitor: Monitor) -> Block:
        if not self._shapes.known:
            # One worker finds the shapes for all; the plain run takes memory for every tensor.
            with self._shapes.first:
                if not self._shapes.known:
                    return self._fresh(feeds, monitor)
        return self._bound(feeds, monitor) or self._fresh(feeds, monitor)

    def _bound(self, feeds: Mapping[str, Array], monitor: Monitor) -> Block | None:
        """The tensors written in place; None where they may not have the shapes known."""
        signature = _signature(feeds)
        if signature not in self._shapes.known or not self._bindable:
            return None
        if signature != self._signature or self._block is None:
            self._prepare(signature)
        block = self._block
        if self._binding is None or block is None:
            return None
        try:
            self._binding.run(feeds, monitor=monitor)
        except DataError:
            self._bindable = False
            return None
        for name, view in zip(self._names, block.views, strict=True):
            if name in feeds:
                view[...] = feeds[name]
        return block

    def _prepare(self, signature: Signature) -> None:
        self._signature, self._binding = signature, None
        block = self._block = Block(self.collector.taps, self._shapes.known[signature])
        views = dict(zip(self._names, block.views, strict=True))
        outputs = {name: views[name] for name in self._computed}
        if outputs and all(view.size for view in outputs.values()):
            self._binding = self._session.bind(outputs)

    def _fresh(self, feeds: Mapping[str, Array], monitor: Monitor) -> Block:
        """The tensors of a plain run, copied; their shapes are known from then on."""
        found = {**feeds}
        if self._computed:
            found |= self._session.run(feeds, self._computed, monitor=monitor)
        arrays = [found[name] for name in self._names]
        shapes = tuple(array.shape for array in arrays)
        block = Block(self.collector.taps, shapes)
        block.fill(arrays)
        self._shapes.known[_signature(feeds)] = shapes
        return block


def _signature(feeds: Mapping[str, Array]) -> Signature:
    return tuple((name, array.shape) for name, array in feeds.items())
