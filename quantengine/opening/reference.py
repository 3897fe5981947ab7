"""The file a model was opened from, run as it was given: what every result is compared with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock
from weakref import WeakKeyDictionary

from quantengine.errors import ModelError
from quantengine.graph.model import FloatModel
from quantengine.graph.origin import Origin
from quantengine.graph.read import files_digest
from quantengine.monitor import SILENT, Monitor
from quantengine.opening.agreement import relative_error
from quantengine.runtime import Session, Tensors
from quantengine.sentence import Sentence

KEPT_BYTES = 2**29
"""Sessions of larger files are not kept: they would hold their weights a second time."""

_REPEATS = 1e-6
"""Relative error of two runs that only differ in the order of their sums."""

_NAMED_AT_MOST = 3

_lock = Lock()
_kept: WeakKeyDictionary[Origin, dict[bool, _Reference]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class _Reference:
    """`obstacle` says why onnxruntime cannot load the file, where `session` is not of the file."""

    session: Session
    obstacle: str | None


def reference_session(model: FloatModel, *, optimize: bool = True) -> Session:
    """The file that was given, whatever was done to `model` since it was opened.

    Takes and gives the types of `model.inputs` and `model.outputs`; between two runs no core waits
    in a loop (so judging mobilenetv2 took half the processor time). `optimize=False` keeps every
    node as written. Where onnxruntime cannot load the file, `reference_obstacle` says why and the
    normalised network stands for it. Raises ModelError where the file has changed since.
    """
    return _reference(model, optimize).session


def waiting_session(model: FloatModel) -> Session:
    """The same as people run it: for latencies."""
    _refuse_changed(model.origin)
    return _loaded(model, partial(Session)).session


def reference_obstacle(model: FloatModel) -> str | None:
    """Why onnxruntime cannot load the file as it was given; None where it can."""
    return _reference(model, True).obstacle


def why_unrepeatable(
    model: FloatModel, probes: Sequence[Tensors], *, monitor: Monitor = SILENT
) -> str | None:
    """Why the file's outputs change from run to run, so that nothing can be held against them.

    None where they do not: no node of it draws numbers, and two runs on the first of `probes` are
    equal. Raises ModelError, DataError, Cancelled.
    """
    if model.origin.random:
        names = ", ".join(f"'{name}'" for name in model.origin.random[:_NAMED_AT_MOST])
        return Sentence(
            "The network draws random numbers ({0}): its outputs change from run to run.", names
        )
    session = reference_session(model)
    for feeds in probes[:1]:
        first, second = (session.run(feeds, monitor=monitor) for _ in range(2))
        for name, value in first.items():
            if not relative_error(value, second[name]) <= _REPEATS:
                return Sentence(
                    "Two runs of the float file on equal inputs differ at output '{0}'.", name
                )
    return None


def _reference(model: FloatModel, optimize: bool) -> _Reference:
    origin = model.origin
    with _lock:
        known = _kept.get(origin, {}).get(optimize)
        if known is not None:
            return known
        # One that is not optimised judges, once a sample, and is kept: it holds no memory for the
        # next run. After ten images at once mobilenetv2 would hold 220 MB.
        _refuse_changed(origin)
        made = _loaded(model, partial(Session, optimize=optimize, keep_memory=optimize, brief=True))
        if sum(file.stat().st_size for file in origin.files) <= KEPT_BYTES:
            _kept.setdefault(origin, {})[optimize] = made
        return made


def _refuse_changed(origin: Origin) -> None:
    if files_digest(origin.files) != origin.digest:
        raise ModelError(
            "{0} has changed since it was opened, so that nothing can be compared with it: open "
            "it again.",
            origin.path,
        )


def _loaded(model: FloatModel, load: Callable[..., Session]) -> _Reference:
    try:
        return _Reference(load(model.origin.path), None)
    except ModelError as error:
        return _Reference(load(model.proto), str(error))
