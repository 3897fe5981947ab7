"""Programs that are killed or interrupted at any moment: nothing is lost, nothing is left.

    python -m bench.hostile.kills [--count 1000] [--seed 1] [--minutes 10]

A file that is being written is as it was or whole; what a kill left beside it is gone after the
next write. Ctrl-C ends with 0 or 130, without a traceback, names the files that are new, and
leaves nothing beside them at once.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from bench.hostile import sound
from bench.hostile.__main__ import warm
from bench.hostile.acts import ACTS, OLD, Act

_EARLY = 98
_FORKED_S = 0.01
"""Before, it is Python's own reaction to the fork that is interrupted."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    asked = parser.parse_args()
    warm()
    until, ends, wrong = time.monotonic() + 60 * asked.minutes, Counter[str](), 0
    with tempfile.TemporaryDirectory(prefix="kills") as name:
        os.chdir(name)
        for file, content in sound.made().items():
            Path(file).write_bytes(content)
        files = {*sound.made(), "err.txt", *(name for act in ACTS for name in act.reads)}
        lasts = {act.name: _lasts(act) for act in ACTS}
        for seed in range(asked.seed, asked.seed + asked.count):
            if time.monotonic() > until:
                break
            for told in _once(Random(seed), files, lasts, ends):
                wrong += 1
                print(f"{seed}: {told}", flush=True)
    print(f"{ends.total()} ended: {dict(sorted(ends.items()))}; {wrong} wrong")
    sys.exit(wrong > 0)


def _lasts(act: Act) -> float:
    began = time.monotonic()
    if (code := _ended(act, None, 0.0)) != 0:
        raise SystemExit(f"{act.name} ends with {code}: {Path('err.txt').read_text()}")
    return time.monotonic() - began


def _once(
    random: Random, files: set[str], lasts: dict[str, float], ends: Counter[str]
) -> list[str]:
    act, how = random.choice(ACTS), random.choice((signal.SIGKILL, signal.SIGINT))
    act.lay_old()
    code = _ended(act, how, random.uniform(_FORKED_S, 1.2 * lasts[act.name]))
    ends[f"{act.name} {how.name} {code}"] += 1
    found = [f"{act.name} {how.name}: {told}" for told in act.half()]
    if how == signal.SIGINT and act.name != "save":
        said = Path("err.txt").read_text(encoding="utf-8")
        if code not in (0, 130, _EARLY) or "Traceback" in said:
            found.append(f"{act.name} ended with {code}: {said[-300:]}")
        if code == 130 and not _is_true(said.rstrip(), act):
            found.append(f"{act.name} ended with 130 and said: {said[-300:]}")
    else:
        _ended(act, None, 0.0)
    left = {path.name for path in Path().iterdir()} - files
    if left:
        found.append(f"{act.name} {how.name}: left {sorted(left)}")
    return found


def _is_true(said: str, act: Act) -> bool:
    """Whether the files that are named are there, and no other one is new."""
    new = {name for name in act.reads if Path(name).read_bytes() != OLD}
    _, names, told = said.rpartition("is whole: ")
    if not names:
        return said.endswith("stopped; nothing was left half-done.") and not new
    return set(told.removesuffix(".").split(", ")) == new


def _ended(act: Act, how: signal.Signals | None, after_s: float) -> int:
    child = os.fork()
    if child == 0:
        _live(act)
    if how is not None:
        time.sleep(after_s)
        os.kill(child, how)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _live(act: Act) -> None:
    code = 99
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number, name in ((1, os.devnull), (2, "err.txt")):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
            kept = ("stdout", "stderr")[number - 1]
            setattr(sys, kept, os.fdopen(number, "w", encoding="utf-8", closefd=False))
        code = act.run(lambda: None)
    except KeyboardInterrupt:  # before the program was there, or where there is none
        code = 130 if act.name == "save" else _EARLY
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
