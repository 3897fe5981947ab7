"""One worker's view of the network: run a sample, observe its tensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quantengine.data.dataset import Sample
from quantengine.errors import DataError
from quantengine.freed import give_back
from quantengine.monitor import Monitor
from quantengine.observe.beside import beside_arrays
from quantengine.observe.block import floats_needed
from quantengine.observe.extents import Extent, Extents, Feeds
from quantengine.observe.gathered import Gathered
from quantengine.observe.stages import read_later
from quantengine.observe.station import Layout, Station

_LARGE = 12 << 20
"""Bytes of tensors behind which freed memory goes back to the system, in samples with a stage that
makes so many. A runtime asks for aligned memory, which glibc does not find again among what was
freed: a photo of a megapixel left 1 GB behind."""


@dataclass(frozen=True, eq=False)
class _Prepared:
    """Memory laid out for samples of certain extents: one entry a station."""

    extents: tuple[Extent, ...]
    layouts: tuple[Layout | None, ...]


class Watcher:
    """Runs samples one at a time, stage by stage, through sessions shared with other workers.

    Where the shapes of the tensors are known, the runtime writes them straight into the memory
    that is scanned, the same for all stages: fresh memory for each sample would cost as much as
    the scan. `makes`: bytes of tensors that each stage makes, watched or not, where memory is
    short: what was freed goes back to the system behind so many, however small a stage is.
    """

    def __init__(
        self, stations: Sequence[Station], extents: Extents, makes: Sequence[int] | None = None
    ) -> None:
        self.gathered = Gathered([station.collector for station in stations])
        self._stations = stations
        self._extents = extents
        self._makes = [0] * len(stations) if makes is None else makes
        self._unknown: tuple[Layout | None, ...] = (None,) * len(stations)
        self._prepared = _Prepared((), self._unknown)
        self._room = np.empty(0, np.float32)
        self._later = read_later([station.stage for station in stations])

    def observe(self, sample: Sample, digest: bytes, monitor: Monitor) -> None:
        """Adds the tensors of a sample; raises DataError with its name, Cancelled."""
        extents = self._extents.of(sample.feeds)
        if extents is None:
            found = self._through_all(sample, self._unknown, monitor)
            self._extents.learn(sample.feeds, found)
        else:
            self._through_all(sample, self._layouts(extents), monitor)
        self.gathered.samples.append((sample.name, digest))

    def _through_all(
        self, sample: Sample, layouts: Sequence[Layout | None], monitor: Monitor
    ) -> tuple[Extent, ...]:
        """What one stage gave goes before the next is run, but for what is still read."""
        feeds: Feeds = sample.feeds
        found, passed, large = [], 0, any(self._makes)
        stages = zip(self._stations, layouts, self._later, self._makes, strict=True)
        for station, layout, later, makes in stages:
            try:
                seen = station.run(feeds, layout, monitor)
            except DataError as error:
                raise DataError("{0}: {1}", sample.name, error) from error
            station.collector.observe(sample.name, seen.block)
            found.append(seen.extent)
            handed = station.carry(seen)
            own = seen.block.buffer.nbytes + sum(array.nbytes for array in handed.values())
            made = max(own, makes)
            passed, large = passed + made, large or made >= _LARGE
            known = {**feeds, **handed}
            feeds = {name: array for name, array in known.items() if name in later}
            del seen, known, handed
            if large and passed >= _LARGE:
                give_back()
                passed = 0
        return tuple(found)

    def _layouts(self, extents: tuple[Extent, ...]) -> tuple[Layout | None, ...]:
        """The tensors of all stages over the same memory; kept for the next sample like this.

        That of samples of other shapes goes first, or serves again where it is large enough.
        """
        if self._prepared.extents != extents:
            pairs = list(zip(self._stations, extents, strict=True))
            size = max(floats_needed(station.taps, extent.taps) for station, extent in pairs)
            self._prepared = _Prepared((), self._unknown)
            if size > self._room.size:
                self._room = np.empty(0, np.float32)
                self._room = np.empty(size, np.float32)
            room = self._room
            beside = beside_arrays([extent.carried for extent in extents], self._later)
            layouts = tuple(
                station.lay_out(extent, room, arrays)
                for (station, extent), arrays in zip(pairs, beside, strict=True)
            )
            self._prepared = _Prepared(extents, layouts)
        return self._prepared.layouts
