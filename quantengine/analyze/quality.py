"""How near a written file is to the float file, on samples spread over the data."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.analyze.positions import comparable, real_positions
from quantengine.data.dataset import Dataset
from quantengine.errors import DataError
from quantengine.formats.metrics import Difference, equal_values, unlike_infinities
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.opening.reference import reference_session
from quantengine.runtime import Session

Array = NDArray[Any]

_SHARE = 4
_FEW, _MANY = 32, 64
"""Every fourth sample, but not fewer than 32 nor more than 64: cheap beside a calibration."""
_ENOUGH_HELD_OUT = 16
_LEAST_SAMPLES = 8
_LONGEST_S = 20.0
_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class OutputQuality:
    """One output against that of the float file.

    `sqnr_db` is nan where the output holds no floats or the float one is zero throughout, -inf
    where the file gives NaN or another shape, and in `unlike` places just one of both gives
    infinity. `equal` is the share of equal values of an output
    that holds no floats, else None.
    """

    name: str
    sqnr_db: float
    equal: float | None
    unlike: int = 0

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts."""
        return asdict(self)


@dataclass(frozen=True)
class Quality:
    """Every output on `samples` of the `available` ones; `held_out`: recovery and training
    were not fitted to them. `without_padding` says that masked positions were left out.
    """

    samples: int
    available: int
    held_out: bool
    without_padding: bool
    outputs: tuple[OutputQuality, ...]

    @property
    def worst(self) -> OutputQuality | None:
        """The output with the lowest SQNR; None where no output has one."""
        known = [output for output in self.outputs if not math.isnan(output.sqnr_db)]
        return min(known, key=lambda output: output.sqnr_db, default=None)

    @property
    def sqnr_db(self) -> float:
        """Of the worst output; nan where no output has one."""
        return math.nan if self.worst is None else self.worst.sqnr_db

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts, and the worst output by name."""
        return {
            "samples": self.samples,
            "available": self.available,
            "held_out": self.held_out,
            "without_padding": self.without_padding,
            "sqnr_db": self.sqnr_db,
            "worst_output": None if self.worst is None else self.worst.name,
            "outputs": [output.to_json() for output in self.outputs],
        }


def measure_quality(
    model: FloatModel,
    path: Path,
    dataset: Dataset,
    held_out: Sequence[int] = (),
    *,
    monitor: Monitor = SILENT,
) -> Quality:
    """Runs the file at `path` and the one `model` was opened from on every fourth sample.

    On 32 to 64 of them, spread over the data, or over its `held_out` indices where these are
    enough; on fewer where 20 s are over, but at least 8. Raises DataError where none can be read.
    """
    held = len(held_out) >= _ENOUGH_HELD_OUT
    most = min(max(len(dataset) // _SHARE, _FEW), _MANY)
    chosen = spread([*held_out] if held else range(len(dataset)), most)
    reference, candidate = reference_session(model), Session(path)
    outputs = {name: _Output() for name in model.outputs}
    count, cut, end = 0, False, time.monotonic() + _LONGEST_S
    for index in monitor.track(chosen, "Measuring the result"):
        if count >= _LEAST_SAMPLES and time.monotonic() > end:
            break
        try:
            feeds = dataset.load(index).feeds
        except DataError as error:
            monitor.say(f"skipped {error}")
            continue
        expected = reference.run(feeds, list(outputs), monitor=monitor)
        found = candidate.run(feeds, list(outputs), monitor=monitor)
        for name, output in outputs.items():
            cut |= output.add(expected[name], found[name], feeds)
        count += 1
    if not count:
        raise DataError("The result cannot be measured: no sample can be read.")
    figures = tuple(output.quality(name) for name, output in outputs.items())
    return Quality(count, len(dataset), held, cut, figures)


def spread(indices: Sequence[int], most: int) -> list[int]:
    """At most `most` of `indices`, evenly spaced; any beginning of them is spread as well."""
    count = min(len(indices), most)
    places = np.linspace(0, len(indices) - 1, count).round().astype(int)
    order = np.argsort(np.argsort(np.arange(count) * _GOLDEN % 1))
    return [indices[place] for place in places[order]]


@dataclass
class _Output:
    difference: Difference = field(default_factory=Difference)
    values: int = 0
    equal: int = 0
    unlike: int = 0

    def add(self, expected: Array, found: Array, feeds: Mapping[str, Array]) -> bool:
        """Adds one sample; returns whether padding was left out."""
        if expected.dtype.kind == "f":
            pair = comparable(expected, found, feeds)
            self.difference.add(*pair)
            if expected.shape == found.shape:
                self.unlike += unlike_infinities(*pair)
        else:
            ours, theirs = (real_positions(values, feeds) for values in (expected, found))
            self.values += ours.size
            self.equal += equal_values(ours, theirs)
        return real_positions(expected, feeds) is not expected

    def quality(self, name: str) -> OutputQuality:
        share = self.equal / self.values if self.values else None
        lost = math.isnan(self.difference.noise)
        ratio = -math.inf if lost else self.difference.sqnr_db
        return OutputQuality(name, ratio, share, self.unlike)
