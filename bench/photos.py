"""What calibration costs on large samples of many shapes: run `python bench/photos.py`.

A fully convolutional network of 100 layers with skip connections, made here, on ten arrays of
about a megapixel, no two of one shape. Each side runs in a process of its own; processor seconds
and the peak of memory are those of the whole process.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from rich.console import Console
from rich.table import Table

from quantengine.data.dataset import Dataset
from quantengine.data.open import open_data
from quantengine.data.options import DataOptions
from quantengine.graph.load import open_model
from quantengine.monitor import Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import model_inputs
from quantengine.observe.taps import model_taps
from quantengine.runtime import Session

PHOTOS, PIXELS = 10, 1 << 20
STAGES, BLOCKS = (16, 32, 64, 128), 12
CORES = os.cpu_count() or 1


def main() -> None:
    """Prints the table, or measures one side in a process of its own."""
    if len(sys.argv) > 1:
        side = {"bare": bare, "calibration": calibration}[sys.argv[1]]
        print(json.dumps(side(Path(sys.argv[2]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder))
        rows = {side: own_process(side, folder) for side in ("bare", "calibration")}
    table = Table("", "passes", "s", "processor s", "peak MB")
    for side, row in rows.items():
        table.add_row(side, *(f"{row[key]:.4g}" for key in ("passes", "s", "cpu_s", "peak_mb")))
    bare_row, ours = rows["bare"], rows["calibration"]
    table.add_row(
        "ratio or more (to reach: 1, 3, 3, +400)",
        *(f"{ours['passes']:.0f}", f"{ours['s'] / bare_row['s']:.2f}"),
        f"{ours['cpu_s'] / bare_row['cpu_s']:.2f}",
        f"{ours['peak_mb'] - bare_row['peak_mb']:+.0f}",
    )
    Console(width=120).print(table)
    print("Load:", os.getloadavg())


def own_process(side: str, folder: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, side, folder], check=True, capture_output=True, text=True
    )
    return dict(json.loads(done.stdout))


def bare(folder: Path) -> dict[str, float]:
    """Plain inference, a photo at a time on all cores."""
    model, data = opened(folder)
    session = Session(model.proto, threads=CORES)
    return measured(lambda: [session.run(data.load(i).feeds) for i in range(len(data))], 1)


def calibration(folder: Path) -> dict[str, float]:
    """All statistics of all tensors, at default memory."""
    model, data = opened(folder)
    monitor = Passes()
    found = measured(lambda: calibrate(model, data, model_taps(model), monitor=monitor), 0)
    return {**found, "passes": len(monitor.seen)}


class Passes(Monitor):
    """Notes what passes there are."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def progress(self, done: int, total: int | None, text: str) -> None:  # noqa: ARG002
        if text.startswith("Calibrating"):
            self.seen.add(text)

    def say(self, text: str) -> None:
        print(text, file=sys.stderr)


def measured(work: Callable[[], object], passes: int) -> dict[str, float]:
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return {
        "passes": passes,
        "s": time.perf_counter() - start,
        "cpu_s": time.process_time() - cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
    }


def opened(folder: Path) -> tuple[object, Dataset]:
    model = open_model(folder / "model.onnx")
    return model, open_data(folder / "photos", model_inputs(model), DataOptions())


def make(folder: Path) -> None:
    """The network and its photos: smooth noise, each of its own width and height."""
    onnx.save(network(), folder / "model.onnx")
    (folder / "photos").mkdir()
    random = np.random.default_rng(0)
    for place in range(PHOTOS):
        height = 640 + 64 * place
        width = PIXELS // height // 32 * 32
        coarse = random.normal(size=(3, height // 8, width // 8)).astype(np.float32)
        photo = coarse.repeat(8, 1).repeat(8, 2) + random.normal(size=(3, height, width)) / 8
        np.save(folder / "photos" / f"{place}.npy", photo.astype(np.float32))


def network() -> onnx.ModelProto:
    """Stages of residual blocks, each at half the size of the one before, and a way back up."""
    made = _Made()
    last, channels, skips = made.conv("x", 3, STAGES[0], stride=2), STAGES[0], []
    for stage in STAGES:
        for block in range(BLOCKS):
            stride = 2 if block == 0 and stage != STAGES[0] else 1
            inner = made.relu(made.conv(last, channels, stage, stride=stride))
            outer = made.conv(inner, stage, stage)
            last = made.relu(outer if stride == 2 else made.node("Add", outer, last))
            channels = stage
        skips.append(last)
    for place in (2, 1, 0):
        up = made.node("Resize", made.conv(last, channels, STAGES[place], kernel=1), "", "twice")
        last, channels = made.relu(made.node("Add", up, skips[place])), STAGES[place]
    return made.model(made.node("Sigmoid", made.conv(last, channels, 1)))


class _Made:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights = [numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32), "twice")]
        self.random = np.random.default_rng(1)

    def node(self, kind: str, *inputs: str, **attributes: object) -> str:
        name = f"{kind.lower()}{len(self.nodes)}"
        attributes |= {"mode": "nearest"} if kind == "Resize" else {}
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def relu(self, value: str) -> str:
        return self.node("Relu", value)

    def conv(self, value: str, given: int, made: int, *, kernel: int = 3, stride: int = 1) -> str:
        shape = (made, given, kernel, kernel)
        scale = 0.5 / np.sqrt(given * kernel * kernel)
        name = f"w{len(self.nodes)}"
        weight = (scale * self.random.normal(size=shape)).astype(np.float32)
        self.weights.append(numpy_helper.from_array(weight, name))
        pads = [kernel // 2] * 4
        return self.node("Conv", value, name, pads=pads, strides=[stride, stride])

    def model(self, output: str) -> onnx.ModelProto:
        ports = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", channels, None, None])
            for name, channels in (("x", 3), (output, 1))
        ]
        graph = helper.make_graph(self.nodes, "photos", ports[:1], ports[1:], self.weights)
        opset = helper.make_opsetid("", 17)
        return helper.make_model(graph, opset_imports=[opset], ir_version=8)


if __name__ == "__main__":
    main()
