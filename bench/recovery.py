"""What recovery reaches on the models of `../shared`: accuracy, agreement, SQNR and time.

    python bench/recovery.py [ROW ...] [--limit N] [--fresh]

Fitted to the calib split, figures from the eval split (`--limit N`: its first N samples). Rows are
kept in `recovery_rows.json` beside this file until `--fresh`, so that a run can be taken up again.
Arithmetic is that of the file with every node as written: that of CPUs that multiply exactly. Rows
named `-no-vnni` take weights that cannot saturate and run as onnxruntime runs them on this CPU.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from quantengine.data.dataset import Dataset, Sample
from quantengine.data.open import in_memory
from quantengine.data.options import DataOptions
from quantengine.formats.granularity import granularity_named
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.observe.inputs import open_model_data
from quantengine.rewrite.qdq import qdq_model
from quantengine.runtime import Session
from quantengine.targets import plan_for
from quantengine.verdict.reference import Reference
from quantengine.verdict.together import Together
from quantengine.verdict.verdict import Verdict
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work

SHARED = Path(__file__).resolve().parents[2] / "shared"
KEPT = Path(__file__).with_name("recovery_rows.json")

Feeds = Mapping[str, NDArray[Any]]
Score = Callable[[Verdict, list[NDArray[Any]], list[NDArray[Any]]], str]


@dataclass(frozen=True, eq=False)
class Task:
    model: FloatModel
    calib: Dataset
    batches: list[Feeds]
    score: Score
    """Of the verdict and the outputs of the float and the quantized network, an entry a batch."""


@dataclass(frozen=True)
class Setting:
    """One row of the table."""

    task: str
    bits: int
    granularity: str
    goal: str
    steps: str = "auto"
    target: str = "onnxruntime-cpu"

    @property
    def name(self) -> str:
        parts = [self.task, f"w{self.bits}a8", self.granularity]
        parts += ["quick"] if self.steps != "auto" else []
        parts += ["no-vnni"] if self.target != "onnxruntime-cpu" else []
        return "-".join(parts)


NO_VNNI = "onnxruntime-no-vnni"
FIRST = ">= 98.5 % agreement, >= 20 dB, <= 300 s"
SETTINGS = (
    Setting("mobilenetv2", 8, "channel", FIRST),
    Setting("mobilenetv2", 8, "channel", "<= 15 s", steps="quick"),
    Setting("mobilenetv2", 8, "channel", FIRST, target=NO_VNNI),
    Setting("mobilenetv2", 8, "tensor", "top-1 >= 87 %, >= 19.5 dB"),
    Setting("mobilenetv2", 4, "channel", "top-1 within 4 points, aim at 2"),
    Setting("mobilenetv2", 4, "tensor", "top-1 >= 80 %"),
    Setting("resnet20", 8, "channel", ">= 34 dB"),
    Setting("resnet20", 8, "tensor", ">= 32 dB"),
    Setting("resnet20", 4, "channel", "top-1 >= 86 %, >= 21 dB, <= 30 s"),
    Setting("minilm", 8, "channel", "Spearman >= 0.818, >= 16 dB"),
)


def main() -> None:
    names = [setting.name for setting in SETTINGS]
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(names))
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--fresh", action="store_true")
    args = parser.parse_args()
    if unknown := set(args.rows) - set(names):
        parser.error(f"there is no row {min(unknown)}: choose from {', '.join(names)}")
    known: dict[str, list[str]] = {}
    if KEPT.exists() and not args.fresh:
        known = json.loads(KEPT.read_text())
    table = Table("setting", "result", "seconds", "of cores", "to reach")
    for setting in SETTINGS:
        if args.rows and setting.name not in args.rows:
            continue
        key = f"{setting.name} {args.limit}"
        if key not in known:
            known[key] = measured(BUILD[setting.task](args.limit), setting)
            KEPT.write_text(json.dumps(known, indent=1))
        table.add_row(setting.name, *known[key], setting.goal)
    Console(width=150).print(table)


def measured(task: Task, setting: Setting) -> list[str]:
    """The result, the seconds and those of all cores of one row, calibration included."""
    plan = plan_for(setting.target)
    weights = replace(
        plan.weights, dtype=f"int{setting.bits}", granularity=granularity_named(setting.granularity)
    )
    began, worked = time.perf_counter(), time.process_time()
    work = Work(task.model, replace(plan, weights=weights), task.calib)
    found = make(work, Recipe((setting.steps,)))
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    proto = qdq_model(found.model, found.resolution.encodings)
    expected = outputs(Session(task.model.proto), task.batches)
    quantized = outputs(Session(proto, optimize=plan.pair_safe), task.batches)
    name = next(iter(task.model.outputs))
    verdict = _reference(task).judge({name: values} for values in quantized)
    return [task.score(verdict, expected, quantized), f"{seconds:.0f}", f"{worked:.0f}"]


def outputs(session: Session, batches: list[Feeds]) -> list[NDArray[Any]]:
    return [session.run(feeds)[session.outputs[0].name] for feeds in batches]


def _reference(task: Task) -> Reference:
    places, first = [], 0
    for batch in task.batches:
        size = len(next(iter(batch.values())))
        places.append(range(first, first + size))
        first += size
    runs = [Sample("", batch) for batch in task.batches]
    return Reference.of(task.model, runs, together=Together(places))


def classes(labels: NDArray[np.int64]) -> Score:
    def score(verdict: Verdict, expected: list[NDArray[Any]], found: list[NDArray[Any]]) -> str:
        chosen, float_chosen = (np.concatenate(o).argmax(axis=1) for o in (found, expected))
        return (
            f"top-1 {100 * np.mean(chosen == labels):.2f} % of "
            f"{100 * np.mean(float_chosen == labels):.2f}, "
            f"agree {100 * np.mean(chosen == float_chosen):.2f} %, "
            f"{verdict.worst_db:.1f} dB"
        )

    return score


def batched(arrays: Feeds, size: int) -> Iterator[Feeds]:
    count = len(next(iter(arrays.values())))
    for start in range(0, count, size):
        yield {name: values[start : start + size] for name, values in arrays.items()}


def mobilenet(limit: int | None) -> Task:
    model = open_model(SHARED / "models" / "mobilenetv2.onnx")
    options = DataOptions(preset="tf", limit=limit)
    images = SHARED / "data" / "imagenet"
    held = open_model_data(model, images / "eval", options)
    pixels = np.concatenate([held.load(i).feeds["input"] for i in range(len(held))])
    calib = open_model_data(model, images / "calib", DataOptions(preset="tf"))
    labels = np.array(held.labels, np.int64)
    return Task(model, calib, list(batched({"input": pixels}, 20)), classes(labels))


def resnet(limit: int | None) -> Task:
    model = open_model(SHARED / "models" / "resnet20_cifar10.onnx")
    stored = np.load(SHARED / "data" / "cifar10.npz")
    mean, spread = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])

    def pixels(key: str) -> NDArray[np.float32]:
        scaled = (stored[key] / 255 - mean) / spread
        return np.ascontiguousarray(scaled.transpose(0, 3, 1, 2), np.float32)

    seen = pixels("eval_images")[:limit]
    calib = in_memory({"input": pixels("calib_images")})
    labels = stored["eval_labels"][: len(seen)]
    return Task(model, calib, list(batched({"input": seen}, 100)), classes(labels))


def minilm(limit: int | None) -> Task:
    from scipy.stats import spearmanr

    model = open_model(SHARED / "models" / "minilm_l6.onnx")
    stored = np.load(SHARED / "data" / "stsb_tokens.npz")
    scores = stored["eval_score"][:limit]
    calib = in_memory(_tokens(stored, "calib", None))
    pairs = list(batched(_tokens(stored, "eval", limit), 40))

    def score(verdict: Verdict, expected: list[NDArray[Any]], found: list[NDArray[Any]]) -> str:
        places = [_embedded(o, pairs) for o in (expected, found)]
        half = len(scores)
        ranks = [spearmanr(np.sum(e[:half] * e[half:], 1), scores).statistic for e in places]
        return f"Spearman {ranks[1]:.4f} of {ranks[0]:.4f}, {verdict.worst_db:.1f} dB"

    return Task(model, calib, pairs, score)


def _tokens(stored: Mapping[str, NDArray[Any]], split: str, limit: int | None) -> Feeds:
    """Both sentences of every pair, the first ones before the second ones."""
    width = max(stored[f"{split}_ids{k}"].shape[1] for k in (1, 2))

    def both(word: str) -> NDArray[np.int64]:
        parts = [stored[f"{split}_{word}{k}"][:limit].astype(np.int64) for k in (1, 2)]
        return np.concatenate([np.pad(p, ((0, 0), (0, width - p.shape[1]))) for p in parts])

    ids = both("ids")
    return {
        "input_ids": ids,
        "attention_mask": both("mask"),
        "token_type_ids": np.zeros_like(ids),
    }


def _embedded(hidden: list[NDArray[Any]], feeds: list[Feeds]) -> NDArray[np.float64]:
    """The mean of each sentence's tokens, of length one."""
    found = []
    for values, batch in zip(hidden, feeds, strict=True):
        mask = batch["attention_mask"][..., None]
        mean = (values * mask).sum(axis=1) / mask.sum(axis=1)
        found.append(mean / np.linalg.norm(mean, axis=1, keepdims=True))
    return np.concatenate(found)


BUILD = {"mobilenetv2": mobilenet, "resnet20": resnet, "minilm": minilm}

if __name__ == "__main__":
    main()
