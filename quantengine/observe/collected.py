"""Whether statistics are of the data that is open, by what the samples hold."""

from __future__ import annotations

from quantengine.data.dataset import Dataset
from quantengine.data.preprocessing import same_preparation
from quantengine.errors import DataError
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable


def looks_collected_on(table: CalibrationTable, dataset: Dataset) -> bool:
    """By names and preprocessing alone, at once; samples that could not be read may be missing."""
    same = set(table.samples) <= set(dataset.names)
    return same and same_preparation(table.preprocessing, dataset.describe()["preprocessing"])


def collected_on(table: CalibrationTable, dataset: Dataset, *, monitor: Monitor = SILENT) -> bool:
    """By the content of every sample too: none is other, and none that can be used is missing."""
    if not looks_collected_on(table, dataset):
        return False
    digests = dict(zip(table.samples, table.digests, strict=True))
    numbered = list(enumerate(dataset.names))
    return all(
        _holds(dataset, index, digests.get(name))
        for index, name in monitor.track(numbered, "Comparing data")
    )


def _holds(dataset: Dataset, index: int, digest: bytes | None) -> bool:
    """Whether a sample has this digest, or cannot be used where it has none."""
    try:
        if digest is not None:
            return dataset.digest(index) == digest
        dataset.load(index)
    except DataError:
        return digest is None
    return False
