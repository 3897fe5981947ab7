"""Overrides of onnxruntime's quantizer (TensorQuantOverrides, read by static_quantize_runner)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PerAxis, PerBlock
from quantengine.graph.model import FloatModel
from quantengine.record import Misread
from quantengine.sentence import Sentence
from quantengine.tables.entry import Given, GivenGrid, GivenRange, Reading
from quantengine.tables.listing import Listing, about
from quantengine.tables.source import Source, items, listed, numbers, part, whole
from quantengine.tables.table import Table, Written

_BITS = (4, 8, 16)
_KEYS = {"quant_type", "axis", "scale", "zero_point", "rmin", "rmax", "symmetric"}
_LEFT = {"reduce_range", "convert"}


def _write(listing: Listing, _: str) -> Written:
    left = tuple(name for name, encoding in listing.entries() if not _is_known(encoding))
    data = {name: _channels(e) for name, e in listing.entries() if name not in left}
    told = Sentence(
        "onnxruntime's quantizer has no such width or blocks, so it decides by itself: {0}."
    )
    return Written(json.dumps(data, indent=1), (*listing.changed(), *about(told, left)))


def _is_known(encoding: Encoding) -> bool:
    return encoding.dtype.bits in _BITS and not isinstance(encoding.granularity, PerBlock)


def _channels(encoding: Encoding) -> list[dict[str, Any]]:
    dtype = f"Q{'' if encoding.dtype.signed else 'U'}Int{encoding.dtype.bits}"
    scales, zeros = encoding.scale.ravel().tolist(), encoding.zero_point.ravel().tolist()
    found: list[dict[str, Any]] = [
        {"quant_type": dtype, "scale": scale, "zero_point": zero}
        for scale, zero in zip(scales, zeros, strict=True)
    ]
    if isinstance(encoding.granularity, PerAxis):
        found[0]["axis"] = encoding.granularity.axis
    return found


@dataclass(frozen=True)
class _Channel:
    """An entry; the axis stands in the first of a tensor."""

    quant_type: str | None = None
    axis: int | None = None
    scale: Any = None
    zero_point: Any = None
    rmin: float | None = None
    rmax: float | None = None
    symmetric: bool | None = None

    @property
    def dtype(self) -> IntegerType | None:
        """Of `QInt8`, or of `QuantType.QInt8` as Python prints it; raises PlanError."""
        if self.quant_type is None:
            return None
        return IntegerType.parse(self.quant_type.rpartition(".")[2].lower().removeprefix("q"))


def _recognises(source: Source) -> bool:
    """Lists of objects of known parts, and nothing else."""
    every = list(source.parts.values())
    return bool(every) and all(
        isinstance(each, list)
        and each
        and all(isinstance(c, dict) and c and c.keys() <= _KEYS | _LEFT for c in each)
        for each in every
    )


def _read(source: Source, _: FloatModel) -> Reading:
    """Raises Misread or PlanError where an entry is none."""
    found: list[Given] = []
    left = [name for name, each in source.parts.items() if any(c.keys() & _LEFT for c in each)]
    for name, entries in items(source.data, ""):
        where = f"{name:.40}"
        found += _of_tensor(name, [part(_Channel, each, where) for each in listed(entries, where)])
    told = Sentence("Reduced ranges and conversions between types are not taken: {0}.")
    return Reading(tuple(found), about(told, left))


def _of_tensor(name: str, channels: list[_Channel]) -> Iterator[Given]:
    first, place = channels[0], f"{name:.40}"
    if first.scale is not None:
        parts = [(numbers(c.scale, place), numbers(c.zero_point, place)) for c in channels]
        scales = tuple(scale for each, _ in parts for scale in each)
        zeros = whole(tuple(zero for _, each in parts for zero in each), place)
        yield GivenGrid(name, first.dtype, scales, zeros, first.axis)
    elif first.rmin is None or first.rmax is None:
        raise Misread(f"{place}: it has neither scale and zero_point nor rmin and rmax")
    elif len(channels) > 1:
        raise Misread(f"{place}: ranges of channels are not read, give scales")
    else:
        kind, symmetric = first.dtype, first.symmetric
        yield GivenRange(name, first.rmin, first.rmax, dtype=kind, symmetric=symmetric)


ONNXRUNTIME = Table(
    "onnxruntime",
    "overrides for onnxruntime's own quantizer",
    _write,
    read=_read,
    recognises=_recognises,
)
