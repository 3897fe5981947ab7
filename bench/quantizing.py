"""What a default `quantize` costs beside `calibrate`: run `python bench/quantizing.py [ROUNDS]`.

Processor time of whole processes that alternate, both on the same data; the median ratio of the
rounds. Channels of minilm and of the recogniser, whose weights are drawn, are evened first: of what
that changed statistics are collected a second time.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from rich.console import Console
from rich.table import Table

SHARED = Path(__file__).resolve().parents[2] / "shared"
MODELS, DATA = SHARED / "models", SHARED / "data"

SEED, LINES, HEIGHT = 21, 200, 48
WIDTHS = range(96, 481, 16)
CHARACTERS = 4000
DEPTHWISE = (
    (32, 2, 1),
    (64, 1, 1),
    (128, 2, 1),
    (128, 1, 1),
    (256, 2, 1),
    (256, 1, 1),
    (512, 1, 1),
)
"""Channels, and strides down and along, of each pair of convolutions."""


@dataclass(frozen=True)
class Case:
    """`made` writes what is missing into a folder and gives the model and flags of its data."""

    name: str
    made: Callable[[Path], tuple[Path, Sequence[str]]]
    goal: str


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rounds", nargs="?", type=int, default=3)
    parser.add_argument("--only", choices=[case.name for case in CASES])
    args = parser.parse_args()
    table = Table("network", "calibrate, s", "quantize, s", "ratio", "to reach")
    for case in CASES:
        if args.only in (None, case.name):
            with tempfile.TemporaryDirectory() as folder:
                table.add_row(case.name, *measured(case, Path(folder), args.rounds), case.goal)
    Console(width=100).print(table)


def measured(case: Case, folder: Path, rounds: int) -> tuple[str, ...]:
    """Seconds of both and their ratio; a first round loads what the machine keeps."""
    model, flags = case.made(folder)
    found = []
    for _ in range(rounds + 1):
        pair = [
            spent(command, str(model), *flags, "-o", str(folder / output))
            for command, output in (("calibrate", "table.qcal"), ("quantize", "int8.onnx"))
        ]
        found.append(pair)
    before, after = (statistics.median(each) for each in zip(*found[1:], strict=True))
    ratio = statistics.median(pair[1] / pair[0] for pair in found[1:])
    return f"{before:.1f}", f"{after:.1f}", f"{ratio:.2f} x"


def spent(*arguments: str) -> float:
    """Processor seconds of one command, from its start to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "quantengine.cli", *arguments]
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def mobilenet(_folder: Path) -> tuple[Path, Sequence[str]]:
    images = DATA / "imagenet/calib"
    return MODELS / "mobilenetv2.onnx", ("--data", str(images), "--preset", "tf")


def minilm(folder: Path) -> tuple[Path, Sequence[str]]:
    """Both sentences of every pair of the calib split."""
    stored = np.load(DATA / "stsb_tokens.npz")
    width = max(stored[f"calib_ids{k}"].shape[1] for k in (1, 2))

    def both(word: str) -> NDArray[np.int64]:
        parts = [stored[f"calib_{word}{k}"].astype(np.int64) for k in (1, 2)]
        return np.concatenate([np.pad(p, ((0, 0), (0, width - p.shape[1]))) for p in parts])

    ids = both("ids")
    feeds: dict[str, Any] = {"input_ids": ids, "token_type_ids": np.zeros_like(ids)}
    np.savez(folder / "tokens.npz", attention_mask=both("mask"), **feeds)
    return MODELS / "minilm_l6.onnx", ("--data", str(folder / "tokens.npz"))


def recogniser(folder: Path) -> tuple[Path, Sequence[str]]:
    """Like those of text lines: depthwise pairs, then a large table of characters; 10 MB."""
    draw = np.random.default_rng(SEED)
    lines = folder / "lines"
    lines.mkdir()
    for number in range(LINES):
        np.save(lines / f"{number:03}.npy", line(draw, int(draw.choice(WIDTHS))))
    path = folder / "recogniser.onnx"
    onnx.save(network(draw), path)
    return path, ("--data", str(lines))


def line(draw: np.random.Generator, width: int) -> NDArray[np.float32]:
    """`[1, 3, HEIGHT, width]` in -1..1: dark strokes on a light ground."""
    page = np.full((HEIGHT, width), draw.uniform(0.5, 1.0))
    for left in range(4, width - 12, 10):
        for _ in range(3):
            top, side = draw.integers(4, HEIGHT - 20), left + draw.integers(0, 5)
            long, thick = (16, 2) if draw.random() < 0.5 else (3, 8)
            page[top : top + long, side : side + thick] = draw.uniform(-1.0, -0.5)
    noisy = page + draw.normal(0, 0.03, (3, HEIGHT, width))
    return np.clip(noisy, -1, 1).astype(np.float32)[None]


def network(draw: np.random.Generator) -> onnx.ModelProto:
    nodes: list[onnx.NodeProto] = []
    stored: list[onnx.TensorProto] = []

    def weight(name: str, *shape: int, fan: int) -> str:
        values = draw.normal(0, np.sqrt(2 / fan), shape).astype(np.float32)
        stored.append(numpy_helper.from_array(values, name))
        return name

    def conv(source: str, shape: tuple[int, ...], strides: tuple[int, int], group: int) -> str:
        name = f"conv{len(nodes)}"
        inputs = [
            source,
            weight(f"{name}_w", *shape, fan=int(np.prod(shape[1:]))),
            weight(f"{name}_b", shape[0], fan=200),
        ]
        pads = [shape[2] // 2] * 4
        nodes.append(
            helper.make_node(
                "Conv", inputs, [name], name=name, strides=strides, pads=pads, group=group
            )
        )
        nodes.append(helper.make_node("Relu", [name], [f"{name}_r"], name=f"{name}_r"))
        return f"{name}_r"

    seen, channels = conv("x", (32, 3, 3, 3), (2, 2), 1), 32
    for wide, down, along in DEPTHWISE:
        seen = conv(seen, (channels, 1, 3, 3), (down, along), channels)
        seen, channels = conv(seen, (wide, channels, 1, 1), (1, 1), 1), wide
    axes = numpy_helper.from_array(np.array([2], np.int64), "axes")
    characters = weight("characters", channels, CHARACTERS, fan=channels)
    stored += [axes, numpy_helper.from_array(np.zeros(CHARACTERS, np.float32), "bias")]
    nodes += [
        helper.make_node("ReduceMean", [seen, "axes"], ["mean"], name="mean", keepdims=0),
        helper.make_node("Transpose", ["mean"], ["turned"], name="turned", perm=[0, 2, 1]),
        helper.make_node("MatMul", ["turned", characters], ["product"], name="product"),
        helper.make_node("Add", ["product", "bias"], ["scores"], name="scores"),
        helper.make_node("Softmax", ["scores"], ["y"], name="softmax", axis=2),
    ]
    given = helper.make_tensor_value_info("x", 1, [1, 3, HEIGHT, "w"])
    found = helper.make_tensor_value_info("y", 1, [1, "t", CHARACTERS])
    graph = helper.make_graph(nodes, "recogniser", [given], [found], stored)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


CASES = (
    Case("mobilenetv2", mobilenet, "2"),
    Case("minilm", minilm, "3, channels evened"),
    Case("recogniser", recogniser, "3, channels evened"),
)

if __name__ == "__main__":
    main()
