"""What threads took is given back to the system."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_HELD = """
from pathlib import Path
from threading import Thread
from quantengine.freed import give_back, take_from_one_heap

def held_mb():
    give_back()
    words = Path("/proc/self/statm").read_text().split()
    return (int(words[1]) - int(words[2])) * 4096 / 1e6

take_from_one_heap()
before, kept = held_mb(), []

def work():
    parts = [bytearray(400_000) for _ in range(60)]
    kept.append(bytes(200))
    del parts

large = bytearray(30_000_000)
del large  # from then on glibc keeps more
threads = [Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(held_mb() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps heaps of threads")
def test_memory_that_threads_took_goes_back_once_it_is_freed() -> None:
    found = subprocess.run(
        [sys.executable, "-c", _HELD],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )
    assert float(found.stdout) < 20
