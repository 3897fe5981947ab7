"""Run a model on data and watch its tensors."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from math import prod
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from quantengine.counted import counted
from quantengine.data.dataset import Dataset
from quantengine.errors import DataError, ModelError
from quantengine.freed import give_back
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe import statistics
from quantengine.observe import table as tables
from quantengine.observe.arithmetic import arithmetic
from quantengine.observe.fed_shapes import FedShapes, largest_feeds
from quantengine.observe.loops import load_loops
from quantengine.observe.memory import DEFAULT_BYTES, split_taps, table_bytes
from quantengine.observe.observed_model import observed_model
from quantengine.observe.replicates import in_groups
from quantengine.observe.stages import Stage, read_later, stages, watching
from quantengine.observe.table import CalibrationTable
from quantengine.observe.tap import Tap
from quantengine.runtime import Session
from quantengine.sentence import Sentence

if TYPE_CHECKING:
    from quantengine.observe.gathered import Frozen

_FLOAT_BYTES = 4
_TIMES_THE_WEIGHTS = 5
"""What sessions hold and take while they load: measured on mobilenetv2 and a network of 18 MB."""
_THREADS = 1
"""One a run: several workers use the cores better than one run does."""


def calibrate(
    model: FloatModel,
    dataset: Dataset,
    taps: Sequence[Tap],
    *,
    workers: int | None = None,
    memory_bytes: int | None = None,
    quantized_inputs: bool = False,
    monitor: Monitor = SILENT,
    show: Callable[[CalibrationTable], None] | None = None,
) -> CalibrationTable:
    """Statistics of the tapped tensors over every sample of the dataset.

    `workers` threads (None: one a core) share the samples; the result does not depend on how
    many. Taps that together need more than `memory_bytes` (None: 2 GB) are observed in several
    passes over the data. `show` is given the table of the samples so far, on this thread, about
    once a second: of the taps of the present pass. Raises DataError, ModelError, Cancelled.
    """
    _check(model, dataset, taps)
    run = Run(model, dataset, stages(model, taps), quantized_inputs, monitor, show)
    crew, groups = run.arrange(taps, workers, memory_bytes or DEFAULT_BYTES)
    indices, parts = in_groups(dataset), []
    for place, group in enumerate(groups, 1):
        text = "Calibrating"
        if len(groups) > 1:
            text = Sentence("Calibrating, pass {0} of {1}", place, len(groups))
        parts.append(run.watch(group, indices, crew, text, short=len(groups) > 1))
        if len(groups) > 1:
            give_back()
    return side_by_side(parts)


@dataclass(frozen=True)
class Run:
    """The network in stages, over a dataset."""

    model: FloatModel
    dataset: Dataset
    cut: tuple[Stage, ...]
    quantized_inputs: bool
    monitor: Monitor
    show: Callable[[CalibrationTable], None] | None
    ready: dict[tuple[str, ...], Session] = field(default_factory=dict)
    """Stages that are loaded and wait for a pass, by what they give."""

    def arrange(
        self, taps: Sequence[Tap], workers: int | None, budget: int
    ) -> tuple[int, list[list[Tap]]]:
        """How many workers, and the taps of each pass; says what it will take."""
        most = max(1, min(workers or os.cpu_count() or 1, len(self.dataset)))
        each = [self._held(tap) + self._bytes(tap) for tap in taps]
        at_once = self._needed(taps)
        ways = [
            (crew, self._groups(taps, each, at_once, budget // crew))
            for crew in range(1, most + 1)
            if crew == 1 or crew * min(at_once, max(each)) <= budget
        ]
        # A pass more costs a run of all samples, a worker less the share of one.
        crew, groups = min(ways, key=lambda way: (len(way[1]) / way[0], -way[0]))
        needed = crew * max(map(self._needed, groups)) + self._kept_between(taps, groups)
        network = _TIMES_THE_WEIGHTS * sum(t.ByteSize() for t in self.model.graph.initializer)
        self.monitor.say(
            Sentence(
                "Observing {0} with {1} takes about {2} MB, and {3} MB for the loaded network.",
                *(counted(len(taps), "tensor"), counted(crew, "worker")),
                *(f"{size / 1e6:.0f}" for size in (needed, network)),
            )
        )
        if len(groups) > 1:
            self.monitor.say(
                Sentence(
                    "All tensors at once would take {0} MB, more than allowed: they are observed "
                    "in {1} passes over the data.",
                    *(f"{crew * at_once / 1e6:.0f}", len(groups)),
                )
            )
        if needed > budget:
            self.monitor.say(
                Sentence(
                    "More than the {0} MB allowed are needed all the same: less is not possible.",
                    f"{budget / 1e6:.0f}",
                )
            )
        return crew, groups

    def _groups(
        self, taps: Sequence[Tap], each: Sequence[int], at_once: int, budget: int
    ) -> list[list[Tap]]:
        """The taps of each pass, in so many bytes for one worker."""
        if at_once <= budget:
            return [list(taps)]
        beside = self._needed(())
        return self._with_nodes(split_taps(taps, each, max(budget - beside, budget // 2)))

    def _kept_between(self, taps: Sequence[Tap], groups: Sequence[Sequence[Tap]]) -> int:
        """Bytes of the statistics of other passes."""
        least = min(groups, key=len) if len(groups) > 1 else taps
        return sum(map(self._held, taps)) - sum(map(self._held, least))

    def _with_nodes(self, groups: list[list[Tap]]) -> list[list[Tap]]:
        """A pass that observes inputs alone has nothing to run: its taps go with the next."""
        found: list[list[Tap]] = []
        held: list[Tap] = []
        for group in groups:
            held += group
            if any(tap.tensor in self.model.producers for tap in held):
                found.append(held)
                held = []
        return [*found[:-1], [*found[-1], *held]] if found else [held]

    @cached_property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Of each observed tensor: of a sample that is run where the model tells none."""
        feeds = largest_feeds(self.dataset)
        names = {tap.tensor for stage in self.cut for tap in stage.taps}
        names.update(name for stage in self.cut for name in stage.carried)
        shapes: dict[str, tuple[int, ...] | None] = {}
        for inferred in (False, True):
            told = FedShapes(self.model, feeds, inferred=inferred)
            shapes = {name: told.shape(name) for name in names}
            if None not in shapes.values():
                break
        else:
            shapes |= self._run_once(feeds)
        return {name: shape or () for name, shape in shapes.items()}

    def _bytes(self, tap: Tap) -> int:
        return self._sized(tap.tensor)

    def _sized(self, name: str) -> int:
        return _FLOAT_BYTES * prod(self.shapes.get(name, ()))

    def _held(self, tap: Tap) -> int:
        return table_bytes(tap, self.shapes[tap.tensor])

    def _run_once(self, feeds: Mapping[str, NDArray[Any]]) -> dict[str, tuple[int, ...]]:
        """The shapes one sample has, up to where it does not run, which its own turn will tell."""
        values, shapes = dict(feeds), {name: array.shape for name, array in feeds.items()}
        for stage, later in zip(self.cut, read_later(self.cut), strict=True):
            session = self.ready[stage.outputs] = self._session(stage)
            fed = {port.name: values[port.name] for port in session.inputs}
            try:
                found = session.run(fed, monitor=self.monitor)
            except DataError:
                break
            shapes |= {name: array.shape for name, array in found.items()}
            values = {n: array for n, array in (values | found).items() if n in later}
        return shapes

    def _needed(self, taps: Sequence[Tap]) -> int:
        """Bytes in each worker: counts of all taps, and what is alive while one stage is run.

        That are those of its own tensors that are watched, about as much as all of them that the
        runtime makes between, what it hands on (a copy) and what later stages read of earlier ones.
        """
        watched, alive, widest = set(taps), set[str](), 0
        for stage, later in zip(self.cut, read_later(self.cut), strict=True):
            alive.update(stage.carried)
            own = sum(self._bytes(tap) * (1 + (tap in watched)) for tap in stage.taps)
            widest = max(widest, own + sum(map(self._sized, alive)))
            alive &= later
        return sum(map(self._held, taps)) + widest

    def watch(
        self, taps: Sequence[Tap], indices: list[int], crew: int, text: str, *, short: bool = False
    ) -> CalibrationTable:
        """One pass over the data; `short`: memory is."""
        cut = watching(self.cut, taps)
        sessions = self.loaded(cut)
        from quantengine.observe.crew import Crew
        from quantengine.observe.extents import Extents
        from quantengine.observe.station import Station
        from quantengine.observe.watcher import Watcher

        extents = Extents(self.model, cut)
        makes = self.makes(cut) if short else None
        watchers = [Watcher(list(map(Station, sessions, cut)), extents, makes) for _ in range(crew)]
        Crew(self.dataset, watchers, self._showing(taps)).run(indices, self.monitor, text)
        gathered = [watcher.gathered for watcher in watchers if watcher.gathered.samples]
        # The network and its tensors go before the statistics are put together.
        del sessions, watchers
        return self.table([part.freeze() for part in gathered], taps)

    def makes(self, cut: Sequence[Stage]) -> list[int]:
        """Bytes of the tensors that each stage makes, at most."""
        return [sum(map(self._sized, stage.outputs)) for stage in cut]

    def _showing(self, taps: Sequence[Tap]) -> Callable[[Sequence[Frozen]], None] | None:
        show = self.show
        return None if show is None else lambda parts: show(self.table(parts, taps))

    def loaded(self, cut: Sequence[Stage]) -> list[Session]:
        """The runtime prepares the stages while the compiled loops load.

        The model stays on this thread, whose freed memory it can use again: 15 MB less.
        """
        with ThreadPoolExecutor(1) as beside:
            loading = beside.submit(load_loops)
            sessions = [self.ready.get(stage.outputs) or self._session(stage) for stage in cut]
            self.ready.clear()
            loading.result()
        return sessions

    def _session(self, stage: Stage) -> Session:
        proto = observed_model(self.model, stage, quantized_inputs=self.quantized_inputs)
        return Session(proto, threads=_THREADS, keep_memory=False)

    def table(self, parts: Sequence[Frozen], taps: Sequence[Tap]) -> CalibrationTable:
        """The statistics of all workers as one table; takes them out of `parts` on the way."""
        merged = (
            reduce(statistics.merge, (part.tensors.pop(tap.tensor) for part in parts))
            for tap in taps
        )
        return tables.of_samples(
            self.model.digest,
            [sample for part in parts for sample in part.samples],
            merged,
            self.dataset.describe()["preprocessing"],
            quantized_inputs=self.quantized_inputs,
            arithmetic=(arithmetic(_THREADS),),
        )


