"""Which preprocessing a network was trained with, as its own answers to labelled samples tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from quantengine.data.dataset import class_count, samples
from quantengine.data.open import open_data
from quantengine.data.options import DataOptions
from quantengine.data.preprocessing import PRESETS
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.inputs import model_inputs
from quantengine.verdict.reference import Reference


@dataclass(frozen=True)
class PresetTrial:
    """Accuracy of the float network on `samples` that are labelled, as a share."""

    preset: str
    accuracy: float
    samples: int


def try_presets(
    model: FloatModel,
    path: Path | str,
    options: DataOptions,
    *,
    limit: int = 16,
    monitor: Monitor = SILENT,
) -> tuple[PresetTrial, ...]:
    """Each preset in place of what `options` say of mean and std, the best first.

    Nothing where samples have no labels or the first output holds no class scores. Raises
    DataError where the data cannot be opened so, Cancelled.
    """
    found = list(_trials(model, path, options, limit, monitor))
    return tuple(sorted(found, key=lambda trial: -trial.accuracy))


def _trials(
    model: FloatModel, path: Path | str, options: DataOptions, limit: int, monitor: Monitor
) -> Iterator[PresetTrial]:
    first = next(iter(model.outputs.values()), None)
    classes = class_count(first.shape) if first is not None and first.is_float else None
    inputs = model_inputs(model)
    for preset in monitor.track(list(PRESETS), "Trying presets"):
        tried = replace(options, preset=preset, mean=None, std=None, limit=limit)
        dataset = open_data(path, inputs, tried, classes=classes, monitor=monitor)
        labelled = [k for k, label in enumerate(dataset.labels) if label is not None]
        if not labelled or not dataset.preprocessing:
            return
        read = [
            sample for _, sample in samples(dataset.subset(labelled), monitor, "Reading samples")
        ]
        verdict = Reference.of(model, read, monitor=monitor).itself
        if verdict.accuracy_reference is None:
            return
        yield PresetTrial(preset, verdict.accuracy_reference, len(read))
