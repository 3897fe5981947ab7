"""The rows of bench/finetune.py: models, widths, stages and seeds, and how one is measured."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.data.dataset import Dataset
from quantengine.data.options import DataOptions
from quantengine.finetune.memory import peak_bytes
from quantengine.finetune.settings import Settings
from quantengine.graph.load import open_model
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import open_model_data
from quantengine.observe.table import CalibrationTable
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan, apply_settings
from quantengine.rewrite.qdq import qdq_model
from quantengine.runtime import Session
from quantengine.work.candidate import Candidate
from quantengine.work.make import begin, make, train
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work

_EVAL_BATCH = 10
_RECOVERED = Recipe(("auto",), Settings())
"""One calib sample in five judges the states of training; recovery does not see it."""

METHODS: dict[str, dict[str, Any]] = {
    "ste": {"method": "ste"},
    "lsq": {"method": "lsq"},
    "ewgs": {"method": "ewgs"},
    "ewgs_delta0": {"method": "ewgs", "delta": 0.0},
}


@dataclass(frozen=True)
class Task:
    """A model, its data, the widths (weights, activations) and the figure to reach for each.

    `goals` are top-1 in percent, or, below zero, points under the float model.
    """

    name: str
    file: str
    calib: tuple[str, DataOptions]
    evaluation: tuple[str, DataOptions]
    widths: tuple[tuple[int, int], ...]
    goals: tuple[float, ...]
    settings: Settings


def _split(file: str, preset: str) -> tuple[tuple[str, DataOptions], tuple[str, DataOptions]]:
    calib, evaluation = (
        (file, DataOptions(preset=preset, images=f"{split}_images")) for split in ("calib", "eval")
    )
    return calib, evaluation


TASKS = (
    Task(
        "mnist",
        "mnist_cnn",
        *_split("mnist.npz", "raw"),
        ((4, 4), (3, 3), (2, 2), (1, 1)),
        (98.5, 97.5, 95.0, 85.0),
        Settings(epochs=120),
    ),
    Task(
        "resnet20",
        "resnet20_cifar10",
        *_split("cifar10.npz", "imagenet"),
        ((4, 4),),
        (-3.0,),
        Settings(epochs=5, loss="distill"),
    ),
    Task(
        "mobilenetv2",
        "mobilenetv2",
        ("imagenet/calib", DataOptions(preset="tf")),
        ("imagenet/eval", DataOptions(preset="tf")),
        ((4, 8),),
        (-2.0,),
        Settings(epochs=24, batch=16, weight_rate=0.25, loss="distill"),
    ),
)


@dataclass(frozen=True)
class Place:
    """One row to measure; `width` is the place among the task's widths, None for float."""

    task: Task
    width: int | None
    stage: str
    seed: int | None

    @property
    def name(self) -> str:
        parts = [self.task.name, self.stage]
        if self.width is not None:
            parts.insert(1, str(self.task.widths[self.width][0]))
        if self.seed is not None:
            parts.append(f"seed{self.seed}")
        return "-".join(parts)


def places(seeds: Sequence[int]) -> Iterator[Place]:
    """Every row there is, those of one model and width together."""
    for task in TASKS:
        yield Place(task, None, "float", None)
        for width in range(len(task.widths)):
            yield Place(task, width, "plain", None)
            yield Place(task, width, "recovered", None)
            for stage in METHODS:
                for seed in seeds:
                    yield Place(task, width, stage, seed)


@dataclass(frozen=True)
class Row:
    """One measured figure: top-1 on the eval split, in percent.

    `seconds` and `cpu_seconds` are those of the stage alone: training without the recovery it
    starts from. `memory_mb` is the most this process held while the row was measured.
    """

    name: str
    model: str
    weights: int
    activations: int
    stage: str
    seed: int | None
    top1: float
    goal: float | None
    seconds: float
    cpu_seconds: float
    memory_mb: float
    threads: int


