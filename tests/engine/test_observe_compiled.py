"""Machine code kept on disk must follow the source, callees and constants included."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

INNER = """
from quantengine.observe.compiled import compiled
STEP = {step}
@compiled
def inner(x: int) -> int:
    return x * {factor}
"""
OUTER = """
from inner import STEP, inner
from quantengine.observe.compiled import compiled
@compiled
def outer(x: int) -> int:
    return inner(x) + STEP
print(outer(2), sum(outer.stats.cache_hits.values()))
"""


def run(folder: Path, factor: int, step: int) -> str:
    (folder / "inner.py").write_text(INNER.format(factor=factor, step=step))
    command = [sys.executable, "-B", "outer.py"]
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return found.stdout.strip()


def test_a_changed_loop_or_number_renews_its_callers(tmp_path: Path) -> None:
    (tmp_path / "outer.py").write_text(OUTER)
    assert run(tmp_path, factor=3, step=1) == "7 0"
    assert run(tmp_path, factor=3, step=1) == "7 1"
    assert run(tmp_path, factor=5, step=1) == "11 0"
    assert run(tmp_path, factor=5, step=2) == "12 0"
