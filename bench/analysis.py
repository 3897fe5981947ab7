"""What analysis costs beside bare inference: run `python bench/analysis.py`.

Every row is measured in this run, on mobilenetv2 from ../shared; rounds of all rows alternate and
the medians are compared, so that other load on the machine touches them alike.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from quantengine.analyze.compare import compare
from quantengine.analyze.granularity import compare_granularities
from quantengine.analyze.sensitivity import sensitivity
from quantengine.analyze.simulate import Simulator
from quantengine.data.open import in_memory
from quantengine.data.options import DataOptions
from quantengine.graph.load import open_model
from quantengine.observe.inputs import open_model_data
from quantengine.plan import QuantPlan
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.qdq import qdq_model
from quantengine.runtime import Session
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.sweep import sweep_bits
from quantengine.work.work import Work

SHARED = Path(__file__).resolve().parents[2] / "shared"
MODEL = SHARED / "models/mobilenetv2.onnx"
IMAGES = SHARED / "data/imagenet/calib"
SAMPLES, FEW, ROUNDS = 32, 4, 3
FAMILIES = 6
"""Local and accumulated errors, each of weights, activations and both."""


def main() -> None:
    """Prints the table."""
    if not MODEL.exists():
        sys.exit("This needs mobilenetv2.onnx and the images in ../shared.")
    table = Table("what", "bare ms", "ms", "ratio", "to reach")
    for row in rows():
        table.add_row(*row)
    Console(width=120).print(table)


def rows() -> list[tuple[str, ...]]:
    """All rows, from one set of rounds."""
    model = open_model(MODEL)
    data = open_model_data(model, IMAGES, DataOptions(limit=SAMPLES))
    feeds = [data.load(index).feeds for index in range(SAMPLES)]
    made = make(Work(model, QuantPlan(), data), Recipe())
    plan, table, resolution = made.plan, made.table, made.resolution
    encodings = resolution.encodings
    session, simulator = Session(model.proto), Simulator(model)
    held = {name: np.concatenate([x[name] for x in feeds[:FEW]]) for name in feeds[0]}
    few_samples = Work(model, plan, in_memory(held), table)
    found = medians(
        {
            "bare": lambda: [session.run(x) for x in feeds],
            "analyze": lambda: compare(model, resolution, feeds),
            "granularities": lambda: compare_granularities(model, plan, table, feeds),
            "simulate": lambda: [simulator.run(x, encodings) for x in feeds],
            "change": lambda: simulator.run(feeds[0], widened(encodings)),
            "rebuild": lambda: Session(qdq_model(model, widened(encodings)), optimize=False).run(
                feeds[0]
            ),
            "sensitivity": lambda: sensitivity(model, resolution, feeds[:FEW]),
            "sweep": lambda: sweep_bits(few_samples, bits=(4, 6, 8)),
        }
    )
    bare, layers = found["bare"], len(encodings.flow.nodes)
    few = bare * FEW / SAMPLES
    return [
        row("analyze, 32 samples, per metric family", bare, found["analyze"] / FAMILIES, "5"),
        row(f"the same, all {FAMILIES} families", bare, found["analyze"], "30"),
        row("per tensor against per channel, 32 samples", bare, found["granularities"], "-"),
        row("simulation, 32 samples", bare, found["simulate"], "-"),
        row("another range: fed, against a QDQ session", found["rebuild"], found["change"], "< 1"),
        row(f"sensitivity, 4 samples, both ways, {layers} layers", few, found["sensitivity"], "-"),
        row("sweep over 3 widths, 4 samples", few, found["sweep"], "-"),
    ]


def widened(encodings: Encodings) -> Encodings:
    """The same encodings, the range of one tensor 10 % wider: what dragging a range does."""
    tensor, old = next(iter(encodings.activations.items()))
    new = replace(old, scale=np.float32(1.1) * old.scale)
    return replace(encodings, activations={**encodings.activations, tensor: new})


def row(what: str, bare: float, seconds: float, goal: str) -> tuple[str, ...]:
    return what, f"{bare * 1e3:.1f}", f"{seconds * 1e3:.1f}", f"{seconds / bare:.2f} x", goal


def medians(works: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Median seconds of each, after one round to warm up."""
    rounds = [{name: timed(work) for name, work in works.items()} for _ in range(ROUNDS + 1)]
    return {name: statistics.median(times[name] for times in rounds[1:]) for name in works}


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