class Judge:
    """Counts right answers of a graph on the evaluation data, as the file computes them."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self.labels: NDArray[Any] = np.array(data.labels)

    def top1(self, proto: Any) -> float:
        session = Session(proto, optimize=False)
        best = []
        for start in range(0, len(self.data), _EVAL_BATCH):
            indices = range(start, min(start + _EVAL_BATCH, len(self.data)))
            feeds = [self.data.load(index).feeds for index in indices]
            batch = {name: np.concatenate([f[name] for f in feeds]) for name in feeds[0]}
            best.append(next(iter(session.run(batch).values())).argmax(-1))
        return float(100 * np.mean(np.concatenate(best) == self.labels))


class Bench:
    """Measures rows; what rows of one model or width share is made once."""

    def __init__(self, shared: Path, device: str, threads: int | None) -> None:
        import torch

        if threads is not None:
            torch.set_num_threads(threads)
        self.shared, self.device, self.threads = shared, device, torch.get_num_threads()
        self.task: Task | None = None
        self.starts: dict[int, Candidate] = {}

    def measure(self, place: Place) -> Row:
        """The figure of one row."""
        self._open(place.task)
        width, task = place.width, place.task
        goal = None if width is None else task.goals[width]
        made = self._start(place)
        _forget_peak()
        began, began_cpu = time.perf_counter(), time.process_time()
        proto = self.model.proto
        if made is not None:
            made = self._staged(place, made)
            proto = qdq_model(made.model, made.resolution.encodings)
        taken = time.perf_counter() - began, time.process_time() - began_cpu
        memory = (peak_bytes("cpu") or 0) / 2**20
        return Row(
            place.name,
            task.name,
            *((32, 32) if width is None else task.widths[width]),
            place.stage,
            place.seed,
            self.judge.top1(proto),
            goal if goal is None or goal > 0 else self.reference + goal,
            *taken,
            memory,
            self.threads,
        )

    def _open(self, task: Task) -> None:
        if self.task is task:
            return
        self.task, self.starts = task, {}
        self.model = open_model(self.shared / f"models/{task.file}.onnx")
        self.calib = self._data(task.calib)
        self.judge = Judge(self._data(task.evaluation))
        self.reference = self.judge.top1(self.model.proto)
        self.statistics: CalibrationTable = calibrate(
            self.model, self.calib, model_taps(self.model)
        )

    def _data(self, where: tuple[str, DataOptions]) -> Dataset:
        return open_model_data(self.model, self.shared / "data" / where[0], where[1])

    def _start(self, place: Place) -> Candidate | None:
        """What the row's stage begins from: as calibrated, or recovered; None: the float model."""
        if place.width is None:
            return None
        if place.stage in ("plain", "recovered"):
            return make(self._work(place), Recipe())
        if place.width not in self.starts:
            self.starts[place.width] = begin(self._work(place), _RECOVERED)
        return self.starts[place.width]

    def _staged(self, place: Place, made: Candidate) -> Candidate:
        if place.stage == "plain" or place.width is None:
            return made
        if place.stage == "recovered":
            self.starts[place.width] = begin(self._work(place), _RECOVERED)
            return self.starts[place.width]
        settings = replace(place.task.settings, **METHODS[place.stage], device=self.device)
        recipe = replace(_RECOVERED, training=replace(settings, seed=place.seed or 0))
        return train(made, self._work(place), recipe)

    def _work(self, place: Place) -> Work:
        assert place.width is not None
        plan = _plan(*place.task.widths[place.width])
        return Work(self.model, plan, self.calib, self.statistics)


def _plan(weights: int, activations: int) -> QuantPlan:
    plan = QuantPlan()
    return replace(
        plan,
        weights=apply_settings(plan.weights, [("bits", float(weights))], "weights"),
        activations=apply_settings(plan.activations, [("bits", float(activations))], "activations"),
    )


def _forget_peak() -> None:
    """Lets the peak of memory begin anew; where the system cannot, it is that of all rows."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return
