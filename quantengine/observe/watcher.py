"""One worker's view of the network: run a sample, observe its tensors."""

from __future__ import annotations

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


class Watcher:
    """Runs samples one at a time through a session shared with other workers.

    Samples shaped like the one before are written by the runtime straight into the block that is
    scanned: fresh memory for each would cost as much as the scan. digests: one a sample.
    """

    def __init__(self, session: Session, taps: Sequence[Tap]) -> None:
        self.collector = Collector(taps)
        self.digests: list[bytes] = []
        self._session = session
        self._names = [tap.tensor for tap in taps]
        self._computed = [port.name for port in session.outputs]
        self._bindable = all(port.dtype == "tensor(float)" for port in session.outputs)
        self._signature: Signature = ()
        self._block: Block | None = None
        self._binding: Binding | None = None

    def observe(self, sample: Sample, digest: bytes, monitor: Monitor) -> None:
        """Adds the tensors of a sample; raises DataError with its name, Cancelled."""
        try:
            block = self._again(sample.feeds, monitor) or self._fresh(sample.feeds, monitor)
        except DataError as error:
            raise DataError(f"{sample.name}: {error}") from error
        self.collector.observe(sample.name, block)
        self.digests.append(digest)

    def _again(self, feeds: Mapping[str, Array], monitor: Monitor) -> Block | None:
        """The block of the last sample filled anew; None where the tensors may not fit it."""
        if self._binding is None or self._block is None or _signature(feeds) != self._signature:
            return None
        try:
            self._binding.run(feeds, monitor=monitor)
        except DataError:
            self._bindable, self._binding = False, None
            return None
        for name, view in zip(self._names, self._block.views, strict=True):
            if name in feeds:
                view[...] = feeds[name]
        return self._block

    def _fresh(self, feeds: Mapping[str, Array], monitor: Monitor) -> Block:
        found = {**feeds}
        if self._computed:
            found |= self._session.run(feeds, self._computed, monitor=monitor)
        arrays = [found[name] for name in self._names]
        block = Block(self.collector.taps, [array.shape for array in arrays])
        block.fill(arrays)
        self._block, self._signature, self._binding = block, _signature(feeds), None
        views = dict(zip(self._names, block.views, strict=True))
        outputs = {name: views[name] for name in self._computed}
        if self._bindable and outputs and all(view.size for view in outputs.values()):
            self._binding = self._session.bind(outputs)
        return block


def _signature(feeds: Mapping[str, Array]) -> Signature:
    return tuple((name, array.shape) for name, array in feeds.items())
