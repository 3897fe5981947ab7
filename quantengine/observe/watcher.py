"""One worker's view of the network: run a sample, observe its tensors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from quantengine.data.dataset import Sample
from quantengine.errors import DataError
from quantengine.monitor import Monitor
from quantengine.observe.block import floats_needed
from quantengine.observe.extents import Extent, Extents, Feeds
from quantengine.observe.gathered import Gathered
from quantengine.observe.station import Station


class Watcher:
    """Runs samples one at a time, stage by stage, through sessions shared with other workers.

    Where the shapes of the tensors are known, the runtime writes them straight into the memory
    that is scanned, the same for all stages: fresh memory for each sample would cost as much as
    the scan.
    """

    def __init__(self, stations: Sequence[Station], extents: Extents) -> None:
        self.gathered = Gathered([station.collector for station in stations])
        self._stations = stations
        self._extents = extents
        self._prepared: tuple[Extent, ...] | None = None

    def observe(self, sample: Sample, digest: bytes, monitor: Monitor) -> None:
        """Adds the tensors of a sample; raises DataError with its name, Cancelled."""
        extents = self._extents.of(sample.feeds)
        if extents is None:
            self._extents.learn(sample.feeds, self._through_all(sample, monitor, prepared=False))
        else:
            if extents is not self._prepared:
                self._prepare(extents)
            self._through_all(sample, monitor, prepared=True)
        self.gathered.samples.append((sample.name, digest))

    def _through_all(
        self, sample: Sample, monitor: Monitor, *, prepared: bool
    ) -> tuple[Extent, ...]:
        feeds: Feeds = sample.feeds
        found = []
        for station in self._stations:
            try:
                block = station.run(feeds, monitor, prepared=prepared)
            except DataError as error:
                raise DataError(f"{sample.name}: {error}") from error
            station.collector.observe(sample.name, block)
            found.append(station.extent(block))
            feeds = {**feeds, **station.carry(block)}
        return tuple(found)

    def _prepare(self, extents: tuple[Extent, ...]) -> None:
        """Lays the tensors of all stages over the same memory."""
        pairs = list(zip(self._stations, extents, strict=True))
        size = max(floats_needed(station.taps, extent.taps) for station, extent in pairs)
        room = np.empty(size, np.float32)
        for station, extent in pairs:
            station.prepare(extent, room)
        self._prepared = extents
