"""Runs Python with a home and a temporary folder of its own, to see what it leaves there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from quantengine.telemetry import SWITCH

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Traces:
    """What a run left behind: relative paths of files, and lines of strace that name a network."""

    code: int
    out: str
    err: str
    files: tuple[str, ...]
    connections: tuple[str, ...]


def leave_traces(
    folder: Path, arguments: Sequence[str], *, switch: str | None = None, traced: bool = False
) -> Traces:
    """Runs `python ARGUMENTS`; `switch` is what the person has set. `traced` needs strace."""
    home, temporary, log = folder / "home", folder / "tmp", folder / "strace"
    home.mkdir(parents=True)
    temporary.mkdir()
    ours = {SWITCH, "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"}
    environment = {key: value for key, value in os.environ.items() if key not in ours}
    environment |= {
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
    }
    if switch is not None:
        environment[SWITCH] = switch
    before = ["strace", "-f", "-e", "trace=socket", "-o", str(log)] if traced else []
    done = subprocess.run(
        [*before, sys.executable, *arguments],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [path for top in (home, temporary) for path in top.rglob("*") if path.is_file()]
    lines = log.read_text().splitlines() if traced else []
    return Traces(
        done.returncode,
        done.stdout,
        done.stderr,
        tuple(str(path.relative_to(folder)) for path in found),
        tuple(line for line in lines if "AF_INET" in line),
    )


def has_strace() -> bool:
    """Whether system calls can be traced here."""
    return shutil.which("strace") is not None
