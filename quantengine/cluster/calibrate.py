"""Statistics collected by the workers of a Dask cluster, equal to one machine's to the last bit."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from quantengine.cluster import worker
from quantengine.cluster.door import Client, Future, KilledWorker, connected
from quantengine.cluster.request import Answer, Request, digest_of, files_of, pieces, sent_files
from quantengine.counted import counted
from quantengine.data.dataset import Dataset, stop_if_too_many
from quantengine.data.oddities import Sameness
from quantengine.data.options import DataOptions
from quantengine.errors import DataError, QuantError
from quantengine.graph.model import FloatModel
from quantengine.monitor import Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.observe.tap import Tap
from quantengine.sentence import Sentence

_PARTS_A_THREAD, _LEAST_SAMPLES = 3, 16
"""A worker that dies takes a part with it; each part costs as much as a few samples."""
_JOINED_AT_ONCE = 8
_PIECE_BYTES = 8 << 20
"""Dask warns of single messages larger than that."""
_POLL_S = 0.05


@dataclass(frozen=True)
class Source:
    """Where workers find the samples, and how they are read."""

    path: Path
    options: DataOptions


def calibrate_on(
    address: str,
    model: FloatModel,
    dataset: Dataset,
    source: Source,
    taps: Sequence[Tap],
    *,
    quantized_inputs: bool = False,
    memory_bytes: int | None = None,
    monitor: Monitor,
) -> CalibrationTable:
    """What `calibrate` gives, by the workers of the scheduler at `dask://HOST:PORT`.

    They read `source`, which is what `dataset` was opened from, under the same path, and the model
    too where all see it; else it is sent. A worker runs as many parts at a time as it has threads,
    one thread a run, and `memory_bytes` is for each worker. Raises QuantError where nothing answers
    or a worker cannot do it, DataError, ModelError, Cancelled.
    """
    request = Request(
        token=f"quantscope-{uuid.uuid4().hex}",
        model=str(model.origin.path.absolute()),
        files=files_of(model),
        digest=model.digest,
        data=str(source.path.absolute()),
        options=source.options,
        names=digest_of(dataset),
        taps=tuple(taps),
        quantized_inputs=quantized_inputs,
        memory_bytes=memory_bytes,
    )
    with connected(address, monitor) as client:
        call = _Call(client, request.token, len(dataset), monitor)
        with call.heard():
            answer = call.answer(request, model)
    return _taken(answer, dataset, monitor)


@dataclass(eq=False)
class _Call:
    """One job on the cluster: what its parts told so far."""

    client: Client
    token: str
    samples: int
    monitor: Monitor
    told: SimpleQueue[str] = field(default_factory=SimpleQueue)
    done: dict[int, int] = field(default_factory=dict)
    bad: dict[str, DataError] = field(default_factory=dict)
    shown: int = -1

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Within it workers are listened to; behind it they are done, and know it."""
        self.client.subscribe_topic(self.token, self._hear)
        try:
            yield
        finally:
            self.client.unsubscribe_topic(self.token)
            self.client.run(worker.end, self.token, on_error="ignore")

    def _hear(self, event: tuple[Any, str]) -> None:
        self.told.put(event[1])

    def answer(self, request: Request, model: FloatModel) -> Answer:
        futures = self._submitted(request, model)
        last, ended = futures[-1], threading.Event()
        last.add_done_callback(lambda _: ended.set())
        try:
            while not ended.wait(_POLL_S):
                self._attend()
            self._attend()
            return Answer.from_bytes(_result(last), checked=True)
        finally:
            self.client.cancel(futures, force=True)

    def _submitted(self, request: Request, model: FloatModel) -> list[Future]:
        """All that is to be done, the whole at last."""
        sent, nthreads = request.to_bytes(), self.client.nthreads()
        threads = sum(nthreads.values())
        parts = _parts(self.samples, threads)
        self.monitor.say(
            Sentence(
                "{0} with {1} share {2}.",
                counted(len(nthreads), "worker"),
                counted(threads, "thread"),
                counted(self.samples, "sample"),
            )
        )
        files = self._files(sent, model)
        futures = [self._ask(worker.observed, sent, k, parts, *files) for k in range(parts)]
        every, level = [*files, *futures], futures
        while len(level) > 1:
            level = [self._ask(worker.joined, *some) for some in _few(level)]
            every += level
        return every

    def _files(self, sent: bytes, model: FloatModel) -> list[Future]:
        """The model in pieces, which Dask hands on and makes again where a worker dies."""
        if all(self.client.run(worker.sees, sent).values()):
            return []
        self.monitor.say("Not every worker sees the model under its path: it is sent.")
        return [self._ask(bytes, piece) for piece in pieces(sent_files(model), _PIECE_BYTES)]

    def _ask(self, function: Any, *words: Any) -> Future:
        return self.client.submit(function, *words, pure=False)

    def _attend(self) -> None:
        """Passes on what workers told; raises Cancelled, and QuantError for what ends all of it."""
        self.monitor.check()
        while True:
            try:
                place, done, bad, fault = json.loads(self.told.get_nowait())
            except Empty:
                break
            if fault is not None:
                raise QuantError(Sentence.from_json(fault))
            self.done[place] = done
            for said in map(Sentence.from_json, bad):
                self._add_bad(said)
        if (done := sum(self.done.values())) != self.shown:
            self.shown = done
            self.monitor.progress(done, self.samples, "Calibrating")

    def _add_bad(self, said: Sentence) -> None:
        if said not in self.bad:
            self.bad[said] = DataError(said)
            self.monitor.fault(f"skipped {said}")
            stop_if_too_many([*self.bad.values()], self.samples)


def _result(last: Future) -> bytes:
    try:
        found: bytes = last.result()
    except KilledWorker as error:
        raise QuantError(
            "One part of the samples ended several workers, most likely for want of memory: give "
            "--memory, or workers of fewer threads. {0}",
            str(error).split("\n")[0],
        ) from error
    except ModuleNotFoundError as error:
        raise QuantError(
            "A worker lacks Quantscope ({0}): install the same version there.", error
        ) from error
    return found


def _taken(answer: Answer, dataset: Dataset, monitor: Monitor) -> CalibrationTable:
    """The statistics, after the rules that hold for all samples together."""
    if answer.fault is not None:
        raise QuantError(answer.fault)
    bad = list(map(DataError, answer.bad))
    stop_if_too_many(bad, len(dataset))
    if answer.table is None:
        raise DataError("no sample could be used: {0}", bad[0] if bad else "the data is empty")
    if not answer.varied and (same := _said_same(dataset)) is not None:
        monitor.fault(same)
    return answer.table


def _said_same(dataset: Dataset) -> str | None:
    """No part saw two samples that differ: whether there are any in all, looked at here."""
    sameness = Sameness()
    for index in range(len(dataset)):
        try:
            sameness.add(dataset.load(index).feeds)
        except DataError:
            continue
        if sameness.varied:
            break
    return sameness.text


def _parts(samples: int, threads: int) -> int:
    """In how many parts samples are given out."""
    return max(min(_PARTS_A_THREAD * threads, samples // _LEAST_SAMPLES), min(threads, samples))


def _few(futures: Sequence[Future]) -> Iterator[Sequence[Future]]:
    for start in range(0, len(futures), _JOINED_AT_ONCE):
        yield futures[start : start + _JOINED_AT_ONCE]
