"""onnx's own backend cases through the product: alone, and between two quantized products.

    python -m bench.onnx_suite --cases FOLDER [--part I/N] [--only PATTERN] [--list WORD]

The cases are those that onnx's package makes or ships, written to FOLDER once; nothing of them is
kept here. Each is opened, quantized on its own data (four samples, numbers moved a little) and
written as QDQ and as QOperator; the file is run by onnxruntime beside the file that was given.
`--list poor` (or wrong, refused, raw, traceback) names the cases of that row. A row counts:

    right      the file gives what was given, but for rounding (15 dB and more)
    nothing    nothing in it could become an integer, and that was said instead of written
    poor       below 15 dB, and the report says so within 1 dB
    wrong      below 15 dB, of another shape or type, or not running, and not said
    refused    a sentence of the product; each with its count
    raw        a sentence that hands on words of onnxruntime alone
    traceback  anything else
    not run    onnxruntime itself cannot run what was given
"""

from __future__ import annotations

import argparse
import re
import signal
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import numpy as np
import onnx
from onnx import TensorProto, compose, helper, numpy_helper

from quantengine.errors import NothingToWrite, QuantError
from quantengine.export.export import ExportReport
from quantengine.export.options import ExportOptions
from quantengine.observe.inputs import open_model_data
from quantengine.opening.open import open_model
from quantengine.runtime import Session
from quantengine.targets import plan_for, target_of_this_cpu
from quantengine.work.export import export_candidate
from quantengine.work.make import make
from quantengine.work.work import Work

SAMPLES, SECONDS, RIGHT_DB, SAID_DB = 4, 300, 15.0, 1.0
FORMS = ("qdq", "qoperator")
_RAW = re.compile(
    r"Non-zero status|ONNXRuntimeError|Status Message|OrtValue|node_index|spec|\.cc|::"
    r"|(?<!Optional)GetElement"
)


@dataclass(frozen=True)
class Outcome:
    """What came of one run: the row it counts in, and what was said."""

    row: str
    said: str = ""


def main() -> None:
    shape = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=shape)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--part", default="1/1")
    parser.add_argument("--only", default="*")
    parser.add_argument("--list", action="append", default=[])
    asked = parser.parse_args()
    part, parts = map(int, asked.part.split("/"))
    write_cases(asked.cases)
    chosen = sorted(p for p in asked.cases.iterdir() if p.is_dir() and fnmatch(p.name, asked.only))
    began, counts = time.monotonic(), Counter[tuple[str, str, str]]()
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    for case in chosen[part - 1 :: parts]:
        for place, form, found in outcomes(case):
            counts[place, form, found.row] += 1
            if found.row != "right":
                named[found.row, found.said].append(f"{case.name}, {place}, {form}")
    print_table(counts)
    for (row, said), cases in sorted(named.items()):
        print(f"{row:10}{len(cases):5}  {said}")
        if row in asked.list:
            print(*(f"{'':17}{name}" for name in cases), sep="\n")
    print(f"{len(chosen[part - 1 :: parts])} cases, {time.monotonic() - began:.0f} s")


def print_table(counts: Mapping[tuple[str, str, str], int]) -> None:
    rows = ("right", "nothing", "poor", "wrong", "refused", "raw", "traceback", "not run")
    columns = sorted({(place, form) for place, form, _ in counts})
    print(f"{'':10}", *(f"{place} {form}".rjust(18) for place, form in columns))
    for row in rows:
        print(f"{row:10}", *(f"{counts.get((*column, row), 0)}".rjust(18) for column in columns))


def write_cases(folder: Path) -> None:
    """Every case of onnx's package as `NAME/model.onnx` and `NAME/data.npz`, once."""
    if folder.exists():
        return
    from onnx.backend.test.case.node import collect_testcases
    from onnx.backend.test.loader import load_model_tests

    folder.mkdir(parents=True)
    for case in collect_testcases(None):
        feeds = list(case.data_sets[0][0]) if case.data_sets else []
        _write_case(folder / case.name, case.model, feeds)
    for kind in ("simple", "pytorch-operator", "pytorch-converted"):
        for case in load_model_tests(kind=kind):
            where = Path(case.model_dir)
            proto = onnx.load(where / "model.onnx")
            found = sorted(where.glob("test_data_set_0/input_*.pb"))
            _write_case(folder / case.name, proto, [_tensor(path) for path in found])


