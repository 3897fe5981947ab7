"""How long each node of a file takes, as onnxruntime itself notes it."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import onnx

from quantengine.monitor import SILENT, Monitor
from quantengine.runtime import Session, Tensors
from quantengine.speed.numbered import Numbered, place_in

_ROUNDS, _LONGEST_S = 20, 4.0
_FEWEST = 3
_KERNEL = "_kernel_time"

Event = Mapping[str, Any]


@dataclass(frozen=True)
class NodeTime:
    """A node as it is run: `ms` of one sample, what is run inside it left out.

    `place` is that of the node of the file it was made of, None of one that onnxruntime added;
    `element` the type of the first tensor it reads, as onnxruntime calls it.
    """

    name: str
    operator: str
    place: int | None
    element: str
    ms: float


@dataclass(frozen=True, eq=False)
class Times:
    """A file: its `nodes` in the order in which they run, the `network` that onnxruntime made of
    it, and `ms` of a whole run of one sample.
    """

    file: Numbered
    network: onnx.ModelProto
    nodes: tuple[NodeTime, ...]
    ms: float


@dataclass(frozen=True, eq=False)
class Timed:
    """A file that is to be timed on `feeds`, one entry a sample."""

    file: Numbered
    feeds: Sequence[Tensors]
    optimize: bool = True


def measure(
    files: Sequence[Timed], *, threads: int | None = None, monitor: Monitor = SILENT
) -> tuple[Times, ...]:
    """Times of all files, which take turns, so that other load on the machine meets all alike.

    Of each node the median over rounds, and the mean of that over samples. Raises ModelError,
    DataError, Cancelled.
    """
    with tempfile.TemporaryDirectory() as folder:
        runs = [_Runs.of(file, Path(folder) / str(k), threads) for k, file in enumerate(files)]
        _take_turns(runs, monitor)
        return tuple(each.times() for each in runs)


def _take_turns(runs: Sequence[_Runs], monitor: Monitor) -> None:
    """One round warms up, then as many as there is time for."""
    end = 0.0
    for round_ in monitor.track(range(1 + _ROUNDS), "Measuring times"):
        if round_ == 1:
            end = time.monotonic() + _LONGEST_S
        if round_ > _FEWEST and time.monotonic() > end:
            break
        for each in runs:
            each.run(monitor)


@dataclass(eq=False)
class _Runs:
    file: Timed
    session: Session
    count: int = field(default=0)

    @classmethod
    def of(cls, file: Timed, folder: Path, threads: int | None) -> _Runs:
        folder.mkdir()
        proto, optimize = file.file.proto, file.optimize
        return cls(file, Session(proto, optimize=optimize, threads=threads, trace=folder))

    def run(self, monitor: Monitor) -> None:
        for feeds in self.file.feeds:
            self.session.run(feeds, monitor=monitor)
            self.count += 1

    def times(self) -> Times:
        trace = self.session.end_trace()
        samples = len(self.file.feeds)
        runs = list(_runs(trace.events))[-self.count + samples :]
        by_sample = [runs[k::samples] for k in range(samples)]
        whole = statistics.mean(statistics.median(r.ms for r in each) for each in by_sample)
        nodes: dict[str, tuple[Event, list[float]]] = {}
        for each in by_sample:
            for name, event in _names(each).items():
                found = statistics.median(run.own.get(name, 0.0) for run in each)
                nodes.setdefault(name, (event, []))[1].append(found)
        timed = tuple(
            _node_time(name, event, sum(found) / samples) for name, (event, found) in nodes.items()
        )
        return Times(self.file.file, trace.network, timed, whole)


def _names(runs: Iterable[_Run]) -> dict[str, Event]:
    return {name: event for run in reversed([*runs]) for name, event in run.events.items()}


def _node_time(name: str, event: Event, ms: float) -> NodeTime:
    shapes = event["args"].get("input_type_shape") or [{}]
    element = next(iter(shapes[0]), "")
    operator = str(event["args"].get("op_name", ""))
    return NodeTime(name, operator, place_in(name), element, ms)


@dataclass(frozen=True, eq=False)
class _Run:
    """One run: its ms, and by name of a node its first event and its own ms."""

    ms: float
    events: Mapping[str, Event]
    own: Mapping[str, float]


def _runs(events: Iterable[Event]) -> Iterator[_Run]:
    """Nodes end before the run they belong to."""
    nodes: list[Event] = []
    for event in events:
        if event.get("cat") == "Node" and str(event.get("name")).endswith(_KERNEL):
            nodes.append(event)
        elif event.get("name") == "model_run":
            nodes.sort(key=lambda each: (each["ts"], -each["dur"]))
            known: dict[str, Event] = {}
            own: dict[str, float] = {}
            for name, each, ms in _own_times(nodes):
                known.setdefault(name, each)
                own[name] = own.get(name, 0.0) + ms
            yield _Run(event["dur"] / 1e3, known, own)
            nodes = []


def _own_times(nodes: Sequence[Event]) -> list[tuple[str, Event, float]]:
    """ms of each without the nodes that ran inside it, as those of a Loop do."""
    found: list[tuple[str, Event, float]] = []
    open_: list[tuple[int, float]] = []
    for event in nodes:
        while open_ and open_[-1][1] <= event["ts"]:
            open_.pop()
        ms = event["dur"] / 1e3
        if open_ and event["ts"] + event["dur"] <= open_[-1][1]:
            place = open_[-1][0]
            name, around, rest = found[place]
            found[place] = (name, around, max(rest - ms, 0.0))
        name = str(event["name"]).removesuffix(_KERNEL)
        open_.append((len(found), event["ts"] + event["dur"]))
        found.append((name, event, ms))
    return found
