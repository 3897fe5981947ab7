"""What each range method makes of real networks: activations of 8, 6 and 4 bits, weights of 8.

    python bench/methods.py [MODEL ...] [--samples 64] [--results FILE]

Ranges are chosen from samples of the calib split, the Verdict is of as many others: the task's
figure where it has one, agreement of classes, and SQNR of the outputs in dB. With --results each
row is written as soon as it is known and not measured again, so that it can run in pieces; the
tables show all of them, and last which methods lose to minmax at 4 bits everywhere.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from accuracy import TASKS, Task
from rich.console import Console
from rich.table import Table

from quantengine.analyze.gauge import Gauge
from quantengine.analyze.method import under_method
from quantengine.analyze.width import at_width
from quantengine.data.dataset import Dataset
from quantengine.data.evenly import evenly
from quantengine.errors import PlanError
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import open_model_data
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.ranges.registry import METHODS
from quantengine.resolve.resolve import resolve_plan
from quantengine.work.reference import work_reference
from quantengine.work.work import Work

SHARED = Path(__file__).resolve().parents[2] / "shared"
BITS = (8, 6, 4)
_USUAL = "minmax"


@dataclass(frozen=True)
class Row:
    """Shares as 0..1; None where a network has no such figure. `refused` says why none is known."""

    model: str
    bits: int
    method: str
    sqnr_db: float | None = None
    agreement: float | None = None
    accuracy: float | None = None
    refused: str | None = None


class Bench:
    """One network, its statistics, and what judges it."""

    def __init__(self, task: Task, shared: Path, samples: int) -> None:
        self.name = task.model
        self.model: FloatModel = open_model(shared / f"models/{task.model}.onnx")
        calib = self._data(shared, task.calib, samples)
        self.table = calibrate(self.model, calib, model_taps(self.model))
        judging = self._data(shared, task.evaluation, samples)
        self.gauge = Gauge(work_reference(Work(self.model, QuantPlan(), judging), None))

    def _data(self, shared: Path, where: tuple[str, object], samples: int) -> Dataset:
        found = open_model_data(self.model, shared / "data" / where[0], where[1])  # type: ignore[arg-type]
        return found.subset(list(evenly(len(found), samples)))

    def measure(self, bits: int, method: str) -> Row:
        plan = under_method(at_width(QuantPlan(), bits, "activations"), method, (), "activations")
        try:
            resolution = resolve_plan(self.model, plan, self.table)
        except PlanError as error:
            return Row(self.name, bits, method, refused=str(error))
        found = self.gauge.judge(self.model, resolution.encodings)
        return Row(self.name, bits, method, found.sqnr_db, found.agreement, found.accuracy)


def stored(path: Path | None) -> list[Row]:
    """The rows of a results file; none where there is no file yet."""
    if path is None or not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Row(**json.loads(line)) for line in lines if line.strip()]


def shown(rows: Iterable[Row], model: str) -> Table:
    """A line a method, three figures for each width."""
    table = Table(title=f"{model}: top-1 %, agreement %, dB at A8, A6, A4 (W8 per channel)")
    for heading in ("method", *(f"A{bits}" for bits in BITS)):
        table.add_column(heading)
    found = {(row.method, row.bits): row for row in rows if row.model == model}
    for method in METHODS:
        table.add_row(method, *(_cell(found.get((method, bits))) for bits in BITS))
    return table


def _cell(row: Row | None) -> str:
    if row is None or row.refused is not None:
        return "" if row is None else "-"
    shares = [share for share in (row.accuracy, row.agreement) if share is not None]
    db = "" if row.sqnr_db is None else f"{row.sqnr_db:.1f}"
    return "  ".join([*(f"{100 * share:.1f}" for share in shares), db])


def losing(rows: Iterable[Row]) -> list[str]:
    """Methods behind minmax in dB at 4 bits on every network: top-1 of few samples is too rough."""
    at_four = {(row.method, row.model): row for row in rows if row.bits == min(BITS)}
    models = {model for _, model in at_four}
    return [m for m in METHODS if m != _USUAL and _loses(m, models, at_four)]


def _loses(method: str, models: set[str], at_four: dict[tuple[str, str], Row]) -> bool:
    pairs = [(at_four.get((method, each)), at_four.get((_USUAL, each))) for each in models]
    known = [(a.sqnr_db, b.sqnr_db) for a, b in pairs if a is not None and b is not None]
    both = [(a, b) for a, b in known if a is not None and b is not None]
    return bool(both) and all(a < b for a, b in both)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="*", metavar="MODEL")
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--results", type=Path, help="file of JSON lines, read first and added to")
    parser.add_argument("--shared", type=Path, default=SHARED)
    arguments = parser.parse_args()
    rows = stored(arguments.results)
    known = {(row.model, row.bits, row.method) for row in rows}
    for task in TASKS:
        if arguments.models and task.model not in arguments.models:
            continue
        wanted = [(b, m) for b in reversed(BITS) for m in METHODS]
        missing = [each for each in wanted if (task.model, *each) not in known]
        if not missing:
            continue
        bench = Bench(task, arguments.shared, arguments.samples)
        for bits, method in missing:
            rows.append(bench.measure(bits, method))
            if arguments.results is not None:
                with arguments.results.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(asdict(rows[-1])) + "\n")
    for model in dict.fromkeys(row.model for row in rows):
        Console(width=110).print(shown(rows, model))
    behind = ", ".join(losing(rows)) or "none"
    Console(width=110).print(f"Behind minmax at 4 bits on every network measured: {behind}.")


if __name__ == "__main__":
    main()
