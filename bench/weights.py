"""Weights alone as 4-bit codes: what methods of rounding keep, beside onnxruntime's own tools.

    python bench/weights.py [--blocks 32,128] [--rows nearest,hqq,...] [--network minilm,decoder]

minilm is that of `../shared`, judged by its states without padding and by the rank correlation of
sentence pairs with people's scores; decoder is `networks/decoder.onnx`, judged by its logits and by
how often the likeliest byte is right. Files are MatMulNBits of accuracy level 0, as is that of
onnxruntime's quantizers, whose embedding stays float; ms are the median of one run on all cores.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.export.forms import form_named
from quantengine.export.options import ExportOptions
from quantengine.formats.granularity import InBlocks
from quantengine.formats.metrics import sqnr_db
from quantengine.opening.open import open_model
from quantengine.plan import FLOAT, QuantPlan, TensorPlan
from quantengine.rewrite.qdq import qdq_form
from quantengine.runtime import Session
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work

SHARED = Path(__file__).resolve().parents[2] / "shared"
DECODER = Path(__file__).with_name("networks") / "decoder.onnx"
NBITS = ExportOptions("nbits")
Array = NDArray[Any]
Run = Callable[[Mapping[str, Array]], Array]


@dataclass(frozen=True, eq=False)
class Network:
    path: Path
    calib: Dataset
    batches: list[dict[str, Array]]
    kept: list[Array]
    """Which positions of each batch are no padding."""
    figure: Callable[[list[Array]], float]


def minilm() -> Network:
    data = np.load(SHARED / "data" / "stsb_tokens.npz")
    feeds = [_tokens(data, f"eval_{{}}{side}", slice(None, 150)) for side in (1, 2)]
    calib = _tokens(data, "calib_{}1", slice(None, 60))
    return Network(
        SHARED / "models" / "minilm_l6.onnx",
        in_memory(calib),
        feeds,
        [feed["attention_mask"].astype(bool) for feed in feeds],
        lambda states: _rank_correlation(_cosines(states, feeds), data["eval_score"][:150]),
    )


def _tokens(data: Any, name: str, part: slice) -> dict[str, Array]:
    ids, mask = (data[name.format(word)][part].astype(np.int64) for word in ("ids", "mask"))
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}


def decoder() -> Network:
    from bench.networks.decoder import lines, texts

    learn, judge = texts()
    calib, told = lines(learn, 100, 0), lines(judge, 150, 1)
    return Network(
        DECODER,
        in_memory({"x": calib[:, :-1]}),
        [{"x": told[:, :-1]}],
        [np.ones(told[:, :-1].shape, bool)],
        lambda logits: float(np.mean(logits[0].argmax(-1) == told[:, 1:])),
    )


NETWORKS = {"minilm": minilm, "decoder": decoder}


def _cosines(states: list[Array], feeds: list[dict[str, Array]]) -> Array:
    """Of the mean states of sentences."""
    means = []
    for found, feed in zip(states, feeds, strict=True):
        mask = feed["attention_mask"][..., None]
        mean = (found * mask).sum(axis=1) / mask.sum(axis=1)
        means.append(mean / np.linalg.norm(mean, axis=1, keepdims=True))
    return np.asarray((means[0] * means[1]).sum(axis=1))


def _rank_correlation(a: Array, b: Array) -> float:
    ranks = [_ranks(values) for values in (a, b)]
    return float(np.corrcoef(*ranks)[0, 1])


def _ranks(values: Array) -> Array:
    _, where, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[where]


@dataclass(frozen=True)
class Row:
    """`theirs`: a quantizer of onnxruntime by its name, in the place of a plan."""

    method: str = "mse"
    steps: tuple[str, ...] = ()
    symmetric: bool = True
    theirs: str = ""


ROWS = {
    "nearest, minmax": Row("minmax"),
    "nearest, mse": Row(),
    "nearest, lopsided": Row("lopsided"),
    "nearest, mse, zero points": Row(symmetric=False),
    "hqq": Row("hqq"),
    "hqq, zero points": Row("hqq", symmetric=False),
    "gptq": Row(steps=("round",)),
    "gptq, zero points": Row(steps=("round",), symmetric=False),
    "awq": Row(steps=("awq",)),
    "awq, gptq, zero points": Row(steps=("awq", "round"), symmetric=False),
    "auto, zero points": Row(steps=("auto",), symmetric=False),
    "onnxruntime, symmetric": Row(theirs="DefaultWeightOnlyQuantConfig"),
    "onnxruntime, zero points": Row(theirs="DefaultWeightOnlyQuantConfig", symmetric=False),
    "onnxruntime, HQQ": Row(theirs="HQQWeightOnlyQuantConfig"),
}


def write_ours(network: Network, row: Row, size: int, path: Path) -> None:
    dtype = "int4" if row.symmetric else "uint4"
    weights = TensorPlan(dtype, row.symmetric, InBlocks(size), row.method)
    plan = QuantPlan(weights=weights, activations=TensorPlan(FLOAT, symmetric=False))
    work = Work(open_model(network.path), plan, network.calib)
    candidate = make(work, Recipe(row.steps))
    encodings = candidate.resolution.encodings
    written = form_named("nbits").write(qdq_form(candidate.model, encodings).proto, NBITS)
    onnx.save(written, path)


def write_theirs(network: Network, row: Row, size: int, path: Path) -> None:
    from onnxruntime.quantization import matmul_nbits_quantizer as tools

    model = onnx.load(network.path)
    if row.theirs.startswith("HQQ"):
        config = tools.HQQWeightOnlyQuantConfig(block_size=size)
    else:
        config = tools.DefaultWeightOnlyQuantConfig(block_size=size, is_symmetric=row.symmetric)
    quantizer = tools.MatMulNBitsQuantizer(model, algo_config=config)
    quantizer.process()
    quantizer.model.save_model_to_file(str(path))


def outputs(path: Path, batches: list[dict[str, Array]]) -> tuple[list[Array], float]:
    """Of each batch, and ms of one sample."""
    session = Session(path)
    name = session.outputs[0].name
    found = [session.run(feeds)[name] for feeds in batches]
    one = {key: values[:1] for key, values in batches[0].items()}
    times = []
    for _ in range(30):
        began = time.perf_counter()
        session.run(one)
        times.append(time.perf_counter() - began)
    return found, float(np.median(times) * 1e3)


def measured(network: Network, path: Path, expected: list[Array], seconds: float) -> list[str]:
    found, ms = outputs(path, network.batches)
    pairs = zip(expected, found, network.kept, strict=True)
    signal, noise = 0.0, 0.0
    for want, got, kept in pairs:
        signal += float(np.square(want[kept], dtype=np.float64).sum())
        noise += float(np.square(want[kept] - got[kept], dtype=np.float64).sum())
    figures = [f"{sqnr_db(signal, noise):.1f}", f"{network.figure(found):.4f}"]
    return [*figures, f"{path.stat().st_size / 1e6:.2f}", f"{ms:.1f}", f"{seconds:.0f}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--blocks", default="32,128")
    parser.add_argument("--rows", default=";".join(ROWS), help="names, semicolons between")
    parser.add_argument("--network", default=",".join(NETWORKS))
    args = parser.parse_args()
    for name in args.network.split(","):
        network = NETWORKS[name]()
        expected, ms = outputs(network.path, network.batches)
        table = Table(name, "block", "dB", "figure", "MB", "ms", "made in s")
        size = f"{network.path.stat().st_size / 1e6:.2f}"
        table.add_row("float", "", "", f"{network.figure(expected):.4f}", size, f"{ms:.1f}", "")
        for block in map(int, args.blocks.split(",")):
            for label in args.rows.split(";"):
                row = ROWS[label]
                with tempfile.TemporaryDirectory() as folder:
                    path, began = Path(folder) / "q.onnx", time.perf_counter()
                    (write_theirs if row.theirs else write_ours)(network, row, block, path)
                    found = measured(network, path, expected, time.perf_counter() - began)
                table.add_row(label, str(block), *found)
                print(label, block, *found, flush=True)
        Console(width=120).print(table)


if __name__ == "__main__":
    main()
