"""Time to choose the ranges of every tensor by every method: mobilenetv2, activations and weights.

    python bench/ranges.py [MODEL] [--samples 20] [--bits 8]

Times of single tensors are processor time, free of what else the machine does; the total is also
given by the clock, one after the other, as a program would do it. What a fresh install compiles is
timed apart. Weights are judged per channel. `sqnr` is the mean over the tensors of what the chosen
ranges keep.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from quantengine.data.options import DataOptions
from quantengine.errors import PlanError
from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import encode_range
from quantengine.formats.granularity import PerAxis, rows
from quantengine.formats.metrics import sqnr_db as ratio_db
from quantengine.graph.flow import integer_flow
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.distribution import sqnr_db
from quantengine.observe.inputs import open_model_data
from quantengine.observe.statistics import TensorStats
from quantengine.observe.taps import model_taps
from quantengine.ranges.choice import RangeSpec
from quantengine.ranges.registry import METHODS, choose
from quantengine.ranges.rows import choose_rows

SHARED = Path(__file__).resolve().parents[2] / "shared"

DATA = {
    "mobilenetv2": ("imagenet/calib", DataOptions(preset="tf")),
    "resnet20_cifar10": ("cifar10.npz", DataOptions(preset="imagenet", images="calib_images")),
    "minilm_l6": (
        "stsb_tokens.npz",
        DataOptions(
            mapping={
                "input_ids": "calib_ids1",
                "attention_mask": "calib_mask1",
                "token_type_ids": 0,
            }
        ),
    ),
}


@dataclass(frozen=True)
class Row:
    """Milliseconds and mean SQNR of one method over activations and over weights."""

    method: str
    times_ms: NDArray[np.float64]
    kept_db: float
    weights_ms: NDArray[np.float64]
    weights_kept_db: float


def weights_of(model: FloatModel) -> list[tuple[NDArray[np.float32], PerAxis]]:
    """The quantized weights, each once, with the axis of its channels."""
    found = {}
    for node in integer_flow(model).nodes.values():
        for weight in node.weights:
            values = model.constant(weight.tensor)
            if values is not None and weight.axis is not None:
                found[weight.tensor] = (values, PerAxis(weight.axis))
    return list(found.values())


def measure(
    method: str,
    tensors: Mapping[str, TensorStats],
    weights: list[tuple[NDArray[np.float32], PerAxis]],
    bits: int,
) -> Row:
    """One method over everything it applies to."""
    spec = RangeSpec(IntegerType(bits, False), False)
    times, kept = [], []
    for stats in tensors.values():
        start = time.thread_time()
        try:
            choice = choose(stats, spec, method)
        except PlanError:
            continue
        times.append(1e3 * (time.thread_time() - start))
        encoding = encode_range(choice.low, choice.high, spec.dtype, symmetric=False)
        kept.append(sqnr_db(stats.distribution, encoding))
    took, weights_kept = _weights(method, weights, bits)
    return Row(method, np.array(times), _mean(kept), took, weights_kept)


def _weights(
    method: str, weights: list[tuple[NDArray[np.float32], PerAxis]], bits: int
) -> tuple[NDArray[np.float64], float]:
    if not METHODS[method].for_weights:
        return np.zeros(0), float("nan")
    spec = RangeSpec(IntegerType(bits, True), True, narrow=True)
    kept, took = [], []
    for values, axis in weights:
        groups = rows(values, axis)
        start = time.thread_time()
        low, high = choose_rows(groups, spec, method)
        took.append(1e3 * (time.thread_time() - start))
        encoding = encode_range(
            low, high, spec.dtype, symmetric=True, narrow=True, granularity=axis
        )
        lost = values - encoding.fake_quantize(values)
        kept.append(ratio_db(float(np.sum(values**2)), float(np.sum(lost**2))))
    return np.array(took), _mean(kept)


def _mean(kept: list[float]) -> float:
    finite = [value for value in kept if np.isfinite(value)]
    return float(np.mean(finite)) if finite else float("nan")


def show(rows_: list[Row], title: str) -> None:
    """Prints the table and its totals."""
    table = Table(title=title)
    heads = (
        "method",
        *("activations ms", "slowest", "sqnr dB"),
        *("weights ms", "slowest", "sqnr"),
    )
    for name in heads:
        table.add_column(name, justify="left" if name == "method" else "right")
    for row in rows_:
        table.add_row(
            row.method,
            *_cells(row.times_ms, row.kept_db),
            *_cells(row.weights_ms, row.weights_kept_db),
        )
    activations = sum(row.times_ms.sum() for row in rows_)
    weights = sum(row.weights_ms.sum() for row in rows_)
    table.add_section()
    table.add_row("all", f"{activations:.0f}", "", "", f"{weights:.0f}", "", "")
    Console().print(table)
    Console().print(
        f"Every tensor by every method: {(activations + weights) / 1e3:.2f} s of one core"
    )


def _cells(times_ms: NDArray[np.float64], kept_db: float) -> tuple[str, str, str]:
    if not times_ms.size:
        return "-", "-", "-"
    return f"{times_ms.sum():.1f}", f"{times_ms.max():.2f}", f"{kept_db:.2f}"


def by_the_clock(
    tensors: Mapping[str, TensorStats],
    weights: list[tuple[NDArray[np.float32], PerAxis]],
    bits: int,
) -> float:
    """Seconds until every range is chosen; judging them is left out."""
    seen, stored = RangeSpec(IntegerType(bits, False), False), IntegerType(bits, True)
    kept = RangeSpec(stored, True, narrow=True)
    groups = [rows(values, axis) for values, axis in weights]
    jobs: list[Callable[[], object]] = []
    for name, method in METHODS.items():
        if method.needs == "values":
            jobs += [partial(choose, stats, seen, name) for stats in tensors.values()]
        if method.for_weights:
            jobs += [partial(choose_rows, group, kept, name) for group in groups]
    start = time.perf_counter()
    for job in jobs:
        job()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("model", nargs="?", default="mobilenetv2", choices=sorted(DATA))
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--bits", type=int, default=8)
    asked = parser.parse_args()
    model = open_model(SHARED / "models" / f"{asked.model}.onnx")
    place, options = DATA[asked.model]
    data = open_model_data(model, SHARED / "data" / place, options).subset(slice(0, asked.samples))
    table = calibrate(model, data, model_taps(model))
    tensors = {name: table.tensors[name] for name in integer_flow(model).points()}
    weights = weights_of(model)
    start = time.perf_counter()
    for method in METHODS:
        measure(method, dict(list(tensors.items())[:1]), weights[:1], asked.bits)
    Console().print(f"First use of every method: {time.perf_counter() - start:.2f} s")
    channels = sum(values.shape[axis.axis] for values, axis in weights)
    show(
        [measure(method, tensors, weights, asked.bits) for method in METHODS],
        f"{asked.model}: {len(tensors)} activations, {len(weights)} weights of {channels} channels",
    )
    took = min(by_the_clock(tensors, weights, asked.bits) for _ in range(3))
    Console().print(f"The same by the clock, best of 3: {took:.2f} s")


if __name__ == "__main__":
    main()
