"""Accuracy of default W8A8 on the real models, calib split to eval split, beside onnxruntime's own.

    python bench/accuracy.py [MODEL ...] [--quick]

Every row is measured in this run on this machine. `simulated` runs the same integers without the
CPU's int8 kernels, which saturate where there is no VNNI.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from quantengine.data.dataset import Dataset
from quantengine.data.options import DataOptions
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import open_model_data
from quantengine.observe.taps import model_taps
from quantengine.rewrite.qdq import qdq_model
from quantengine.runtime import Session, Tensors, multiplies_exactly
from quantengine.targets import plan_for, target_of_this_cpu
from quantengine.verdict.reference import Reference
from quantengine.work.export import export_candidate
from quantengine.work.make import make
from quantengine.work.work import Work

SHARED = Path(__file__).resolve().parents[2] / "shared"
Outputs = list[NDArray[Any]]


@dataclass(frozen=True)
class Task:
    """A model with the data that calibrates it and the data that judges it."""

    model: str
    calib: tuple[str, DataOptions]
    evaluation: tuple[str, DataOptions]


def _columns(split: str) -> dict[str, str | float]:
    return {
        "input_ids": f"{split}_ids1",
        "attention_mask": f"{split}_mask1",
        "token_type_ids": 0,
    }


def _pair(columns: dict[str, str | float]) -> dict[str, str | float]:
    return {name: str(v).replace("1", "2") if v else v for name, v in columns.items()}


TASKS = (
    Task(
        "mobilenetv2",
        ("imagenet/calib", DataOptions(preset="tf")),
        ("imagenet/eval", DataOptions(preset="tf")),
    ),
    Task(
        "resnet20_cifar10",
        ("cifar10.npz", DataOptions(preset="imagenet", images="calib_images")),
        ("cifar10.npz", DataOptions(preset="imagenet", images="eval_images")),
    ),
    Task(
        "mnist_cnn",
        ("mnist.npz", DataOptions(preset="raw", images="calib_images")),
        ("mnist.npz", DataOptions(preset="raw", images="eval_images")),
    ),
    Task(
        "minilm_l6",
        ("stsb_tokens.npz", DataOptions(mapping=_columns("calib"))),
        ("stsb_tokens.npz", DataOptions(mapping=_columns("eval"))),
    ),
)


@dataclass(frozen=True)
class Score:
    """Shares as 0..1; `figure` is top-1 or Spearman, `agreement` of classes where there are."""

    figure: float
    agreement: float | None
    sqnr_db: float


class Judge:
    """Compares candidates with the float model on the evaluation data."""

    def __init__(self, model: FloatModel, data: Dataset, pairs: Dataset | None) -> None:
        self.data, self.pairs = data, pairs
        samples = [data.load(i) for i in range(len(data))]
        self.feeds = [sample.feeds for sample in samples]
        self.reference = Reference.of(model, samples, optimize=True)
        session = Session(model.proto)
        self.float_figure = self.figure(session, [_first(one) for one in self.runs(session)])

    def runs(self, session: Session) -> list[Tensors]:
        return [session.run(feeds) for feeds in self.feeds]

    def score(self, session: Session) -> Score:
        found = self.runs(session)
        verdict = self.reference.judge(found)
        figure = self.figure(session, [_first(one) for one in found])
        return Score(figure, verdict.agreement, verdict.outputs[0].sqnr_db)

    def figure(self, session: Session, found: Outputs) -> float:
        if self.pairs is None:
            pairs = zip(found, self.data.labels, strict=True)
            return float(np.mean([value.argmax() == label for value, label in pairs]))
        return self._spearman(session, found)

    def _spearman(self, session: Session, found: Outputs) -> float:
        from scipy.stats import spearmanr

        assert self.pairs is not None
        with np.load(SHARED / "data/stsb_tokens.npz") as arrays:
            wanted = arrays["eval_score"][: len(found)]
        cosines = []
        for index, (feeds, first) in enumerate(zip(self.feeds, found, strict=True)):
            other = self.pairs.load(index).feeds
            second = next(iter(session.run(other).values()))
            cosines.append(float(_embed(feeds, first) @ _embed(other, second)))
        return float(spearmanr(cosines, wanted).statistic)


def _first(outputs: Tensors) -> NDArray[Any]:
    return next(iter(outputs.values()))


def _embed(feeds: Any, hidden: NDArray[Any]) -> NDArray[Any]:
    mask = feeds["attention_mask"][0][:, None]
    mean = (hidden[0] * mask).sum(0) / mask.sum()
    unit: NDArray[Any] = mean / np.linalg.norm(mean)
    return unit


def _open(model: FloatModel, place: tuple[str, DataOptions], stop: int | None) -> Dataset:
    data = open_model_data(model, SHARED / "data" / place[0], place[1])
    return data if stop is None else data.subset(slice(0, stop))


def _latency(sessions: list[Session], feeds: Any, rounds: int = 40) -> list[float]:
    """Median milliseconds of each session, taken in turn."""
    times: list[list[float]] = [[] for _ in sessions]
    for _ in range(rounds):
        for session, taken in zip(sessions, times, strict=True):
            start = time.perf_counter()
            session.run(feeds)
            taken.append(1e3 * (time.perf_counter() - start))
    return [float(np.median(taken[3:])) for taken in times]


class _Reader:
    """Feeds onnxruntime's own calibrator."""

    def __init__(self, data: Dataset) -> None:
        self.samples: Iterator[Any] = iter([dict(data.load(i).feeds) for i in range(len(data))])

    def get_next(self) -> Any:
        return next(self.samples, None)