def _tensor(path: Path) -> Any:
    return numpy_helper.to_array(onnx.load_tensor(path))


def _write_case(folder: Path, proto: onnx.ModelProto, feeds: list[Any]) -> None:
    names = [value.name for value in proto.graph.input][: len(feeds)]
    arrays = dict(zip(names, feeds, strict=True))
    if not all(isinstance(value, np.ndarray) and value.dtype != object for value in feeds):
        arrays = {}
    folder.mkdir()
    onnx.save(proto, folder / "model.onnx")
    np.savez(folder / "data.npz", **arrays)


def outcomes(case: Path) -> Iterator[tuple[str, str, Outcome]]:
    """Alone and between products, in each form."""
    proto = onnx.load(case / "model.onnx")
    feeds = dict(np.load(case / "data.npz"))
    for place in ("alone", "between"):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            ready = proto if place == "alone" else between(proto, feeds)
            if ready is None:
                continue
            onnx.save(ready, folder / "model.onnx")
            for form in FORMS:
                yield place, form, outcome(folder, feeds, form)


def between(proto: onnx.ModelProto, feeds: Mapping[str, Any]) -> onnx.ModelProto | None:
    """The network with its first float input and output multiplied by nearly the identity."""
    first = next((n for n, v in feeds.items() if v.dtype == np.float32 and v.ndim), None)
    given = proto.graph.output[0]
    kind = given.type.tensor_type
    if first is None or kind.elem_type != TensorProto.FLOAT or not kind.shape.dim:
        return None
    try:
        made = Session(proto).run(feeds)[given.name]
    except QuantError:
        return None
    wide, deep = feeds[first].shape[-1], made.shape[-1] if made.ndim else 0
    if not wide or not deep or not made.size or deep > 4096 or wide > 4096:
        return None
    inner = compose.add_prefix(proto, "in_")
    graph, rng = inner.graph, np.random.default_rng(0)
    for value in graph.input:
        plain = value.name.removeprefix("in_")
        if plain in feeds and plain != first:
            _renamed(graph, value.name, plain)
    source, target = f"in_{first}", f"in_{given.name}"
    for word, side in (("before", wide), ("after", deep)):
        matrix = np.eye(side) + rng.uniform(0, 0.1 / side, (side, side))
        graph.initializer.append(numpy_helper.from_array(matrix.astype(np.float32), word))
    entering = next(v for v in graph.input if v.name == source)
    entering.name = first
    leaving = graph.output[0]
    sides = [f"side{place}" for place in range(made.ndim)]
    leaving.CopyFrom(helper.make_tensor_value_info("result", TensorProto.FLOAT, sides))
    nodes = [
        helper.make_node("MatMul", [first, "before"], [source], "product_before"),
        *graph.node,
        helper.make_node("MatMul", [target, "after"], ["result"], "product_after"),
    ]
    replaced = onnx.GraphProto(node=nodes)
    del graph.node[:]
    graph.node.extend(replaced.node)
    inner.ir_version = max(inner.ir_version, 4)
    if all(opset.domain not in ("", "ai.onnx") for opset in inner.opset_import):
        inner.opset_import.append(helper.make_opsetid("", 17))
    return inner


def _renamed(graph: onnx.GraphProto, old: str, new: str) -> None:
    for value in (*graph.input, *graph.output):
        value.name = new if value.name == old else value.name
    for node in graph.node:
        node.input[:] = [new if name == old else name for name in node.input]


