"""Calibration tables on disk: .npz of plain arrays, a JSON header among them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.data.array_file import archive_of_bytes, read_archive, write_archive
from quantengine.errors import DataError
from quantengine.files import whole_file
from quantengine.observe.arithmetic import Arithmetic
from quantengine.observe.consistent import contradiction
from quantengine.observe.exact_sum import LIMBS
from quantengine.observe.histogram import GROUPS, KEY_BITS, MOST_EXACT, SHIFT, Histogram, narrow
from quantengine.observe.moments import Moments
from quantengine.observe.statistics import MOST_KEPT, TensorStats
from quantengine.observe.table import CalibrationTable
from quantengine.record import Misread, parsed, record
from quantengine.sentence import Sentence

FORMAT = "quantscope calibration table"
VERSION = 4
_KNOWN = (2, 3, VERSION)
"""Version 2 tells of no tensor that it may hold mask constants, 3 nothing of the machine."""

Array = NDArray[Any]

_NAME = "statistics.npz"
_COLUMNS: dict[str, tuple[str, tuple[int, ...]]] = {
    "keys": ("u4", ()),
    "counts": ("i8", (GROUPS,)),
    "seen": ("i8", ()),
    "low": ("f4", ()),
    "high": ("f4", ()),
    "sums": ("i8", (LIMBS,)),
    "squares": ("i8", (LIMBS,)),
    "sample_ranges": ("f4", (2,)),
    "kept": ("f4", ()),
    "gamma": ("f8", ()),
    "beta": ("f8", ()),
}
"""Each column holds the parts of all tensors end to end; type, and shape of one entry."""


def write_table(table: CalibrationTable, path: Path | str) -> None:
    """Saves the table under `path`, whole or not at all; raises QuantError."""
    with whole_file(Path(path)) as beside:
        write_archive(beside, _arrays(table))


def table_bytes(table: CalibrationTable, *, packed: bool = True) -> bytes:
    """What `write_table` would write; not `packed`: seven times as long, in a tenth of the time."""
    stream = io.BytesIO()
    write_archive(stream, _arrays(table), packed=packed)
    return stream.getvalue()


def _arrays(table: CalibrationTable) -> dict[str, Array]:
    header = {
        "format": FORMAT,
        "version": VERSION,
        "model_hash": table.model_hash,
        "quantized_inputs": table.quantized_inputs,
        "preprocessing": table.preprocessing,
        "samples": list(table.samples),
        "digests": [digest.hex() for digest in table.digests],
        "tensors": [_described(stats) for stats in table.tensors.values()],
        "arithmetic": [asdict(each) for each in table.arithmetic],
    }
    parts = [_parts(stats) for stats in table.tensors.values()]
    columns: dict[str, Any] = {
        name: np.concatenate([np.zeros((0, *shape), kind), *(part[name] for part in parts)])
        for name, (kind, shape) in _COLUMNS.items()
    }
    text: Array = np.frombuffer(json.dumps(header).encode(), np.uint8)
    return {"header": text, **columns}


def table_of_bytes(stored: bytes, *, checked: bool = True) -> CalibrationTable:
    """The table that `table_bytes` was asked of; raises DataError for anything else.

    Not `checked`: its numbers are not held against each other, as whoever reads the end will do.
    """
    return _read(lambda: archive_of_bytes(stored, _NAME), _NAME, checked)


def _described(stats: TensorStats) -> dict[str, Any]:
    return {
        "name": stats.name,
        "shape": [int(size) for size in stats.shape],
        "channel_axis": stats.channel_axis,
        "exact": stats.histogram.exact,
        "keys": stats.histogram.keys.size,
        "channels": stats.moments.channels,
        "special": [stats.nan_count, stats.inf_count, stats.huge_count],
        "kept": [[rank, row.size] for rank, row in stats.kept_rows],
        "batch_norm": 0 if stats.batch_norm is None else stats.batch_norm[0].size,
        "mask_limit": stats.mask_limit,
    }


def _parts(stats: TensorStats) -> dict[str, Array]:
    nothing = np.zeros(0)
    gamma, beta = stats.batch_norm or (nothing, nothing)
    return {
        "keys": stats.histogram.keys,
        "counts": stats.histogram.counts.T.astype(np.int64),
        "seen": stats.moments.count,
        "low": stats.moments.low,
        "high": stats.moments.high,
        "sums": stats.moments.sums,
        "squares": stats.moments.squares,
        "sample_ranges": stats.sample_ranges,
        "kept": np.concatenate([np.zeros(0, np.float32), *(row for _, row in stats.kept_rows)]),
        "gamma": gamma,
        "beta": beta,
    }


def read_table(path: Path | str, *, checked: bool = True) -> CalibrationTable:
    """The table saved under `path`; raises DataError for anything else found there.

    `checked` as in `table_of_bytes`.
    """
    path = Path(path)
    if not path.exists():
        raise DataError("{0} does not exist: make it with 'quantengine calibrate'.", path)
    return _read(lambda: read_archive(path), path.name, checked)


def _read(archive: Callable[[], dict[str, Array]], name: str, checked: bool) -> CalibrationTable:
    try:
        columns = archive()
        header = parsed(columns.pop("header").tobytes().decode())
        _demand(
            isinstance(header, dict) and header.get("format") == FORMAT,
            Sentence("it is another kind of .npz"),
        )
        _demand(header.get("version") in _KNOWN, Sentence("another version wrote it"))
        return _Reader(columns).table(record(_Header, header), checked=checked)
    except Misread as error:
        raise _unreadable(name, Sentence("its content is damaged ({0})", error)) from error
    except DataError as error:
        raise _unreadable(name, error.sentence) from error
    except OSError as error:
        raise _unreadable(name, error.strerror or Sentence("it cannot be read")) from error
    except (KeyError, ValueError, OverflowError) as error:
        raise _unreadable(name, Sentence("its content is damaged")) from error


def _unreadable(name: str, reason: str) -> DataError:
    return DataError(
        "{0} is not a calibration table this version can read ({1}): make it anew with "
        "'quantengine calibrate'.",
        name,
        reason,
    )


def _demand(sound: bool, reason: str = Sentence("its content is damaged")) -> None:
    if not sound:
        raise DataError(reason)


@dataclass(frozen=True)
class _Tensor:
    name: str
    shape: tuple[int, ...]
    channel_axis: int | None
    exact: bool
    keys: int
    channels: int
    special: tuple[int, int, int]
    kept: tuple[tuple[int, int], ...]
    batch_norm: int
    mask_limit: float | None = None


@dataclass(frozen=True)
class _Header:
    format: str
    version: int
    model_hash: str
    quantized_inputs: bool
    preprocessing: Mapping[str, Any] | None
    samples: tuple[str, ...]
    digests: tuple[str, ...]
    tensors: tuple[_Tensor, ...]
    arithmetic: tuple[Arithmetic, ...] = ()


class _Reader:
    """Deals out the columns tensor by tensor; what does not fit raises DataError."""

    def __init__(self, columns: dict[str, Array]) -> None:
        self.columns = columns
        self.places = dict.fromkeys(_COLUMNS, 0)
        for name, (kind, shape) in _COLUMNS.items():
            column = columns.get(name)
            fits = column is not None and column.dtype == np.dtype(kind)
            _demand(fits and column is not None and column.shape[1:] == shape and column.ndim > 0)

    def table(self, header: _Header, *, checked: bool) -> CalibrationTable:
        names, digests = header.samples, tuple(map(bytes.fromhex, header.digests))
        _demand(len(names) == len(digests) and list(names) == sorted(set(names)))
        tensors = [self.tensor(entry, len(names)) for entry in header.tensors]
        _demand(all(len(self.columns[name]) == end for name, end in self.places.items()))
        named = {stats.name: stats for stats in tensors}
        _demand(len(named) == len(tensors))
        for stats in tensors if checked else ():
            if (wrong := contradiction(stats)) is not None:
                raise DataError("'{0}': {1}", stats.name, wrong)
        return CalibrationTable(
            header.model_hash,
            names,
            digests,
            named,
            header.preprocessing,
            header.quantized_inputs,
            header.arithmetic,
        )

    def tensor(self, entry: _Tensor, samples: int) -> TensorStats:
        _demand(entry.mask_limit is None or entry.mask_limit < 0)
        _demand(len(entry.kept) <= MOST_KEPT)
        histogram = self.histogram(_size(entry.keys), entry.exact)
        moments = self.moments(_size(entry.channels))
        ranges = self.take("sample_ranges", samples)
        rows = tuple((_size(rank), self.take("kept", _size(width))) for rank, width in entry.kept)
        norm = _size(entry.batch_norm)
        pair = (self.take("gamma", norm), self.take("beta", norm))
        nan, inf, huge = map(_size, entry.special)
        return TensorStats(
            entry.name,
            tuple(map(_size, entry.shape)),
            entry.channel_axis,
            histogram,
            moments,
            ranges,
            nan_count=nan,
            inf_count=inf,
            huge_count=huge,
            kept_rows=rows,
            batch_norm=pair if norm else None,
            mask_limit=entry.mask_limit,
        )

    def histogram(self, size: int, exact: bool) -> Histogram:
        keys = self.take("keys", size)
        counts = np.ascontiguousarray(self.take("counts", size).T)
        _demand(bool(np.all(keys[1:] > keys[:-1]) and np.all(counts >= 0)))
        _demand(size <= MOST_EXACT if exact else not size or keys[-1] < 1 << KEY_BITS)
        values = (keys if exact else keys << SHIFT).view(np.float32)
        _demand(bool(np.all(np.isfinite(values))))
        return Histogram(keys, narrow(counts), exact)

    def moments(self, channels: int) -> Moments:
        names = ("seen", "low", "high", "sums", "squares")
        moments = Moments(*(self.take(name, channels) for name in names))
        with np.errstate(invalid="ignore"):
            sound = np.isfinite(moments.low) & np.isfinite(moments.high)
        _demand(bool(np.all(sound | (moments.count == 0)) and np.all(moments.count >= 0)))
        return moments

    def take(self, name: str, size: int) -> Array:
        begin = self.places[name]
        self.places[name] = begin + size
        part = self.columns[name][begin : begin + size]
        _demand(len(part) == size)
        return part


def _size(value: int) -> int:
    _demand(value >= 0)
    return value
