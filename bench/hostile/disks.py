"""Disks that are full, limited or broken, at every call that touches them: nothing is lost or left.

    python -m bench.hostile.disks [--acts quantize,save] [--ways full,read] [--out FILE]

Each act that writes a person's files (`acts`, and the window's autosave) is done once on a sound
disk, which counts the calls; then once for every call and way: that call alone fails (`broken`,
EIO), it and all after it fail (`full`, ENOSPC; `quota`, EDQUOT), a call that reads fails (`read`,
EIO, forty of them); and with files limited to every so many bytes (`limit`, EFBIG), or on a disk
with every so many blocks (`blocks`) or names (`names`) left, where this may mount one. The calls
are those to the C library (`disk.c`, made with `cc`), so that what no Python file does is met too.

A file is as it was or whole; what failed is told in one sentence with exit code 2, 3 or 0 where the
file is there; nothing lies beside it once the same is done again on a sound disk.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from bench.hostile import autosave, sound
from bench.hostile.__main__ import warm
from bench.hostile.acts import ACTS, Act
from bench.hostile.bad_disk import LIBRARY, WAYS, Bad, Disk, End, Way
from bench.hostile.case import LONGEST_SENTENCE

_ALL = (*ACTS, *autosave.ACTS)
_GOOD = (0, 2, 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acts", default=",".join(act.name for act in _ALL))
    parser.add_argument("--ways", default=",".join(way.name for way in WAYS))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="disks") as name:
        folder = Path(name).resolve()
        if "LD_PRELOAD" not in os.environ:
            sys.exit(_with_library(folder / LIBRARY))
        acts = [act for act in _ALL if act.name in asked.acts.split(",")]
        ways = [way for way in WAYS if way.name in asked.ways.split(",")]
        until = time.monotonic() + 60 * asked.minutes
        warm()
        if any(act in autosave.ACTS for act in acts):
            import_module("app.main_window")  # here, so that no fork pays for it again
        counts, wrong = Counter[str](), 0
        with asked.out.open("w") if asked.out else sys.stdout as stream:
            for act in acts:
                for bad, end, faults in _met(act, ways, Disk(folder / act.name), until):
                    stream.write(_line(act, bad, end, faults) + "\n")
                    stream.flush()
                    counts[f"{act.name} {bad.way.name}"] += 1
                    wrong += bool(faults)
    sys.stderr.write(f"{counts.total()} disks: {dict(counts)}; {wrong} wrong\n")
    sys.exit(wrong > 0)


def _with_library(made: Path) -> int:
    """Does all of it in a process that has loaded the library first; gives its exit code."""
    source = Path(__file__).with_name("disk.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", made, source, "-ldl"], check=True)
    command = [sys.executable, "-m", "bench.hostile.disks", *sys.argv[1:]]
    loaded = {**os.environ, "LD_PRELOAD": str(made)}
    return subprocess.run(command, env=loaded, check=False).returncode


def _met(
    act: Act, ways: list[Way], disk: Disk, until: float
) -> Iterator[tuple[Bad, End, list[str]]]:
    with disk.used():
        for name, content in sound.made().items():
            Path(name).write_bytes(content)
        end, faults = _lived(disk, act, None)
        if end.code != 0 or faults:
            raise SystemExit(f"{act.name} on a sound disk: {end}, {faults}")
        there = _names()
        for bad in (Bad(way, place) for way in ways for place in disk.places(act, way)):
            if time.monotonic() > until:
                return
            end, faults = _lived(disk, act, bad)
            if _names() - there:
                faults += [f"again: {fault}" for fault in _lived(disk, act, None)[1]]
                left = sorted(_names() - there)
                faults += [f"left {left}"] if left else []
            yield bad, end, faults


def _lived(disk: Disk, act: Act, bad: Bad | None) -> tuple[End, list[str]]:
    end = disk.ended(act, bad)
    faults = [*_faults(end), *_damaged()]
    then = act.then and disk.ended(act.then(end.code))
    return end, faults + ([f"then: {then.said}"] if then and then.code != 0 else [])


def _line(act: Act, bad: Bad, end: End, faults: list[str]) -> str:
    last = end.said.strip().rpartition("\n")[2]
    told = {"act": act.name, "way": bad.way.name, "place": bad.place, "met": end.met}
    return json.dumps({**told, "code": end.code, "said": last, "faults": faults})


def _faults(end: End) -> list[str]:
    found = list(end.half)
    if end.code is None:
        found.append("no end")
    elif end.code not in _GOOD:
        found.append(f"exit code {end.code}: {end.said[-600:]}")
    if "Traceback" in end.said or "internal error" in end.said:
        found.append(f"traceback: {end.said[-600:]}")
    last = end.said.strip().rpartition("\n")[2]
    if end.code and not 0 < len(last) <= LONGEST_SENTENCE:
        found.append(f"said {len(last)} signs")
    if end.code == 0 and end.old:
        found.append(f"it is done, and {end.old} are as they were")
    return found


def _damaged() -> list[str]:
    made = sound.made()
    return [f"{name} is damaged" for name in made if Path(name).read_bytes() != made[name]]


def _names() -> set[str]:
    """Everything on the disk, what temporary folders hold too."""
    return {str(path) for path in Path().rglob("*")}


if __name__ == "__main__":
    main()
