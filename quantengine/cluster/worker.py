"""What runs at a worker: bytes come in, bytes go out. Each function is called by Dask."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from quantengine.cluster.door import get_worker
from quantengine.cluster.request import Answer, Request, digest_of, laid_out, token_of
from quantengine.errors import Cancelled, DataError, ModelError, QuantError
from quantengine.graph.read import files_digest
from quantengine.monitor import Monitor
from quantengine.observe.inputs import opened_data
from quantengine.observe.part import Prepared
from quantengine.observe.replicates import in_groups
from quantengine.observe.table import merge
from quantengine.opening.open import open_model
from quantengine.sentence import Sentence

_MOST_KEPT = 2
"""Models of so many calls stay loaded: one whose client is gone is never ended."""
_TELL_EVERY_S = 0.25


@dataclass(frozen=True, eq=False)
class _Kept:
    """What is loaded, and the folder of a model that was sent."""

    prepared: Prepared
    folder: TemporaryDirectory[str] | None


_lock = Lock()
_prepared: OrderedDict[str, _Kept] = OrderedDict()
_running: dict[str, set[Monitor]] = {}
_ended: set[str] = set()


def observed(sent: bytes, place: int, places: int, *model: bytes) -> bytes:
    """An Answer on one of so many parts of the samples, told of as it grows.

    `model`: its files where the worker does not see them.
    """
    token = token_of(sent)
    try:
        request = Request.from_bytes(sent)
        with _monitored(token, place) as monitor:
            prepared = _ready(request, b"".join(model), monitor)
            found = prepared.observe(_of_part(prepared, place, places), monitor)
            bad = tuple(error.sentence for error in found.bad)
            return Answer(found.table, bad, found.varied).to_bytes()
    except QuantError as error:
        tell(token, place, 0, [], error.sentence)
        return Answer(fault=error.sentence).to_bytes()
    except Cancelled:
        return Answer(fault=Sentence("it was stopped")).to_bytes()


def joined(*sent: bytes) -> bytes:
    """Some Answers as one."""
    answers = [Answer.from_bytes(each, checked=False) for each in sent]
    fault = next((answer.fault for answer in answers if answer.fault is not None), None)
    if fault is not None:
        return Answer(fault=fault).to_bytes()
    tables = [answer.table for answer in answers if answer.table is not None]
    try:
        table = reduce(merge, tables) if tables else None
    except DataError as error:
        return Answer(fault=error.sentence).to_bytes()
    bad = tuple(said for answer in answers for said in answer.bad)
    return Answer(table, bad, any(answer.varied for answer in answers)).to_bytes()


def sees(sent: bytes) -> int:
    """1 where the model lies at its path here too, with the same content."""
    request = Request.from_bytes(sent)
    try:
        return int(files_digest([*map(Path, request.files)]) == request.digest)
    except (OSError, QuantError):
        return 0


def end(token: str) -> None:
    """Stops what runs for a client that is done, and forgets what was loaded for it."""
    _ended.add(token)
    for monitor in _running.pop(token, set()):
        monitor.cancel()
    _forget(_prepared.pop(token, None))


def _forget(kept: _Kept | None) -> None:
    if kept is not None and kept.folder is not None:
        kept.folder.cleanup()


class _Telling(Monitor):
    """Tells the client, now and then, how far a part is and what is bad in it."""

    def __init__(self, token: str, place: int) -> None:
        super().__init__()
        self.token, self.place = token, place
        self.bad: list[Sentence] = []
        self.told_s = 0.0

    def progress(self, done: int, total: int | None, _: str) -> None:
        now = time.monotonic()
        if now - self.told_s >= _TELL_EVERY_S or done == total:
            self.told_s = now
            tell(self.token, self.place, done, self.bad)

    def fault(self, text: str) -> None:
        self.bad.append(text if isinstance(text, Sentence) else Sentence.from_json(text))
        self.told_s = 0.0


def tell(
    token: str, place: int, done: int, bad: list[Sentence], fault: Sentence | None = None
) -> None:
    """To the client that listens to `token`: JSON."""
    told = [place, done, [each.to_json() for each in bad], fault and fault.to_json()]
    get_worker().log_event(token, json.dumps(told))


@contextmanager
def _monitored(token: str, place: int) -> Iterator[Monitor]:
    monitor = _Telling(token, place)
    _running.setdefault(token, set()).add(monitor)
    try:
        if token in _ended:
            raise Cancelled
        yield monitor
    finally:
        _running.get(token, set()).discard(monitor)


def _of_part(prepared: Prepared, place: int, places: int) -> list[int]:
    """Neighbours in the order in which collectors like samples."""
    order = in_groups(prepared.run.dataset)
    return order[place * len(order) // places : (place + 1) * len(order) // places]


def _ready(request: Request, model: bytes, monitor: Monitor) -> Prepared:
    """Opened by the first part that comes to this process; the others wait."""
    with _lock:
        kept = _prepared.get(request.token)
        if kept is None:
            opening = Monitor()
            with monitor.stopping(opening.cancel):
                kept = _opened(request, model, opening)
            _prepared[request.token] = kept
            while len(_prepared) > _MOST_KEPT:
                _forget(_prepared.popitem(last=False)[1])
            if request.token in _ended:
                _forget(_prepared.pop(request.token, None))
        return kept.prepared


def _opened(request: Request, sent: bytes, monitor: Monitor) -> _Kept:
    worker, folder, path = get_worker(), None, Path(request.model)
    if sent:
        folder = TemporaryDirectory(dir=worker.local_directory)
        path = laid_out(sent, Path(folder.name))
    model = open_model(path, compare=False, monitor=monitor)
    if model.digest != request.digest:
        raise ModelError(
            "Worker {0} finds another model at {1}: give it the same file.", worker.name, path
        )
    dataset = opened_data(model, Path(request.data), request.options, monitor=monitor)
    if digest_of(dataset) != request.names:
        raise DataError(
            "Worker {0} finds other samples at {1}: every worker has to see the same data there.",
            *(worker.name, request.data),
        )
    memory = request.memory_bytes
    prepared = Prepared.of(
        model,
        dataset,
        request.taps,
        memory_bytes=None if memory is None else max(memory // worker.state.nthreads, 1),
        quantized_inputs=request.quantized_inputs,
    )
    return _Kept(prepared, folder)