def _onnxruntime_file(source: Path, data: Dataset, folder: Path) -> Path:
    """W8A8 MinMax per channel by onnxruntime's quantizer after its pre-processing."""
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    prepared, out = folder / "prepared.onnx", folder / "theirs.onnx"
    quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
    quantize_static(
        str(prepared),
        str(out),
        _Reader(data),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
    )
    return out


def run(task: Task, table: Table, stop: int | None) -> None:
    source = SHARED / f"models/{task.model}.onnx"
    model = open_model(source)
    calib, evaluation = _open(model, task.calib, None), _open(model, task.evaluation, stop)
    pairs = None
    if task.model == "minilm_l6":
        options = DataOptions(mapping=_pair(_columns("eval")))
        pairs = _open(model, (task.evaluation[0], options), stop)
    judge = Judge(model, evaluation, pairs)
    statistics = calibrate(model, calib, model_taps(model))
    rows: list[tuple[str, Score, int]] = []
    timed = {"float": Session(source)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows += _onnxruntime_rows(source, calib, folder, judge, timed)
        for target in dict.fromkeys((target_of_this_cpu(), "onnxruntime-cpu")):
            plan = plan_for(target)
            found = make(Work(model, plan, calib, statistics))
            path = folder / f"{target}.onnx"
            report = export_candidate(found, path)
            label = f"ours, {target}"
            timed[label] = Session(path)
            rows.append((label, judge.score(timed[label]), report.bytes_after))
            simulated = Session(qdq_model(found.model, found.resolution.encodings), optimize=False)
            rows.append((f"{label}, simulated", judge.score(simulated), report.bytes_after))
        latency = _latency(list(timed.values()), judge.feeds[0])
    _show(table, task.model, judge.float_figure, rows, dict(zip(timed, latency, strict=True)))
    table.add_section()


def _onnxruntime_rows(
    source: Path, calib: Dataset, folder: Path, judge: Judge, timed: dict[str, Session]
) -> list[tuple[str, Score, int]]:
    """onnxruntime's own file as it runs and simulated; none where its quantizer fails."""
    try:
        theirs = _onnxruntime_file(source, calib, folder)
    except (ValueError, RuntimeError, TypeError, KeyError) as error:
        print(f"{source.name}: onnxruntime's quantizer fails: {error}", file=sys.stderr)
        return []
    label, size = "onnxruntime MinMax", theirs.stat().st_size
    timed[label] = Session(theirs)
    simulated = judge.score(Session(theirs, optimize=False))
    return [(label, judge.score(timed[label]), size), (f"{label}, simulated", simulated, size)]


def _show(
    table: Table,
    model: str,
    float_figure: float,
    rows: list[tuple[str, Score, int]],
    latency: dict[str, float],
) -> None:
    before = (SHARED / f"models/{model}.onnx").stat().st_size
    table.add_row(model, "float", f"{float_figure:.4f}", "", "", "", f"{latency['float']:.2f}")
    for label, score, size in rows:
        agreement = "" if score.agreement is None else f"{score.agreement:.4f}"
        figures = f"{score.figure:.4f}", agreement, f"{score.sqnr_db:.2f}"
        shown = f"{latency[label]:.2f}" if label in latency else ""
        table.add_row("", label, *figures, f"{size / before:.3f}", shown)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("models", nargs="*", help="names of models in ../shared/models")
    parser.add_argument("--quick", action="store_true", help="only the first 100 eval samples")
    arguments = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit("This bench needs the real models and data in ../shared.")
    exact = "exact" if multiplies_exactly() else "saturating (no VNNI)"
    table = Table(title=f"W8A8, default settings; int8 kernels of this CPU are {exact}")
    for heading in ("model", "quantized by", "top-1 / Spearman", "agreement", "SQNR dB"):
        table.add_column(heading)
    table.add_column("bytes / float", justify="right")
    table.add_column("ms, batch 1", justify="right")
    for task in TASKS:
        if not arguments.models or task.model in arguments.models:
            run(task, table, 100 if arguments.quick else None)
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
