"""Hostile cases of a seed, one JSON line each, and a summary.

    python -m bench.hostile --count 500 [--seed 1] [--kinds models,...] [--out FILE] [--minutes 10]
    python -m bench.hostile --kinds models --keep FOLDER 17      writes the files of case 17

Each case is one command of quantengine in a fork of this process, which has imported everything.
What must not be: a traceback, a crash, no end, a refusal that says nothing or over 1,500
characters, that takes over 5 s + 2 s for each 100 MB or over 1 GB + 3 times the files, a write, a
process or a socket outside the case's folder, an object unpickled.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import shlex
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from bench.hostile.case import Case, Outcome
from bench.hostile.fork import lived, modules_of
from bench.hostile.generators import GENERATORS, sound
from bench.hostile.summary import Summary
from quantengine.observe.loops import load_loops


def main() -> None:
    shape = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=shape)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--kinds", default=",".join(GENERATORS))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--keep", nargs=2, metavar=("FOLDER", "SEED"))
    asked = parser.parse_args()
    kinds = asked.kinds.split(",")
    if asked.keep:
        keep(GENERATORS[kinds[0]](int(asked.keep[1])), Path(asked.keep[0]))
        return
    until = time.monotonic() + 60 * asked.minutes
    summary = Summary()
    with asked.out.open("w") if asked.out else sys.stdout as stream:
        for case, outcome in run(kinds, asked.seed, asked.count, until):
            summary.add(case, outcome)
            stream.write(line(case, outcome) + "\n")
            stream.flush()
    sys.stderr.write(summary.text())


def run(
    kinds: list[str], seed: int, count: int, until: float = float("inf")
) -> Iterator[tuple[Case, Outcome]]:
    """`count` cases from `seed` on, the kinds in turn, until the clock says so."""
    warm()
    for place in range(count):
        if time.monotonic() > until:
            return
        case = GENERATORS[kinds[place % len(kinds)]](seed + place)
        yield case, lived(case)


def warm() -> None:
    """Imports what sound cases import, loads what is compiled, and leaves it where it lies.

    A collection in a fork would copy all of it.
    """
    for case in sound():
        for name in modules_of(case):
            try:
                importlib.import_module(name)
            except ImportError:
                continue
    load_loops()
    gc.collect()
    gc.freeze()


def keep(case: Case, folder: Path) -> None:
    case.write(folder)
    print(shlex.join(("quantengine", *case.command)))


def line(case: Case, outcome: Outcome) -> str:
    told = {"seed": case.seed, "kind": case.kind, "command": shlex.join(case.command)}
    return json.dumps({**told, "fault": outcome.fault, **asdict(outcome)})


if __name__ == "__main__":
    main()