def outcome(folder: Path, feeds: Mapping[str, Any], form: str) -> Outcome:
    """Quantizes the model in `folder` and compares the file with it."""
    samples = list(moved(feeds))
    try:
        given = Session(folder / "model.onnx")
        expected = [given.run(sample) for sample in samples]
    except QuantError as error:
        samples, expected = samples[:1], []
        reason = f"{error}"
    signal.signal(signal.SIGALRM, _late)
    signal.alarm(SECONDS)
    try:
        report = quantized(folder, samples, form)
    except NothingToWrite:
        return Outcome("nothing")
    except QuantError as error:
        said = _plain(f"{error}")
        return Outcome("raw" if _RAW.search(said) else "refused", said)
    except Exception as error:  # noqa: BLE001 - what this bench counts
        where = traceback.extract_tb(error.__traceback__)[-1]
        return Outcome("traceback", f"{type(error).__name__} in {where.name}: {error}"[:160])
    finally:
        signal.alarm(0)
    if not expected:
        return Outcome("not run", _plain(reason))
    return compared(folder / "out.onnx", samples, expected, report)


def quantized(folder: Path, samples: list[dict[str, Any]], form: str) -> ExportReport:
    data = folder / f"data_{form}"
    data.mkdir()
    for place, sample in enumerate(samples):
        np.savez(data / f"{place}.npz", **sample)
    model = open_model(folder / "model.onnx", compare=False)
    dataset = open_model_data(model, data)
    work = Work(model, plan_for(target_of_this_cpu()), dataset)
    return export_candidate(make(work), folder / "out.onnx", ExportOptions(form))


def moved(feeds: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The feeds as they are, and with each number moved by up to a tenth of itself."""
    rng = np.random.default_rng(0)
    for place in range(SAMPLES):
        yield {
            name: value * rng.uniform(0.9, 1, value.shape).astype(value.dtype)
            if place and value.dtype.kind == "f"
            else value
            for name, value in feeds.items()
        }


def compared(
    path: Path,
    samples: list[dict[str, Any]],
    expected: list[dict[str, Any]],
    report: ExportReport,
) -> Outcome:
    try:
        session = Session(path)
        found = [session.run(sample) for sample in samples]
    except QuantError as error:
        return Outcome("wrong", f"does not run: {_plain(str(error))}")
    worst = float("inf")
    for name in expected[0]:
        pairs = [(a[name], b[name]) for a, b in zip(expected, found, strict=True)]
        if any(a.shape != b.shape or a.dtype != b.dtype for a, b in pairs):
            return Outcome("wrong", f"another shape or type at '{name}'")
        worst = min(worst, _db(pairs))
    if worst >= RIGHT_DB:
        return Outcome("right")
    said = min(
        report.verification.reference_sqnr_db,
        float("inf") if report.quality is None else report.quality.worst_db,
    )
    row = "poor" if said <= worst + SAID_DB or report.unverified else "wrong"
    return Outcome(row, f"{worst:.0f} dB, said {said:.0f} dB")


def _db(pairs: list[tuple[Any, Any]]) -> float:
    """Of all samples; equal integers, NaN and infinities in one place are no error."""
    signal_power = noise = 0.0
    for reference, candidate in pairs:
        if reference.dtype.kind not in "fiub":
            continue
        a, b = reference.astype(np.float64), candidate.astype(np.float64)
        apart = (a != b) & ~(np.isnan(a) & np.isnan(b))
        known = np.isfinite(a)
        signal_power += float(np.sum(a[known] ** 2))
        noise += float(np.sum(np.where(np.isfinite(b), a - b, np.inf)[apart & known] ** 2))
        noise += float("inf") if np.any(apart & ~known) else 0.0
    if not noise:
        return float("inf")
    return float(10 * np.log10(max(signal_power, 1e-300) / noise))


def _plain(said: str) -> str:
    """A sentence without the names of one case."""
    said = re.sub(r"/[^\s:]*/|'[^']*'", "'..'", said)
    return re.sub(r"\d+(\.\d+)?", "N", said)[:230]


def _late(_: int, __: FrameType | None) -> NoReturn:
    raise TimeoutError("took too long")


if __name__ == "__main__":
    main()
