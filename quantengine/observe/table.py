"""What a calibration run knows of a model on its data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np

from quantengine.data.preprocessing import same_preparation
from quantengine.errors import DataError
from quantengine.observe import statistics
from quantengine.observe.arithmetic import Arithmetic
from quantengine.observe.statistics import TensorStats


@dataclass(frozen=True, eq=False)
class CalibrationTable:
    """Statistics of tensors over samples, which are in the order of their names.

    digests: 16 bytes a sample, from its content. preprocessing: what made the model's inputs, as
    `Dataset.describe` tells it, or None. quantized_inputs: whether every operator's input passed
    through its own min/max quantizer while observing. arithmetic: how runs were computed, several
    where machines were not alike; empty where nobody noted it, as in older files.
    """

    model_hash: str
    samples: tuple[str, ...]
    digests: tuple[bytes, ...]
    tensors: Mapping[str, TensorStats]
    preprocessing: Mapping[str, Any] | None = None
    quantized_inputs: bool = False
    arithmetic: tuple[Arithmetic, ...] = ()

    @cached_property
    def data_hash(self) -> str:
        """Changes with the samples, their names and their preprocessing; not with their order."""
        pairs = zip(self.samples, self.digests, strict=True)
        lines = [f"{digest.hex()} {name}" for name, digest in pairs]
        text = "\n".join([repr(self.preprocessing), *lines])
        return sha256(text.encode(errors="surrogateescape")).hexdigest()


def of_samples(
    model_hash: str,
    samples: Sequence[tuple[str, bytes]],
    tensors: Iterable[TensorStats],
    preprocessing: Mapping[str, Any] | None = None,
    *,
    quantized_inputs: bool = False,
    arithmetic: tuple[Arithmetic, ...] = (),
) -> CalibrationTable:
    """A table from (name, digest) of samples in any order and statistics in that same order."""
    order = sorted(range(len(samples)), key=lambda i: samples[i])
    return CalibrationTable(
        model_hash,
        tuple(samples[i][0] for i in order),
        tuple(samples[i][1] for i in order),
        {stats.name: _reordered(stats, order) for stats in tensors},
        preprocessing,
        quantized_inputs,
        arithmetic,
    )


def merge(a: CalibrationTable, b: CalibrationTable) -> CalibrationTable:
    """The table of the samples of both, equal to the last bit to one run over all of them.

    Raises DataError where they do not belong together.
    """
    _check_alike(a, b)
    samples = list(zip(a.samples + b.samples, a.digests + b.digests, strict=True))
    order = sorted(range(len(samples)), key=lambda i: samples[i])
    tensors = {
        name: statistics.merge(stats, b.tensors[name], order) for name, stats in a.tensors.items()
    }
    return replace(
        a,
        samples=tuple(samples[i][0] for i in order),
        digests=tuple(samples[i][1] for i in order),
        tensors=tensors,
        arithmetic=tuple(sorted({*a.arithmetic, *b.arithmetic})),
    )


def _reordered(stats: TensorStats, order: Sequence[int]) -> TensorStats:
    return replace(stats, sample_ranges=stats.sample_ranges[np.asarray(order, np.intp)])


def _check_alike(a: CalibrationTable, b: CalibrationTable) -> None:
    if a.model_hash != b.model_hash:
        raise DataError(
            "The tables are of different models and cannot be merged: calibrate both shards with "
            "the same model file."
        )
    if not same_preparation(a.preprocessing, b.preprocessing):
        raise DataError(
            "The tables were made with different preprocessing and cannot be merged: calibrate "
            "both shards with the same data options."
        )
    if a.quantized_inputs != b.quantized_inputs:
        raise DataError(
            "Only one of the tables was observed with quantized inputs: calibrate both shards "
            "the same way to merge them."
        )
    taps = [{name: s.channel_axis for name, s in table.tensors.items()} for table in (a, b)]
    if taps[0] != taps[1]:
        raise DataError(
            "The tables do not observe the same tensors and cannot be merged: calibrate both "
            "shards with the same version and options."
        )
    ours, theirs = (set(zip(t.samples, t.digests, strict=True)) for t in (a, b))
    twice = sorted(ours & theirs)
    if twice:
        name = twice[0][0]
        raise DataError(
            "Sample '{0}' is in both tables ({1} such samples): merge tables of separate samples, "
            "so that none counts twice.",
            name,
            len(twice),
        )
