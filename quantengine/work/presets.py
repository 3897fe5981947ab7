"""Which preprocessing a network was trained with, as its own answers to labelled samples tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from quantengine.data.dataset import Dataset, check_usable, class_count, samples
from quantengine.data.open import open_data
from quantengine.data.options import DataOptions
from quantengine.data.preprocessing import PRESETS
from quantengine.errors import DataError
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.inputs import model_inputs
from quantengine.verdict.chance import more_than_chance
from quantengine.verdict.reference import Reference

_FEWEST = 16
_CLEAR = 0.1
"""How much larger a share must be right before another preset is pointed at."""


@dataclass(frozen=True)
class PresetTrial:
    """Accuracy of the float network on `samples` that are labelled, as a share.

    `classes` as in `class_count`.
    """

    preset: str
    accuracy: float
    samples: int
    classes: int | None = None

    @property
    def right(self) -> int:
        return round(self.accuracy * self.samples)

    def clearly_better(self, other: PresetTrial) -> bool:
        """False on fewer than 16 samples, and where guessing would be as often right."""
        if self.samples < _FEWEST or not self.accuracy >= other.accuracy + _CLEAR:
            return False
        return not self.classes or more_than_chance(self.right, self.samples, self.classes)


def guessed_preset(dataset: Dataset, options: DataOptions) -> str | None:
    """The preset of the first input that takes images, where nothing was said of its values."""
    for name, used in dataset.preprocessing.items():
        said = options.of(name, first=True)
        words = (said.preset, said.mean, said.std)
        return None if said.raw or any(word is not None for word in words) else used.preset
    return None


def better_preset(
    trials: Sequence[PresetTrial], used: str
) -> tuple[PresetTrial, PresetTrial] | None:
    """The trial of `used` and the best, where that is clearly better."""
    now = next((trial for trial in trials if trial.preset == used), None)
    if now is None or not trials[0].clearly_better(now):
        return None
    return now, trials[0]


def try_presets(
    model: FloatModel,
    path: Path | str,
    options: DataOptions,
    *,
    limit: int = 16,
    monitor: Monitor = SILENT,
) -> tuple[PresetTrial, ...]:
    """Each preset in place of what `options` say of mean and std, the best first.

    A preset that the input cannot take is left out. Nothing where samples have no labels or the
    first output holds no class scores. Raises DataError where too many samples are bad, Cancelled.
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
        try:
            dataset = open_data(path, inputs, tried, classes=classes, monitor=monitor)
            check_usable(dataset)
        except DataError:
            continue
        labelled = [k for k, label in enumerate(dataset.labels) if label is not None]
        if not labelled or not dataset.preprocessing:
            return
        read = [
            sample for _, sample in samples(dataset.subset(labelled), monitor, "Reading samples")
        ]
        verdict = Reference.of(model, read, monitor=monitor).itself
        if verdict.accuracy_reference is None:
            return
        yield PresetTrial(preset, verdict.accuracy_reference, len(read), classes)
