"""Encodings of AIMET, which QNN takes as quantization overrides (aimet_onnx 2.42)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PerAxis, PerBlock
from quantengine.graph.model import FloatModel
from quantengine.record import Misread
from quantengine.sentence import Sentence
from quantengine.tables.entry import Given, GivenFloat, GivenGrid, Reading
from quantengine.tables.grid import Grid
from quantengine.tables.listing import Listing, about
from quantengine.tables.source import Source, items, listed, numbers, part, whole
from quantengine.tables.table import Table, Written

_WIDEST = 32
_PLACES = ("activation_encodings", "param_encodings")


def _write(listing: Listing, _: str, *, version: str) -> Written:
    activations, weights = listing.activations, dict(listing.given)
    blocks = tuple(n for n, e in weights.items() if isinstance(e.granularity, PerBlock))
    left = () if version == "2.0.0" else blocks
    weights = {name: encoding for name, encoding in weights.items() if name not in left}
    kind = {"0.6.1": _by_name, "1.0.0": _as_list}.get(version)
    data: dict[str, Any] = {"version": version}
    if kind is None:
        every = (*activations.items(), *weights.items())
        data["encodings"] = [{"name": name, **_onnx_like(e)} for name, e in every]
    else:
        data |= {"activation_encodings": kind(activations), "param_encodings": kind(weights)}
    told = Sentence("The order of blocks cannot be said: {0} are left out; take aimet-2.0.")
    notes = about(told, left)
    return Written(json.dumps(data, indent=1), (*listing.changed(), *notes))


def _by_name(encodings: Any) -> dict[str, Any]:
    return {name: _each_channel(Grid.of(encoding)) for name, encoding in encodings.items()}


def _each_channel(grid: Grid) -> list[dict[str, Any]]:
    columns = (grid.low, grid.high, grid.scale, grid.offset)
    return [
        {
            "bitwidth": grid.bits,
            "dtype": "int",
            "is_symmetric": str(grid.signed),
            "min": low,
            "max": high,
            "scale": scale,
            "offset": offset,
        }
        for low, high, scale, offset in zip(*(x.ravel().tolist() for x in columns), strict=True)
    ]


def _as_list(encodings: Any) -> list[dict[str, Any]]:
    return [{"name": name, **_whole(encoding)} for name, encoding in encodings.items()]


def _whole(encoding: Encoding) -> dict[str, Any]:
    grid = Grid.of(encoding)
    return {
        "dtype": "INT",
        "bw": grid.bits,
        "is_sym": grid.signed,
        "enc_type": "PER_CHANNEL" if isinstance(encoding.granularity, PerAxis) else "PER_TENSOR",
        "scale": grid.scale.ravel().tolist(),
        "offset": grid.offset.ravel().tolist(),
    }


def _onnx_like(encoding: Encoding) -> dict[str, Any]:
    grid, granularity = Grid.of(encoding), encoding.granularity
    found: dict[str, Any] = {"output_dtype": grid.dtype, "y_scale": grid.scale.tolist()}
    if grid.zero_point.any():
        found["y_zero_point"] = grid.zero_point.tolist()
    if isinstance(granularity, PerAxis | PerBlock):
        found["axis"] = granularity.axis
    if isinstance(granularity, PerBlock):
        found["block_size"] = granularity.size
    return found


@dataclass(frozen=True)
class _Channel:
    """An entry up to 0.6.1, of one channel."""

    bitwidth: int
    dtype: str = "int"
    is_symmetric: str | bool = False
    min: float | None = None
    max: float | None = None
    scale: float | None = None
    offset: float | None = None


@dataclass(frozen=True)
class _Listed:
    """An entry of 1.0.0."""

    name: str
    bw: int = 32
    dtype: str = "INT"
    enc_type: str = "PER_TENSOR"
    is_sym: bool = False
    scale: Any = ()
    offset: Any = ()


@dataclass(frozen=True)
class _OnnxLike:
    """An entry of 2.0.0."""

    name: str
    output_dtype: str
    y_scale: Any = None
    y_zero_point: Any = None
    axis: int | None = None
    block_size: int | None = None


def _version(source: Source) -> str:
    """Which of the versions it is by its form; empty for what is none."""
    if isinstance(source.parts.get("encodings"), list):
        return "2.0.0"
    stored = [source.parts[name] for name in _PLACES if name in source.parts]
    return "" if not stored else "1.0.0" if isinstance(stored[0], list) else "0.6.1"


def _read(source: Source, _: FloatModel) -> Reading:
    """Raises Misread or PlanError where an entry is none."""
    data = source.parts
    left: list[str] = []
    found: list[Given] = []
    if "encodings" in data:
        found += _each(listed(data["encodings"], "encodings"), "encodings", _of_onnx_like, left)
    for place in _PLACES:
        stored = data.get(place, {})
        if isinstance(stored, Mapping):
            found += _of_channels(stored, place)
        else:
            found += _each(listed(stored, place), place, _of_listed, left)
    told = Sentence("Blocks of these are said in a way that is not read here: {0}.")
    return Reading(tuple(found), about(told, left))


def _of_channels(stored: object, place: str) -> Iterator[Given]:
    for name, entries in items(stored, place):
        where = f"{place}.{name:.40}"
        channels = [part(_Channel, each, where) for each in listed(entries, where)]
        if not channels:
            raise Misread(f"{where}: it has no encoding")
        first = channels[0]
        if first.dtype.lower() == "float":
            yield GivenFloat(name)
            continue
        pairs = [_scale_and_offset(each, where) for each in channels]
        scales, offsets = tuple(s for s, _ in pairs), tuple(o for _, o in pairs)
        symmetric = str(first.is_symmetric).lower() == "true"
        yield _grid(name, first.bitwidth, symmetric, scales, whole(offsets, where))


def _scale_and_offset(entry: _Channel, where: str) -> tuple[float, float]:
    """As they stand there, else from the ends."""
    if entry.scale is not None and entry.offset is not None:
        return entry.scale, entry.offset
    if entry.min is None or entry.max is None or not 1 <= entry.bitwidth <= _WIDEST:
        raise Misread(f"{where}: it has neither scale and offset nor min and max")
    scale = (entry.max - entry.min) / ((1 << entry.bitwidth) - 1)
    return scale, float(round(entry.min / scale)) if scale > 0 else 0.0


def _of_listed(stored: object, place: str) -> Given | None:
    entry = part(_Listed, stored, place)
    if entry.dtype.upper() == "FLOAT":
        return GivenFloat(entry.name)
    if entry.enc_type not in ("PER_TENSOR", "PER_CHANNEL"):
        return None
    scales = numbers(entry.scale, f"{place}.scale")
    offsets = whole(numbers(entry.offset, f"{place}.offset"), f"{place}.offset")
    offsets = offsets or (-(1 << (min(entry.bw, _WIDEST) - 1)) if entry.bw > 0 else 0,)
    offsets = offsets * len(scales) if len(offsets) == 1 else offsets
    return _grid(entry.name, entry.bw, entry.is_sym, scales, offsets)


def _of_onnx_like(stored: object, place: str) -> Given | None:
    entry = part(_OnnxLike, stored, place)
    if "float" in entry.output_dtype:
        return GivenFloat(entry.name)
    if entry.y_scale is None:
        return None
    scales = numbers(entry.y_scale, f"{place}.y_scale")
    zeros = (0,) * len(scales)
    if entry.y_zero_point is not None:
        zeros = whole(numbers(entry.y_zero_point, f"{place}.y_zero_point"), place)
    dtype = IntegerType.parse(entry.output_dtype)
    many, block = entry.axis if len(scales) > 1 else None, entry.block_size or None
    return GivenGrid(entry.name, dtype, scales, zeros, many, block, typed=dtype.signed)


def _grid(
    name: str, bits: int, symmetric: bool, scales: tuple[float, ...], offsets: tuple[int, ...]
) -> GivenGrid:
    """Signed where zero lies in the middle; one step less counts too, where the lowest has no use.

    Else codes count from 0 up, as AIMET has them.
    """
    dtype = IntegerType(bits, signed=False)
    middle = 1 << (bits - 1)
    if symmetric and all(-offset in (middle, middle - 1) for offset in offsets):
        return GivenGrid(name, IntegerType(bits, signed=True), scales, (0,) * len(scales))
    return GivenGrid(name, dtype, scales, tuple(-offset for offset in offsets), typed=False)


def _each(
    stored: list[Any], place: str, read: Callable[[object, str], Given | None], left: list[str]
) -> Iterator[Given]:
    for index, each in enumerate(stored):
        found = read(each, f"{place}[{index}]")
        if found is None:
            left.append(str(each.get("name")))
        else:
            yield found


def _table(version: str) -> Table:
    text = "AIMET's encodings {0}, which QNN takes as quantization overrides"
    return Table(
        f"aimet-{version.rpartition('.')[0]}",
        text.format(version),
        partial(_write, version=version),
        read=_read,
        recognises=lambda source: _version(source) == version,
    )


AIMET = tuple(map(_table, ("0.6.1", "1.0.0", "2.0.0")))
