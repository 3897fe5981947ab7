"""Candidates on disk, to be taken up as they are: an .npz of plain arrays with a JSON header."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError
from numpy.typing import NDArray

from quantengine.data.array_file import archive_of_bytes
from quantengine.data.dataset import Dataset
from quantengine.errors import DataError, QuantError
from quantengine.finetune.outcome import FineTuned, Point
from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import (
    PER_TENSOR,
    Granularity,
    PerAxis,
    PerBlock,
    parameter_shape,
)
from quantengine.graph.model import FloatModel
from quantengine.observe.table import CalibrationTable
from quantengine.observe.table_file import table_bytes, table_of_bytes
from quantengine.plan import QuantPlan
from quantengine.ranges.choice import RangeChoice
from quantengine.record import parsed, record
from quantengine.recover.report import StepReport
from quantengine.resolve.resolve import Resolution, plan_decisions, resolve_plan, with_encodings
from quantengine.rewrite.encodings import Encodings
from quantengine.work.candidate import Candidate
from quantengine.work.kept_model import put_model, take_model
from quantengine.work.recipe import Recipe
from quantengine.work.shelf import Shelf
from quantengine.work.work import Work

FORMAT = "quantscope candidate"
VERSION = 1
_PARTS = ("codes", "biases", "constants")
_HEADER, _TABLE = "header", "table"
_DAMAGED = (
    *(KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError),
    *(DecodeError, QuantError),
)


@dataclass(frozen=True, eq=False)
class Kept:
    """A candidate as it was saved, without its data, whose name is `data`."""

    candidate: Candidate
    data: str


@lru_cache(maxsize=2)
def data_name(dataset: Dataset | None) -> str:
    """What tells data apart for recovery: names of samples and how they are prepared."""
    if dataset is None:
        return ""
    known = (dataset.names, dataset.describe()["preprocessing"])
    return sha256(json.dumps(known, default=str).encode()).hexdigest()


@lru_cache(maxsize=2)
def kept_bytes(candidate: Candidate, table: CalibrationTable | None, data: str) -> bytes:
    """The candidate but for what was asked: model, plan, data and their statistics `table`."""
    shelf = Shelf()
    own = candidate.table if candidate.table is not table else None
    if own is not None:
        shelf.arrays[_TABLE] = np.frombuffer(table_bytes(own), np.uint8)
    header = {
        "format": FORMAT,
        "version": VERSION,
        "data": data,
        "recipe": candidate.recipe.to_json(),
        "observed": candidate.table is not None,
        "model": put_model(candidate.model, candidate.work.model, shelf),
        "plan": candidate.resolution.plan.to_json(),
        "encodings": _put_encodings(candidate.resolution.encodings, shelf),
        "reports": [
            asdict(report) | {"text": report.text.to_json()} for report in candidate.reports
        ],
        "held_out": list(candidate.held_out),
        "trained": _told_training(candidate),
    }
    shelf.arrays[_HEADER] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    stream = io.BytesIO()
    np.savez(stream, **shelf.arrays)  # type: ignore[arg-type]  # numpy's stubs take kind by name
    return stream.getvalue()


def take_up(stored: bytes, work: Work) -> Kept:
    """What `kept_bytes` was given, for the same model, plan and statistics.

    Raises DataError where it is none, or of another version.
    """
    try:
        shelf = Shelf(archive_of_bytes(stored, "candidate.npz"))
        header = parsed(shelf.bytes(_HEADER).decode())
        if (header["format"], header["version"]) != (FORMAT, VERSION):
            raise DataError("another version wrote it")
        return Kept(_candidate(header, work, shelf), str(header["data"]))
    except _DAMAGED as error:
        raise DataError("its content is damaged") from error


def _candidate(header: dict[str, Any], work: Work, shelf: Shelf) -> Candidate:
    model = take_model(header["model"], work.model, shelf)
    table = work.table if header["observed"] else None
    if _TABLE in shelf.arrays:
        table = table_of_bytes(shelf.bytes(_TABLE))
    plan = QuantPlan.from_json(header["plan"])
    told = header["trained"]
    base = resolve_plan(model, plan, table) if told is None else _learned(model, plan, told)
    encodings = _take_encodings(header["encodings"], base.encodings, shelf)
    if not _fit(model, encodings):
        raise DataError("its scales or codes are none of this network")
    resolution = with_encodings(model, base, table, encodings)
    return Candidate(
        work,
        Recipe.from_json(header["recipe"]),
        model,
        table,
        resolution,
        tuple(map(_report, header["reports"])),
        tuple(map(int, header["held_out"])),
        None if told is None else _training(told, model, resolution),
    )


def _report(told: object) -> StepReport:
    return record(StepReport, told, finite=False)


def _put_encodings(encodings: Encodings, shelf: Shelf) -> dict[str, Any]:
    return {
        "activations": _put_all(encodings.activations, shelf),
        "weights": _put_all(encodings.weights, shelf),
        "dynamic": sorted(encodings.dynamic),
        **{
            part: {name: shelf.put(values) for name, values in getattr(encodings, part).items()}
            for part in _PARTS
        },
    }


def _put_all(encodings: Mapping[str, Encoding], shelf: Shelf) -> dict[str, Any]:
    return {
        name: {
            "dtype": encoding.dtype.name,
            "scale": shelf.put(encoding.scale),
            "zero_point": shelf.put(encoding.zero_point),
            "granularity": asdict(encoding.granularity),
            "narrow": encoding.narrow,
        }
        for name, encoding in encodings.items()
    }


def _take_encodings(told: dict[str, Any], base: Encodings, shelf: Shelf) -> Encodings:
    codes, biases, constants = (
        {name: shelf.array(key) for name, key in told[part].items()} for part in _PARTS
    )
    return replace(
        base,
        activations=_take_all(told["activations"], shelf),
        weights=_take_all(told["weights"], shelf),
        dynamic=frozenset(told["dynamic"]),
        codes=codes,
        biases=biases,
        constants=constants,
    )


def _fit(model: FloatModel, encodings: Encodings) -> bool:
    """Whether scales, zero points and codes can be those of the network's tensors."""
    shapes = {name: tuple(tensor.dims) for name, tensor in model.initializers.items()}
    found = (
        *(_is_sound(each, None) for each in encodings.activations.values()),
        *(_is_sound(each, shapes.get(name)) for name, each in encodings.weights.items()),
        *(
            name in encodings.weights and _are_codes(codes, encodings.weights[name], shapes[name])
            for name, codes in encodings.codes.items()
            if name in shapes
        ),
        *(
            values.dtype.kind in "if" and bool(np.all(np.isfinite(values)))
            for part in (encodings.biases, encodings.constants)
            for values in part.values()
        ),
    )
    return all(found)


