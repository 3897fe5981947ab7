"""Fine-tuning at few bits: accuracy on the eval split after training on the calib split.

    python bench/finetune.py [--models mnist,resnet20,mobilenetv2] [--methods ste,lsq,ewgs]
        [--device cuda] [--seeds 3] [--shared DIR] [--out FILE]

Every row is measured in this run; each is printed, and written to --out, as soon as it is known.
`plain` is the default plan at these widths, `recovered` what `recover` makes of it without
training; training starts from there.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from quantengine.data.dataset import Dataset
from quantengine.data.options import DataOptions
from quantengine.finetune.settings import METHODS, Settings
from quantengine.finetune.train import finetune
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import open_model_data
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan, apply_settings
from quantengine.recover.auto import recover
from quantengine.resolve import Resolution, resolve_plan
from quantengine.rewrite.qdq import qdq_model
from quantengine.runtime import Session

SHARED = Path(__file__).resolve().parents[2] / "shared"
_EVAL_BATCH = 50
_EVERY = 5
"""One calib sample in so many judges the states of training; recovery does not see it."""


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
        Settings(epochs=40),
    ),
    Task(
        "resnet20",
        "resnet20_cifar10",
        *_split("cifar10.npz", "imagenet"),
        ((4, 4),),
        (-3.0,),
        Settings(epochs=60, loss="distill"),
    ),
    Task(
        "mobilenetv2",
        "mobilenetv2",
        ("imagenet/calib", DataOptions(preset="tf")),
        ("imagenet/eval", DataOptions(preset="tf")),
        ((4, 8),),
        (-2.0,),
        Settings(epochs=40, batch=16, loss="distill"),
    ),
)


@dataclass(frozen=True)
class Row:
    """One measured figure: top-1 on the eval split, in percent."""

    model: str
    weights: int
    activations: int
    stage: str
    seed: int | None
    top1: float
    goal: float | None
    seconds: float
    memory_mb: float


class Judge:
    """Counts right answers of a graph on the evaluation data, as the file computes them."""

    def __init__(self, data: Dataset) -> None:
        feeds = [data.load(index).feeds for index in range(len(data))]
        self.batches = [
            {
                name: np.concatenate([f[name] for f in feeds[start : start + _EVAL_BATCH]])
                for name in feeds[0]
            }
            for start in range(0, len(feeds), _EVAL_BATCH)
        ]
        self.labels: NDArray[Any] = np.array(data.labels)

    def top1(self, proto: Any) -> float:
        session = Session(proto, optimize=False)
        found = [next(iter(session.run(batch).values())) for batch in self.batches]
        best = np.concatenate(found).argmax(-1)
        return float(100 * np.mean(best == self.labels))


def _open(model: FloatModel, shared: Path, place: tuple[str, DataOptions]) -> Dataset:
    return open_model_data(model, shared / "data" / place[0], place[1])


def _plan(weights: int, activations: int) -> QuantPlan:
    plan = QuantPlan()
    return replace(
        plan,
        weights=apply_settings(plan.weights, [("bits", float(weights))], "weights"),
        activations=apply_settings(plan.activations, [("bits", float(activations))], "activations"),
    )


def _memory_mb() -> float:
    """The most memory this process has held so far; nan where the system does not say."""
    try:
        import resource
    except ModuleNotFoundError:
        return float("nan")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if platform.system() == "Darwin" else 2**10)


def measure(task: Task, arguments: argparse.Namespace) -> Iterator[Row]:
    """The rows of one model, as they become known."""
    shared = arguments.shared
    model = open_model(shared / f"models/{task.file}.onnx")
    calib = _open(model, shared, task.calib)
    judge = Judge(_open(model, shared, task.evaluation))
    reference = judge.top1(model.proto)
    yield Row(task.name, 32, 32, "float", None, reference, None, 0.0, _memory_mb())
    statistics = calibrate(model, calib, model_taps(model))
    for (weights, activations), goal in zip(task.widths, task.goals, strict=True):
        row = partial(_row, task.name, weights, activations, goal if goal > 0 else reference + goal)
        began = time.perf_counter()
        resolution = resolve_plan(model, _plan(weights, activations), statistics)
        yield row("plain", None, judge.top1(qdq_model(model, resolution.encodings)), began)
        began = time.perf_counter()
        recovered = recover(model, resolution.plan, calib.subset(_learning(calib)), statistics)
        top1 = judge.top1(qdq_model(recovered.model, recovered.resolution.encodings))
        yield row("recovered", None, top1, began)
        start = (recovered.model, recovered.resolution)
        for stage, settings in _courses(task, arguments):
            for seed in range(arguments.seeds):
                began = time.perf_counter()
                chosen = replace(settings, seed=seed, device=arguments.device)
                yield row(stage, seed, _trained(start, calib, judge, chosen), began)


def _learning(calib: Dataset) -> list[int]:
    return [index for index in range(len(calib)) if index % _EVERY]


def _row(
    model: str,
    weights: int,
    activations: int,
    goal: float,
    stage: str,
    seed: int | None,
    top1: float,
    began: float,
) -> Row:
    taken = time.perf_counter() - began
    return Row(model, weights, activations, stage, seed, top1, goal, taken, _memory_mb())


def _courses(task: Task, arguments: argparse.Namespace) -> Iterator[tuple[str, Settings]]:
    """Each method, and EWGS without its scaling: a straight-through estimator of its own."""
    settings = task.settings
    if arguments.weight_rate:
        settings = replace(settings, weight_rate=arguments.weight_rate)
    if arguments.epochs:
        settings = replace(settings, epochs=arguments.epochs)
    for method in arguments.methods.split(","):
        yield method, replace(settings, method=method)
        if method == "ewgs":
            yield "ewgs, delta 0", replace(settings, method=method, delta=0.0)


def _trained(
    start: tuple[FloatModel, Resolution], calib: Dataset, judge: Judge, settings: Settings
) -> float:
    judges = range(0, len(calib), _EVERY)
    tuned = finetune(*start, calib, settings, judges=judges)
    return judge.top1(qdq_model(tuned.model, tuned.resolution.encodings))


def _shown(rows: list[Row], device: str) -> Table:
    table = Table(title=f"Top-1 in percent on the eval split, trained on {device}")
    for heading in ("model", "W/A", "stage", "seeds", "mean", "worst", "to reach", "s", "MB"):
        table.add_column(heading)
    groups: dict[tuple[str, int, int, str], list[Row]] = {}
    for row in rows:
        key = (row.model, row.weights, row.activations, row.stage)
        groups.setdefault(key, []).append(row)
    for (model, weights, activations, stage), found in groups.items():
        figures = [row.top1 for row in found]
        seeds = " ".join(str(row.seed) for row in found if row.seed is not None)
        goal = found[0].goal
        table.add_row(
            model,
            f"{weights}/{activations}",
            stage,
            seeds,
            f"{np.mean(figures):.2f}",
            f"{min(figures):.2f}",
            "" if goal is None else f"{goal:.2f}",
            f"{np.mean([row.seconds for row in found]):.0f}",
            f"{max(row.memory_mb for row in found):.0f}",
        )
    return table


def _threads(count: int | None) -> None:
    import torch

    if count is not None:
        torch.set_num_threads(count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    add = parser.add_argument
    add("--models", default=",".join(task.name for task in TASKS))
    add("--methods", default=",".join(METHODS))
    add("--device", default="auto", choices=("auto", "cpu", "cuda"))
    add("--seeds", type=int, default=3)
    add("--weight-rate", type=float, help="instead of that of each model")
    add("--epochs", type=int, help="instead of those of each model")
    add("--bits", help="only these widths of weights, such as 2,1")
    add("--threads", type=int, help="of torch on the CPU")
    add("--shared", type=Path, default=SHARED, help="folder that holds models/ and data/")
    add("--out", type=Path, help="file for one JSON object a row")
    arguments = parser.parse_args()
    if not (arguments.shared / "models").is_dir():
        sys.exit("This bench needs the real models and data: give their folder with --shared.")
    _threads(arguments.threads)
    names, rows = arguments.models.split(","), []
    for task in TASKS:
        if task.name not in names:
            continue
        for row in measure(_at_widths(task, arguments.bits), arguments):
            rows.append(row)
            line = json.dumps(vars(row))
            print(line, flush=True)
            if arguments.out is not None:
                with arguments.out.open("a", encoding="utf-8") as stream:
                    stream.write(line + "\n")
    Console(width=110).print(_shown(rows, arguments.device))


def _at_widths(task: Task, bits: str | None) -> Task:
    if bits is None:
        return task
    wanted = {int(text) for text in bits.split(",")}
    pairs = zip(task.widths, task.goals, strict=True)
    kept = [(width, goal) for width, goal in pairs if width[0] in wanted]
    return replace(task, widths=tuple(w for w, _ in kept), goals=tuple(g for _, g in kept))


if __name__ == "__main__":
    main()
