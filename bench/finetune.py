"""Fine-tuning at few bits: accuracy on the eval split after training on the calib split.

    python bench/finetune.py [ROW ...] [--results FILE] [--seeds 3] [--threads N] [--device cuda]

A row is such as mnist-4-ewgs-seed0 or resnet20-4-plain; patterns with * choose several, none
chooses all but those of lsq and of ewgs without its scaling (ewgs_delta0). With --results each row
is written to a file of JSON lines as soon as it is known, rows that are there are not measured
again, and the table at the end shows all of them: a long bench can be run in pieces.
"""

from __future__ import annotations

import argparse
import json
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
from finetune_rows import METHODS, TASKS, Bench, Place, Row, places
from rich.console import Console
from rich.table import Table

SHARED = Path(__file__).resolve().parents[2] / "shared"
USUAL = ("*-float", "*-plain", "*-recovered", "*-ste-*", "*-ewgs-*")


def stored(path: Path | None) -> list[Row]:
    """The rows of a results file; none where there is no file yet."""
    if path is None or not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Row(**json.loads(line)) for line in lines if line.strip()]


def chosen(patterns: list[str], seeds: int) -> list[Place]:
    """The rows to measure, in an order in which a model and its recovery serve all of theirs."""
    known = list(places(range(seeds)))
    for pattern in patterns:
        if not any(fnmatchcase(place.name, pattern) for place in known):
            sys.exit(f"'{pattern}' matches no row. Rows: {' '.join(place.name for place in known)}")
    wanted = patterns or USUAL
    return [p for p in known if any(fnmatchcase(p.name, pattern) for pattern in wanted)]


def shown(rows: list[Row]) -> Table:
    """Mean over seeds, one line for each model, width and stage."""
    table = Table(title="Top-1 in percent on the eval split")
    headings = ("model", "W/A", "stage", "seeds", "mean", "worst", "to reach", "s", "CPU s", "MB")
    for heading in headings:
        table.add_column(heading)
    groups: dict[tuple[str, int, int, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.model, row.weights, row.activations, row.stage), []).append(row)
    for key in sorted(groups, key=_order):
        table.add_row(*_cells(key, groups[key]))
    return table


def _order(key: tuple[str, int, int, str]) -> tuple[int, int, int]:
    stages = ["float", "plain", "recovered", *METHODS]
    return [task.name for task in TASKS].index(key[0]), -key[1], stages.index(key[3])


def _cells(key: tuple[str, int, int, str], rows: list[Row]) -> tuple[str, ...]:
    model, weights, activations, stage = key
    figures = [row.top1 for row in rows]
    goal = rows[0].goal
    return (
        model,
        f"{weights}/{activations}",
        stage,
        " ".join(str(row.seed) for row in rows if row.seed is not None),
        f"{np.mean(figures):.2f}",
        f"{min(figures):.2f}",
        "" if goal is None else f"{goal:.2f}",
        f"{np.mean([row.seconds for row in rows]):.0f}",
        f"{np.mean([row.cpu_seconds for row in rows]):.0f}",
        f"{max(row.memory_mb for row in rows):.0f}",
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("rows", nargs="*", metavar="ROW")
    add("--results", type=Path, help="file of JSON lines, read first and added to")
    add("--seeds", type=int, default=3)
    add("--threads", type=int, help="of torch on the CPU")
    add("--device", default="auto", choices=("auto", "cpu", "cuda"))
    add("--shared", type=Path, default=SHARED, help="folder that holds models/ and data/")
    arguments = parser.parse_args()
    if not (arguments.shared / "models").is_dir():
        sys.exit("This bench needs the real models and data: give their folder with --shared.")
    rows = stored(arguments.results)
    known = {row.name for row in rows}
    bench = Bench(arguments.shared, arguments.device, arguments.threads)
    for place in chosen(arguments.rows, arguments.seeds):
        if place.name in known:
            continue
        row = bench.measure(place)
        rows.append(row)
        line = json.dumps(vars(row))
        print(line, flush=True)
        if arguments.results is not None:
            with arguments.results.open("a", encoding="utf-8") as stream:
                stream.write(line + "\n")
    Console(width=110).print(shown(rows))


if __name__ == "__main__":
    main()
