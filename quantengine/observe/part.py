"""Parts of the data observed one by one, as a worker of many machines does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quantengine.data.dataset import Dataset
from quantengine.data.oddities import Sameness
from quantengine.errors import DataError
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.calibrate import Run, side_by_side
from quantengine.observe.extents import Extents
from quantengine.observe.memory import DEFAULT_BYTES
from quantengine.observe.stages import Stage, stages, watching
from quantengine.observe.station import Station
from quantengine.observe.table import CalibrationTable
from quantengine.observe.tap import Tap
from quantengine.observe.watcher import Watcher
from quantengine.runtime import Session


@dataclass(frozen=True, eq=False)
class Part:
    """The statistics of some samples, None where none could be read, and what is wrong with others.

    `varied`: two of them differ.
    """

    table: CalibrationTable | None
    bad: tuple[DataError, ...]
    varied: bool


@dataclass(frozen=True, eq=False)
class _Pass:
    """Taps that are observed together, and the stages that lead to them."""

    taps: tuple[Tap, ...]
    cut: tuple[Stage, ...]
    sessions: tuple[Session, ...]
    extents: Extents


@dataclass(frozen=True, eq=False)
class Prepared:
    """A network loaded once, and data: `observe` may be called from several threads at a time."""

    run: Run
    passes: tuple[_Pass, ...]

    @classmethod
    def of(
        cls,
        model: FloatModel,
        dataset: Dataset,
        taps: Sequence[Tap],
        *,
        memory_bytes: int | None = None,
        quantized_inputs: bool = False,
    ) -> Prepared:
        """`memory_bytes` as in `calibrate`, for one part alone; raises DataError, ModelError."""
        run = Run(model, dataset, stages(model, taps), quantized_inputs, SILENT, None)
        _, groups = run.arrange(taps, 1, memory_bytes or DEFAULT_BYTES)
        sessions = dict(zip((s.outputs for s in run.cut), run.loaded(run.cut), strict=True))
        passes = []
        for group in groups:
            cut = tuple(watching(run.cut, group))
            own = tuple(sessions[stage.outputs] for stage in cut)
            passes.append(_Pass(tuple(group), cut, own, Extents(model, cut)))
        return cls(run, tuple(passes))

    def observe(self, indices: Sequence[int], monitor: Monitor) -> Part:
        """The samples at `indices`, on this thread; the table is what `calibrate` gives of them.

        Each bad one is a fault for the monitor, however many there are. Raises DataError where the
        network does not run on one, Cancelled.
        """
        found = [self._over(each, indices, monitor) for each in self.passes]
        tables = [part.table for part in found if part.table is not None]
        whole = side_by_side(tables) if len(tables) == len(found) else None
        return Part(whole, found[0].bad, found[0].varied)

    def _over(self, one: _Pass, indices: Sequence[int], monitor: Monitor) -> Part:
        dataset, sameness, bad = self.run.dataset, Sameness(), list[DataError]()
        makes = self.run.makes(one.cut) if len(self.passes) > 1 else None
        watcher = Watcher(list(map(Station, one.sessions, one.cut)), one.extents, makes)
        for index in monitor.track(indices, "Calibrating"):
            try:
                sample = dataset.load(index)
            except DataError as error:
                bad.append(error)
                monitor.fault(error.sentence)
                continue
            sameness.add(sample.feeds)
            watcher.observe(sample, dataset.digest(index), monitor)
        gathered = watcher.gathered
        table = self.run.table([gathered.freeze()], one.taps) if gathered.samples else None
        return Part(table, tuple(bad), sameness.varied)
