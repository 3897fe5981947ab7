"""What quantization keeps of what networks are for: one table over tasks.

    python -m bench.tasks [ROW ...] [--limit N] [--json FILE]

Fitted to one set of samples, figures from another (`--limit N`: its first N), of written files that
onnxruntime runs. `default` is what quantize does unless told otherwise, `auto` is --recover auto,
`proposed` the default with those layers float that `sensitivity` names as costing most, `searched`
the default on the widths that `search --judge FIGURE --max-drop POINTS` finds, where a case asks.
The small networks are of `bench/networks/make.py`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from bench.networks.drawn import lines, patterns, scenes
from quantengine.analyze.culprits import Culprits
from quantengine.analyze.evaluate import Evaluation, evaluate
from quantengine.analyze.sensitivity import sensitivity
from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.data.options import DataOptions
from quantengine.data.truth.boxes import TrueBoxes
from quantengine.data.truth.masks import TrueMask
from quantengine.data.truth.pairs import TruePairs, pairs_of
from quantengine.data.truth.texts import TrueText
from quantengine.errors import QuantError
from quantengine.export.options import ExportOptions
from quantengine.graph.model import FloatModel
from quantengine.observe.inputs import open_model_data
from quantengine.opening.open import open_model
from quantengine.patterns import exact
from quantengine.plan import QuantPlan
from quantengine.runtime import Session
from quantengine.search.budget import Budget
from quantengine.targets import plan_for, target_of_this_cpu
from quantengine.verdict.judge import Judge
from quantengine.verdict.reference import Reference
from quantengine.work.export import export_candidate
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.search import search_widths
from quantengine.work.work import Work
from tests.engine.detector_head import head, head_data

SHARED = Path(__file__).resolve().parents[2] / "shared"
NETWORKS = Path(__file__).parent / "networks"
CALIB, EVAL, LOUD = 128, 300, 30.0
_TIMED, _TIMES, _PROBES = 64, 5, 32


@dataclass(frozen=True, eq=False)
class Case:
    """A network, the data it is calibrated on and that it is judged by, with what is right.

    `goals` by the names of the figures that are shown, `searched` a figure and how many points of
    it a search may lose.
    """

    model: FloatModel
    calib: Dataset
    evaluation: Dataset
    goals: Mapping[str, str]
    truths: Mapping[str, object] = field(default_factory=dict)
    task: str | None = None
    searched: tuple[str, float] | None = None


def faces(limit: int | None) -> Case:
    model = open_model(SHARED / "models" / "ultraface_rfb320.onnx")
    data = open_model_data(model, SHARED / "data/faces", DataOptions(mean=(127.0,), std=(128.0,)))
    goals = dict.fromkeys(("f1_iou50", "f1_iou70", "f1_iou90"), ">= 99 %")
    judged = data.subset(slice(0, limit))
    return Case(model, data, judged, goals, searched=("f1_iou90", 1.0))


def sentences(limit: int | None) -> Case:
    """Every eval sentence; the first of a pair has the second as its other."""
    model = open_model(SHARED / "models" / "minilm_l6.onnx")
    with np.load(SHARED / "data/stsb_tokens.npz") as arrays:
        stored = dict(arrays)
    data = {split: _tokens(stored, split, limit) for split in ("calib", "eval")}
    count = len(data["eval"]) // 2
    scores = stored["eval_score"]
    truths = {
        name: pairs_of(k, [(k + count, float(scores[k]))] if k < count else [])
        for k, name in enumerate(data["eval"].names)
    }
    goals = {"neighbours10": ">= 93 %", "spearman": ">= 0.818"}
    return Case(model, data["calib"], data["eval"], goals, truths)


def _tokens(stored: Mapping[str, np.ndarray], split: str, limit: int | None) -> Dataset:
    def both(word: str) -> np.ndarray:
        parts = [stored[f"{split}_{word}{k}"][:limit] for k in (1, 2)]
        wide = max(part.shape[1] for part in parts)
        padded = [np.pad(part, ((0, 0), (0, wide - part.shape[1]))) for part in parts]
        return np.concatenate(padded).astype(np.int64)

    ids = both("ids")
    return in_memory(
        {"input_ids": ids, "attention_mask": both("mask"), "token_type_ids": np.zeros_like(ids)}
    )


def small(name: str, inputs: tuple[np.ndarray, np.ndarray]) -> tuple[FloatModel, Dataset, Dataset]:
    calib, judged = (in_memory({"x": values}) for values in inputs)
    return open_model(NETWORKS / f"{name}.onnx"), calib, judged


def detector(limit: int | None) -> Case:
    calib, drawn = scenes(CALIB, 101), scenes(limit or EVAL, 102)
    found = small("detector", (_images(calib), _images(drawn)))
    right = [
        TrueBoxes(s.corners, s.classes, s.classes, np.zeros(len(s.classes), np.bool_))
        for s in drawn
    ]
    return _case(found, right, "map50", "map50_95")


def masks(limit: int | None) -> Case:
    calib, drawn = scenes(CALIB, 103), scenes(limit or EVAL, 104)
    found = small("masks", (_images(calib), _images(drawn)))
    return _case(found, [TrueMask(scene.mask) for scene in drawn], "mean_iou_labels")


def reader(limit: int | None) -> Case:
    pictures, texts = lines(limit or EVAL, 106)
    found = small("reader", (lines(CALIB, 105)[0], pictures))
    return _case(found, [TrueText(text) for text in texts], "exact_match", "cer")


def vectors(limit: int | None) -> Case:
    """One sample of those that calibrate is 30 times as loud as any other."""
    calib = patterns(CALIB, 107)[0]
    calib[5] *= LOUD
    pictures, labels = patterns(limit or EVAL, 108)
    found = small("vectors", (calib, pictures))
    right = []
    for place, label in enumerate(labels):
        others = np.flatnonzero((labels == label) & (np.arange(len(labels)) != place))
        right.append(TruePairs(place, others, np.ones(len(others))))
    return _case(found, right, "recall10")


def _case(found: tuple[FloatModel, Dataset, Dataset], right: list[object], *figures: str) -> Case:
    truths = dict(zip(found[2].names, right, strict=True))
    return Case(*found, dict.fromkeys(figures, "within 1 point"), truths)


def _images(drawn: list) -> np.ndarray:
    return np.stack([scene.image for scene in drawn])


CASES: Mapping[str, Callable[[int | None], Case]] = {
    "ultraface": faces,
    "minilm": sentences,
    "detector": detector,
    "masks": masks,
    "reader": reader,
    "vectors": vectors,
}
Chosen = tuple[QuantPlan, Recipe | None]


def _default(_: FloatModel, __: Dataset) -> Chosen:
    return _plan(), None


def _auto(_: FloatModel, __: Dataset) -> Chosen:
    return _plan(), Recipe(("auto",))


def _proposed(model: FloatModel, calib: Dataset) -> Chosen:
    made = make(Work(model, _plan(), calib))
    found = sensitivity(made.model, made.resolution, calib, limit=_PROBES)
    return _plan().with_float(*map(exact, Culprits.of(found.gains).names)), None


def _searched(limit: tuple[str, float], model: FloatModel, calib: Dataset) -> Chosen:
    work = Work(model, _plan(), calib, judge=Judge(limit[0]))
    found = search_widths(work, Budget(max_drop=limit[1]), limit=len(calib))
    return found.chosen.plan, None


Choose = Callable[[FloatModel, Dataset], Chosen]
PLANS: Mapping[str, Choose] = {
    "default": _default,
    "auto": _auto,
    "proposed": _proposed,
}
_COLUMNS = (*PLANS, "searched")
Row = tuple[str, ...]


def case_rows(name: str, limit: int | None, only: Collection[str] = _COLUMNS) -> list[Row]:
    """A row a figure: what the float network has, and each recipe; "" of those left out."""
    case = CASES[name](limit)
    plans = dict(PLANS)
    if case.searched is not None:
        plans["searched"] = partial(_searched, case.searched)
    found = {word: _tried(case, plans[word]) if word in only else "" for word in plans}
    known = [each for each in found.values() if isinstance(each, Evaluation)]
    rows = []
    for figure, goal in case.goals.items():
        reference = _text(known[0].verdict.figures[figure].reference) if known else ""
        shown = [
            _text(each.verdict.figures[figure].candidate) if isinstance(each, Evaluation) else each
            for each in found.values()
        ]
        missing = [""] * (len(_COLUMNS) - len(shown))
        rows.append((f"{name}: {figure}", reference, *shown, *missing, goal))
    return rows


def _tried(case: Case, choose: Choose) -> Evaluation | str:
    """What is refused is a row too."""
    try:
        return evaluated(case, choose)
    except QuantError as error:
        return str(error)


def evaluated(case: Case, choose: Choose) -> Evaluation:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "q.onnx"
        _write(case.model, case.calib, choose, path)
        return evaluate(case.model.path, path, case.evaluation, task=case.task, truths=case.truths)


def _write(model: FloatModel, calib: Dataset, choose: Choose, path: Path) -> None:
    plan, recipe = choose(model, calib)
    candidate = make(Work(model, plan, calib), recipe)
    export_candidate(candidate, path, ExportOptions(force=True))


def _plan() -> QuantPlan:
    return plan_for(target_of_this_cpu())


def head_rows(_: int | None) -> list[Row]:
    """Boxes in pixels and scores in one Concat before the last layer."""
    rows = []
    for last, rank in ((last, rank) for last in ("Conv", "MatMul") for rank in (3, 4)):
        texts = []
        with tempfile.TemporaryDirectory() as folder:
            model, data = head(Path(folder), last, rank), head_data(last, rank)
            samples = [data.load(k) for k in range(len(data))]
            reference = Reference.of(model, samples)
            axis = 1 if last == "Conv" else -1
            for choose in PLANS.values():
                path = Path(folder) / "q.onnx"
                _write(model, data, choose, path)
                session = Session(path)
                outputs = [session.run(sample.feeds) for sample in samples]
                verdict = reference.judge(outputs)
                share = _above(outputs, axis) / _above(
                    [reference.expected(k, s) for k, s in enumerate(samples)], axis
                )
                decibels = verdict.db_of("channels 4..13 of y")
                texts.append(f"{decibels:.1f} dB, {share:.3f} x above 0.3")
        rows.append((f"head {last} rank {rank}", "", *texts, "", ">= 28 dB, within 2 %"))
    return rows


def _above(outputs: list[Mapping[str, np.ndarray]], axis: int) -> int:
    scores = [np.take(found["y"], range(4, 14), axis=axis) for found in outputs]
    return sum(int(np.count_nonzero(each > 0.3)) for each in scores)


def resolution_rows(limit: int | None) -> list[Row]:
    """PSNR of three times the size, on every eighth picture, of its middle 222 pixels."""
    model = open_model(SHARED / "models" / "super_resolution_x3.onnx")
    files = {s: sorted((SHARED / "data/imagenet" / s).glob("*.jpg")) for s in ("calib", "eval")}
    pairs = [_small_and_large(file) for file in files["eval"][::8][:limit]]
    calib = in_memory({"input": np.stack([_small_and_large(f)[0] for f in files["calib"]])})
    figures = [_psnr(Session(model.path), pairs)]
    for choose in PLANS.values():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "q.onnx"
            _write(model, calib, choose, path)
            figures.append(_psnr(Session(path), pairs))
    texts = [f"{figure:.2f} dB" for figure in figures]
    return [("super resolution: psnr", *texts, "", "-0.2 dB, auto -0.05 dB")]


def _small_and_large(file: Path) -> tuple[np.ndarray, np.ndarray]:
    with Image.open(file) as opened:
        picture = opened.convert("YCbCr").getchannel(0)
    left, top = (picture.width - 222) // 2, (picture.height - 222) // 2
    large = picture.crop((left, top, left + 222, top + 222))
    smaller = large.resize((74, 74), Image.Resampling.BICUBIC)
    return (np.asarray(smaller, np.float32)[None] / 255, np.asarray(large, np.float32) / 255)


def _psnr(session: Session, pairs: list[tuple[np.ndarray, np.ndarray]]) -> float:
    values = []
    for smaller, large in pairs:
        found = next(iter(session.run({"input": smaller[None]}).values()))[0, 0]
        error = (np.clip(found, 0, 1) - large)[6:-6, 6:-6]
        values.append(-10 * np.log10(np.mean(error.astype(np.float64) ** 2)))
    return float(np.mean(values))


def cost_rows(_: int | None) -> list[Row]:
    """What judging by the task takes beside judging by the worst slice, runs included.

    Of one pass: a sample is run, then judged both ways; of each the median sample counts.
    """
    rows = []
    for name in ("ultraface", "detector", "masks", "vectors"):
        case = CASES[name](None)
        samples = [case.evaluation.load(k) for k in range(min(len(case.evaluation), _TIMED))]
        session = Session(case.model.path)
        judges = [
            Reference.of(case.model, samples, judge=Judge(word)) for word in ("worst", "task")
        ]
        seconds = np.array(
            [_timed(session, judges, place) for place in [*range(len(samples))] * _TIMES]
        )
        run, plain, task = np.median(seconds, axis=0)
        more = (run + task) / (run + plain) - 1
        told = f"{more:+.1%} of {1e3 * (run + plain):.1f} ms"
        rows.append((f"{name}: cost of the task", "", told, "", "", "", "<= 10 %"))
    return rows


def _timed(session: Session, judges: list[Reference], place: int) -> list[float]:
    """Seconds that the run of a sample takes, then each judge."""
    times = [time.perf_counter()]
    found = session.run(judges[0].samples[place].feeds)
    times.append(time.perf_counter())
    for judge in judges:
        judge.records(place, found)
        times.append(time.perf_counter())
    return np.diff(times).tolist()


def _text(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


ROWS: Mapping[str, Callable[[int | None], list[Row]]] = {
    "head": head_rows,
    "super_resolution": resolution_rows,
    **{name: lambda limit, name=name: case_rows(name, limit) for name in CASES},
    "cost": cost_rows,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--plans", default=",".join(_COLUMNS), help="which columns to fill")
    parser.add_argument("--json", type=Path, default=None)
    args = parser.parse_args()
    if unknown := set(args.rows) - set(ROWS):
        parser.error(f"there is no row {min(unknown)}: choose from {', '.join(ROWS)}")
    titles = ("what", "float", *_COLUMNS, "to reach")
    table, found = Table(*titles), []
    for name in args.rows or ROWS:
        rows = partial(case_rows, name, only=args.plans.split(",")) if name in CASES else ROWS[name]
        for row in rows(args.limit):
            found.append(dict(zip(titles, row, strict=True)))
            table.add_row(*row)
    if args.json is not None:
        args.json.write_text(json.dumps(found, indent=1))
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
