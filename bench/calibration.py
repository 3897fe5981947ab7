"""What calibration costs beside bare inference: run `python bench/calibration.py`.

Every row is measured in this run, on mobilenetv2 from ../shared; rounds of both sides alternate
and the medians are compared, so that other load on the machine touches both alike.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory, open_data
from quantengine.data.options import DataOptions
from quantengine.graph.load import open_model
from quantengine.monitor import Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import model_inputs, open_model_data
from quantengine.observe.loops import load_loops
from quantengine.observe.taps import model_taps
from quantengine.runtime import Session

SHARED = Path(__file__).resolve().parents[2] / "shared"
MODEL = SHARED / "models/mobilenetv2.onnx"
IMAGES = SHARED / "data/imagenet/calib"
FEW, MANY, ROUNDS = 8, 72, 7
CORES = os.cpu_count() or 1


def main() -> None:
    """Prints the table, or measures one part in a process of its own."""
    if not MODEL.exists():
        sys.exit("This needs mobilenetv2.onnx and the images in ../shared.")
    parts = {"fixed": fixed, "bare_memory": bare_memory, "memory": memory}
    if len(sys.argv) > 1:
        print(parts[sys.argv[1]](*map(int, sys.argv[2:])))
        return
    table = Table("what", "bare", "calibration", "ratio or figure", "to reach")
    for row in (*in_memory_row(), *from_folder_row(), *process_rows()):
        table.add_row(*row)
    Console(width=120).print(table)


def in_memory_row() -> list[tuple[str, ...]]:
    """Marginal cost per sample, float samples in memory."""
    model = open_model(MODEL)
    few, many = float_data(FEW), float_data(MANY)
    taps = model_taps(model)
    single, whole = Session(model.proto, threads=1), Session(model.proto, threads=CORES)
    rounds = alternate(
        [
            lambda: bare_run(single, many, CORES),
            lambda: bare_run(whole, many, 1),
            lambda: calibrate(model, few, taps),
            lambda: calibrate(model, many, taps),
        ]
    )
    bare_ms = min(statistics.median(times) for times in rounds[:2]) / MANY * 1e3
    margins = [(b - a) / (MANY - FEW) * 1e3 for a, b in zip(rounds[2], rounds[3], strict=True)]
    return [row("in memory, ms a sample", bare_ms, statistics.median(margins), "2.5, aim 1.5")]


def from_folder_row() -> list[tuple[str, ...]]:
    """The same from JPEG files, against decode, preprocess and bare inference."""
    model = open_model(MODEL)
    data = open_model_data(model, IMAGES, DataOptions(preset="tf"))
    few, many = data.subset(slice(FEW)), data.subset(slice(FEW, FEW + MANY))
    taps = model_taps(model)
    session = Session(model.proto, threads=1)
    rounds = alternate(
        [
            lambda: bare_run(session, many, CORES),
            lambda: calibrate(model, few, taps),
            lambda: calibrate(model, many, taps),
        ]
    )
    bare_ms = statistics.median(rounds[0]) / MANY * 1e3
    margins = [(b - a) / (MANY - FEW) * 1e3 for a, b in zip(rounds[1], rounds[2], strict=True)]
    return [row("from JPEG files, ms a sample", bare_ms, statistics.median(margins), "1.3")]


def process_rows() -> list[tuple[str, ...]]:
    """Fixed cost, memory and import time, each in fresh processes."""
    start, first = (
        statistics.median(float(own_process("fixed", loaded)) for _ in range(5))
        for loaded in (1, 0)
    )
    bare, hundred, thousand = (
        statistics.median(float(own_process(*part)) for _ in range(3))
        for part in (("bare_memory", 100), ("memory", 100), ("memory", 1000))
    )
    imports = statistics.median(import_time() for _ in range(5))
    return [
        ("start to first sample, s", "", f"{start:.2f}", "", "0.5"),
        ("the same, loops not loaded yet, s", "", f"{first:.2f}", "", ""),
        (
            "peak memory, 100 samples, MB",
            f"{bare:.0f}",
            f"{hundred:.0f}",
            f"+{hundred - bare:.0f} MB",
            "+200 MB",
        ),
        (
            "the same, 1000 samples",
            "",
            f"{thousand:.0f}",
            f"{100 * (thousand / hundred - 1):+.1f} % over 100 samples",
            "5 %",
        ),
        ("import quantengine, s", "", f"{imports:.2f}", "", "0.3"),
        ("all ranges", "", "", "see bench/ranges.py", "2 s"),
    ]


def row(what: str, bare_ms: float, ms: float, goal: str) -> tuple[str, ...]:
    return what, f"{bare_ms:.2f}", f"{ms:.2f}", f"{ms / bare_ms:.2f} x", goal


def alternate(works: Sequence[Callable[[], object]]) -> list[list[float]]:
    """Seconds of each work in each round, after one round to warm up."""
    rounds = [[timed(work) for work in works] for _ in range(ROUNDS + 1)]
    return [list(times) for times in zip(*rounds[1:], strict=True)]


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def bare_run(session: Session, data: Dataset, workers: int) -> None:
    """Plain inference of every sample, one at a time in each worker."""
    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(lambda i: session.run(data.load(i).feeds), range(len(data))):
            pass


def float_data(count: int) -> Dataset:
    """Images as float arrays in memory; a few repeat, their names do not."""
    model = open_model(MODEL)
    data = open_data(IMAGES, model_inputs(model), DataOptions(preset="tf"))
    distinct = [data.load(i).feeds["input"][0] for i in range(min(count, 20))]
    base = np.stack(distinct)
    return in_memory({"input": base[np.arange(count) % len(base)]})


class FirstSample(Monitor):
    """Notes when the first sample is done."""

    def __init__(self) -> None:
        super().__init__()
        self.at: float | None = None

    def progress(self, done: int, total: int | None, text: str) -> None:  # noqa: ARG002
        if done and self.at is None:
            self.at = time.perf_counter()


def fixed(loaded: int) -> float:
    """Seconds from the call to the first sample done; opening data loads the loops beside."""
    model, data = open_model(MODEL), float_data(4)
    if loaded:
        load_loops()
    taps, monitor = model_taps(model), FirstSample()
    start = time.perf_counter()
    calibrate(model, data, taps, monitor=monitor)
    return (monitor.at or start) - start


def bare_memory(count: int) -> float:
    """Peak memory in MB of bare inference."""
    model, data = open_model(MODEL), float_data(20)
    session = Session(model.proto, threads=1)
    for _ in range(count // len(data)):
        bare_run(session, data, CORES)
    return peak_mb()


def memory(count: int) -> float:
    """Peak memory in MB of calibration; the samples are names for the same 20 images."""
    model, data = open_model(MODEL), Repeated.of(float_data(20), count)
    calibrate(model, data, model_taps(model))
    return peak_mb()


class Repeated(Dataset):
    """The samples of another dataset over and over, under new names."""

    parent: Dataset

    @classmethod
    def of(cls, parent: Dataset, count: int) -> Repeated:
        made = cls(names=tuple(f"{i:06}" for i in range(count)), description={})
        object.__setattr__(made, "parent", parent)
        return made

    def feeds(self, index: int) -> dict[str, np.ndarray]:
        return dict(self.parent.load(index % len(self.parent)).feeds)

    def digest(self, index: int) -> bytes:
        return self.parent.digest(index % len(self.parent))


def peak_mb() -> float:
    """Peak resident memory of this process; Linux only (getrusage would count the parent's)."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line) / 1024


def own_process(*part: object) -> str:
    command = [sys.executable, __file__, *map(str, part)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]


def import_time() -> float:
    code = (
        "import time; t = time.perf_counter(); import quantengine; print(time.perf_counter() - t)"
    )
    return float(
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout
    )


if __name__ == "__main__":
    main()
