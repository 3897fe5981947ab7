"""One worker's view of the network: run a sample, observe its tensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quantengine.data.dataset import Sample
from quantengine.errors import DataError
from quantengine.monitor import Monitor
from quantengine.observe.block import floats_needed
from quantengine.observe.extents import Extent, Extents, Feeds
from quantengine.observe.gathered import Gathered
from quantengine.observe.station import Layout, Seen, Station


@dataclass(frozen=True, eq=False)
class _Prepared:
    """Memory laid out for samples of certain extents: one entry a station."""

    extents: tuple[Extent, ...]
    layouts: tuple[Layout | None, ...]


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
        self._unknown: tuple[Layout | None, ...] = (None,) * len(stations)
        self._prepared = _Prepared((), self._unknown)

    def observe(self, sample: Sample, digest: bytes, monitor: Monitor) -> None:
        """Adds the tensors of a sample; raises DataError with its name, Cancelled."""
        extents = self._extents.of(sample.feeds)
        if extents is None:
            found = self._through_all(sample, self._unknown, monitor)
            self._extents.learn(sample.feeds, tuple(seen.extent for seen in found))
        else:
            self._through_all(sample, self._layouts(extents), monitor)
        self.gathered.samples.append((sample.name, digest))

    def _through_all(
        self, sample: Sample, layouts: Sequence[Layout | None], monitor: Monitor
    ) -> list[Seen]:
        feeds: Feeds = sample.feeds
        found = []
        for station, layout in zip(self._stations, layouts, strict=True):
            try:
                seen = station.run(feeds, layout, monitor)
            except DataError as error:
                raise DataError("{0}: {1}", sample.name, error) from error
            station.collector.observe(sample.name, seen.block)
            found.append(seen)
            feeds = {**feeds, **station.carry(seen)}
        return found

    def _layouts(self, extents: tuple[Extent, ...]) -> tuple[Layout | None, ...]:
        """The tensors of all stages over the same memory; kept for the next sample like this."""
        if self._prepared.extents != extents:
            pairs = list(zip(self._stations, extents, strict=True))
            size = max(floats_needed(station.taps, extent.taps) for station, extent in pairs)
            room = np.empty(size, np.float32)
            layouts = tuple(station.lay_out(extent, room) for station, extent in pairs)
            self._prepared = _Prepared(extents, layouts)
        return self._prepared.layouts
