"""What mixed precision saves: run `python bench/search.py`.

On resnet20 from ../shared: the plan of equal widths, then the smallest plan found that is no worse
by more than the decibels in the column; bytes of weights and bit operations as shares of the first,
time of the search as a multiple of float inference on the same samples.
"""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from quantengine.analyze.compare import compare
from quantengine.data.options import DataOptions
from quantengine.graph.load import open_model
from quantengine.observe.inputs import open_model_data
from quantengine.plan import QuantPlan
from quantengine.runtime import Session
from quantengine.search.budget import Budget
from quantengine.search.operations import bit_operations
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.search import PROBES, search_widths
from quantengine.work.work import Work

SHARED = Path(__file__).resolve().parents[2] / "shared"
GIVEN_UP_DB = (0.0, 6.0, 12.0)
TASKS = (("resnet20_cifar10", "cifar10.npz", DataOptions(images="calib_images", limit=64)),)


def main() -> None:
    """Prints the table."""
    table = Table("model", "given up dB", "W8A8 dB", "found dB", "bytes", "bit operations", "time")
    for name, file, options in TASKS:
        for row in rows(name, file, options):
            table.add_row(*row)
    Console(width=120).print(table)


def rows(name: str, file: str, options: DataOptions) -> list[tuple[str, ...]]:
    """One row for each loss allowed."""
    model = open_model(SHARED / "models" / f"{name}.onnx")
    data = open_model_data(model, SHARED / "data" / file, options)
    made = make(Work(model, QuantPlan(), data), Recipe())
    plan, table, resolution = made.plan, made.table, made.resolution
    equal = compare(model, resolution, data, limit=PROBES)
    operations = bit_operations(model, resolution.encodings, table)
    session = Session(model.proto)
    feeds = [data.load(index).feeds for index in range(PROBES)]
    start = time.perf_counter()
    for feed in feeds:
        session.run(feed)
    bare = time.perf_counter() - start
    found: list[tuple[str, ...]] = []
    for loss in GIVEN_UP_DB:
        start = time.perf_counter()
        budget = Budget(target_sqnr_db=equal.output.sqnr_db - loss)
        chosen = search_widths(Work(model, plan, data, table), budget).chosen
        seconds = time.perf_counter() - start
        found.append(
            (
                name,
                f"{loss:g}",
                f"{equal.output.sqnr_db:.1f}",
                f"{chosen.measured_db:.1f}",
                f"{chosen.bytes / equal.bytes_after:.2f} x",
                f"{chosen.bit_operations / operations:.2f} x",
                f"{seconds / bare:.0f} x",
            )
        )
    return found


if __name__ == "__main__":
    main()