def _check(model: FloatModel, dataset: Dataset, taps: Sequence[Tap]) -> None:
    if model.quantized is not None:
        raise ModelError("{0}: {1}", model.path, model.quantized)
    if not len(dataset):
        raise DataError("There is no sample to calibrate with: choose data that has some.")
    if not taps:
        raise DataError(
            "There is no tensor to observe: nothing in this model can be quantized; `quantengine "
            "inspect` says of every layer why."
        )
    for what, names in (("Sample", dataset.names), ("Tensor", [tap.tensor for tap in taps])):
        name, times = Counter(names).most_common(1)[0]
        if times > 1:
            raise DataError("{0} '{1}' is there {2} times: names must differ.", what, name, times)
    for tap in taps:
        if tap.tensor not in model.producers and tap.tensor not in model.inputs:
            raise ModelError(
                "{0} computes no tensor '{1}': observe one of its own.", model.path.name, tap.tensor
            )


def side_by_side(parts: Sequence[CalibrationTable]) -> CalibrationTable:
    """Tables of the same samples and different tensors as one."""
    if any(part.samples != parts[0].samples for part in parts):
        raise DataError(
            "The data changed between two passes over it: calibrate again with data at rest."
        )
    tensors = {name: stats for part in parts for name, stats in part.tensors.items()}
    return replace(parts[0], tensors=tensors)
