"""A model of the zoo put through the command line and onnxruntime's quantizers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.zoo.drawn import Steps
from bench.zoo.entries import Entry
from bench.zoo.figures import Mark, Outputs, interval, ratio
from quantengine.errors import QuantError
from quantengine.runtime import Session

Array = NDArray[Any]
OURS = {"default": (), "auto": ("--recover", "auto")}
LIMIT, LONGEST = 900, 4 * 900
"""Seconds a command may take of the processor, and by the clock of a loaded machine."""
_LIMITED = ("sh", "-c", f'ulimit -t {LIMIT}; exec timeout {LONGEST} "$@"', "sh")
MOST_RUNS = 400
_TIMED = 20
_COMMAND = "import sys; from quantengine.cli.main import main; sys.exit(main())"


@dataclass(frozen=True)
class Done:
    """A command: its exit code, what it said, s by the clock, s of processor, MB at its largest."""

    code: int
    said: str
    seconds: float
    processor: float
    megabytes: float


def trial(name: str, entry: Entry, folder: Path, count: int, ways: Sequence[str]) -> dict[str, Any]:
    """A row: what is in the table, and what each sample gave."""
    model, place = entry.source.fetch(folder), folder / "trials" / name.replace(" ", "_")
    place.mkdir(parents=True, exist_ok=True)
    calib = entry.draw(place / "calib", "calib", entry.calib)
    judged = entry.draw(place / "eval", "eval", count)
    float_session = Session(model)
    expected = [run(float_session, sample, entry.loops) for sample in judged]
    row: dict[str, Any] = {
        "name": name,
        "figure": entry.figure,
        "licence": entry.source.licence,
        "samples": len(judged),
        "float": {"bytes": model.stat().st_size},
    }
    row["inspect"] = _told(command(place, "inspect", "inspect", model))
    files = {f"ours, {word}": ours(place, word, model, entry) for word in OURS}
    write_feeds(place / "feeds.npz", float_session, calib, entry.loops)
    files |= {f"theirs, {way}": theirs(place, way, model) for way in ways}
    for who, (path, found) in files.items():
        row[who] = found | judge(path, judged, expected, entry)
        print(f"  {name}: {who}: {row[who].get('figure', row[who]['said'][-200:])}", flush=True)
    timed = {who: path for who, (path, _) in files.items() if "marks" in row[who]}
    for who, ms in milliseconds({"float": model, **timed}, judged, entry).items():
        row[who]["ms"] = ms
    return row


def run(session: Session, sample: Steps, loops: Mapping[str, str]) -> Outputs:
    """Each step goes on from the states of the one before; the first from zeros."""
    states: dict[str, Array] = {}
    found = []
    for step in sample:
        feeds = {**step, **{name: states.get(name, _zeros(session, name)) for name in loops}}
        outputs = session.run(feeds)
        states = {name: outputs[source] for name, source in loops.items()}
        found.append({**feeds, **outputs})
    return found


def _zeros(session: Session, name: str) -> Array:
    shape = next(value.shape for value in session.inputs if value.name == name)
    return np.zeros([side if isinstance(side, int) else 1 for side in shape], np.float32)


def milliseconds(files: Mapping[str, Path], judged: list[Steps], entry: Entry) -> dict[str, float]:
    """Of one step, the fastest sample, on one thread, in turn."""
    sessions = {who: Session(path, threads=1) for who, path in files.items()}
    times: dict[str, list[float]] = {who: [] for who in files}
    for sample in judged[:_TIMED]:
        for who, session in sessions.items():
            began = time.perf_counter()
            run(session, sample, entry.loops)
            times[who].append((time.perf_counter() - began) / len(sample))
    return {who: 1e3 * min(found) for who, found in times.items()}


def ours(place: Path, word: str, model: Path, entry: Entry) -> tuple[Path, dict[str, Any]]:
    out, report = place / f"ours_{word}.onnx", place / f"ours_{word}.json"
    for old in (out, report):
        old.unlink(missing_ok=True)
    words = [*entry.words, *OURS[word], "-o", str(out), "--report", str(report)]
    done = command(place, word, "quantize", model, "--data", _data(place, "calib"), *words)
    found = _told(done)
    if out.exists():
        found |= {"report": _reported(report)}
    if out.exists() and word == "auto":
        judged = command(
            place, f"{word}_evaluate", "evaluate", model, out, "--data", _data(place, "eval"),
            *entry.words, "--json",
        )  # fmt: skip
        found["evaluate"] = _told(judged)
    return out, found


def _data(place: Path, split: str) -> Path:
    folder = place / split
    return folder if folder.is_dir() else folder.with_suffix(".npz")


def _reported(report: Path) -> dict[str, Any]:
    found = json.loads(report.read_text())
    return {key: found.get(key) for key in ("integer_nodes", "quality", "check", "unverified")}


def theirs(place: Path, way: str, model: Path) -> tuple[Path, dict[str, Any]]:
    out = place / f"theirs_{way}.onnx"
    out.unlink(missing_ok=True)
    words = ["-m", "bench.zoo.theirs", way, model, place / "feeds.npz", out]
    return out, _told(_child(place / f"theirs_{way}.txt", words))


def write_feeds(
    path: Path, session: Session, calib: Sequence[Steps], loops: Mapping[str, str]
) -> None:
    """What each run of the calibration samples is fed, states of the float model among it."""
    inputs = {value.name for value in session.inputs}
    runs = [step for sample in calib for step in run(session, sample, loops)]
    chosen = [runs[k] for k in np.linspace(0, len(runs) - 1, min(len(runs), MOST_RUNS)).astype(int)]
    feeds = {f"{k}/{n}": step[n] for k, step in enumerate(chosen) for n in inputs}
    np.savez(path, **feeds)


def command(place: Path, word: str, *words: object) -> Done:
    return _child(place / f"{word}.txt", ["-c", _COMMAND, *words])


def _child(log: Path, words: Sequence[object]) -> Done:
    """Of this Python; what it says is kept in `log`."""
    began = time.monotonic()
    with log.open("w") as stream:
        child = subprocess.Popen(
            [*_LIMITED, sys.executable, *map(str, words)],
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - began
    processor = usage.ru_utime + usage.ru_stime
    return Done(child.returncode, log.read_text(), seconds, processor, usage.ru_maxrss / 1024)


def _told(done: Done) -> dict[str, Any]:
    return {
        "code": done.code,
        "seconds": round(done.seconds, 1),
        "processor": round(done.processor, 1),
        "megabytes": round(done.megabytes),
        "said": done.said[-3000:],
    }


def judge(path: Path, judged: list[Steps], expected: list[Outputs], entry: Entry) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        session = Session(path)
        found = [run(session, sample, entry.loops) for sample in judged]
    except QuantError as error:
        return {"said": f"does not run: {error}"}
    marks = [entry.mark(a, b) for a, b in zip(expected, found, strict=True)]
    return {
        "marks": marks,
        "figure": ratio(marks),
        "bytes": path.stat().st_size,
        "integers": integers(path),
    }


def integers(path: Path) -> int:
    """Nodes that read codes or make them, bodies included."""
    import onnx

    words = ("QuantizeLinear", "Integer", "QLinear", "MatMulNBits", "DynamicQuantize")

    def count(graph: onnx.GraphProto) -> int:
        bodies = [a.g for node in graph.node for a in node.attribute if a.HasField("g")]
        own = sum(any(w in node.op_type for w in words) for node in graph.node)
        return own + sum(map(count, bodies))

    return count(onnx.load(path).graph)


def best(row: Mapping[str, Any], side: str) -> str | None:
    """Of ours or theirs, which has the best figure among files with integers in them."""
    known = [w for w in row if w.startswith(side) and row[w].get("integers")]
    return max(known, key=lambda who: row[who]["figure"], default=None)


def difference(row: Mapping[str, Any], who: str, other: str) -> tuple[float, tuple[float, float]]:
    marks: list[list[Mark]] = [[tuple(m) for m in row[w]["marks"]] for w in (who, other)]
    return row[who]["figure"] - row[other]["figure"], interval(*marks)