def _is_sound(encoding: Encoding, shape: tuple[int, ...] | None) -> bool:
    scale, zero, dtype = encoding.scale, encoding.zero_point, encoding.dtype
    if shape is not None and scale.shape != parameter_shape(encoding.granularity, shape):
        return False
    numbers = scale.dtype.kind == "f" and zero.dtype.kind == "i" and scale.shape == zero.shape
    steps = numbers and bool(np.all((scale > 0) & (scale < np.inf)))
    return steps and bool(np.all((zero >= dtype.qmin) & (zero <= dtype.qmax)))


def _are_codes(codes: NDArray[Any], encoding: Encoding, shape: tuple[int, ...]) -> bool:
    dtype = encoding.dtype
    inside = codes.dtype.kind in "iu" and np.all((codes >= dtype.qmin) & (codes <= dtype.qmax))
    return codes.shape == shape and bool(inside)


def _take_all(told: dict[str, Any], shelf: Shelf) -> dict[str, Encoding]:
    return {
        name: Encoding(
            IntegerType.parse(each["dtype"]),
            shelf.array(each["scale"]),
            _wide(shelf.array(each["zero_point"])),
            _granularity(**each["granularity"]),
            bool(each["narrow"]),
        )
        for name, each in told.items()
    }


def _wide(zero: NDArray[Any]) -> NDArray[Any]:
    """Steps are counted from it, which a narrower type could not hold."""
    return zero.astype(np.int32) if zero.dtype.kind == "i" else zero


def _granularity(axis: int | None = None, size: int | None = None) -> Granularity:
    if axis is None:
        return PER_TENSOR
    return PerAxis(axis) if size is None else PerBlock(axis, size)


def _told_training(candidate: Candidate) -> dict[str, Any] | None:
    tuned = candidate.trained
    if tuned is None:
        return None
    return {
        "before": asdict(tuned.before),
        "after": asdict(tuned.after),
        "points": [asdict(point) for point in tuned.points],
        "seconds": tuned.seconds,
        "memory_bytes": tuned.memory_bytes,
        "device": tuned.device,
        "notes": list(tuned.notes),
        "deltas": dict(tuned.deltas),
        "choices": {
            name: [choice.low, choice.high, choice.note]
            for name, choice in candidate.resolution.choices.items()
        },
    }


def _learned(model: FloatModel, plan: QuantPlan, told: dict[str, Any]) -> Resolution:
    """Ranges were learned, not chosen from statistics."""
    decisions = plan_decisions(model, plan)
    flow = decisions.flow(model)
    choices = {
        name: RangeChoice(float(low), float(high), note=note)
        for name, (low, high, note) in told["choices"].items()
    }
    encodings = Encodings(flow, {}, {}, quantized_outputs=plan.quantize_outputs)
    return Resolution(plan, decisions, encodings, choices, {}, {}, {}, notes=())


def _training(told: dict[str, Any], model: FloatModel, resolution: Resolution) -> FineTuned:
    return FineTuned(
        model,
        resolution,
        _point(told["before"]),
        _point(told["after"]),
        tuple(map(_point, told["points"])),
        float(told["seconds"]),
        told["memory_bytes"],
        str(told["device"]),
        tuple(told["notes"]),
        {str(name): float(delta) for name, delta in told.get("deltas", {}).items()},
    )


def _point(told: object) -> Point:
    return record(Point, told, finite=False)
