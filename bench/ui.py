"""How quickly the window answers; prints a table of figures and what they should reach.

Run with QT_QPA_PLATFORM=offscreen, or under a virtual screen. Names of rows run these alone: start,
open, later, drag, culprit, memory, clicks; `later.recover` runs one action of later (calibrate,
recover, search, sensitivity, export, pages, resize). Each row has a process and a time limit of its
own. A stall is told as it was, and in brackets as far as the window's own thread worked meanwhile:
the rest was waiting, for a processor or for the interpreter.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from threading import Timer

LIMITS_S = {
    "start": 60,
    "open": 120,
    "later": 1200,
    "drag": 300,
    "culprit": 300,
    "memory": 1200,
    "clicks": 600,
}
_STARTS = 5

_START = """
import tempfile
from pathlib import Path
from PySide6.QtWidgets import QApplication
from app.main_window import MainWindow
from app.settings import Settings
from app.theme import LIGHT, Theme
application = QApplication([])
folder = Path(tempfile.mkdtemp())
window = MainWindow(Settings.in_file(folder / "s.ini"), Theme(application, LIGHT), folder)
window.show()
application.processEvents()
import os, resource
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, flush=True)
os._exit(0)
"""

Row = tuple[str, str, str]
"""What is measured, what was found, what it should reach."""


def main() -> None:
    if sys.argv[1:2] == ["--inside"]:
        _inside(sys.argv[2])
        return
    for name in sys.argv[1:] or LIMITS_S:
        for what, found, least in _start() if name == "start" else _in_a_process(name):
            print(f"{what:58}  {found:>26}  {least}", flush=True)
        loads = " ".join(f"{load:.1f}" for load in os.getloadavg())
        print(f"  ({name}: load average {loads})", flush=True)


def _inside(name: str) -> None:
    from ui_rows import in_a_window

    for row in in_a_window(name):
        print(json.dumps(row), flush=True)


def _in_a_process(name: str) -> Iterator[Row]:
    """What is measured, as soon as it is known, until its time is up."""
    limit = LIMITS_S[name.partition(".")[0]]
    command = [sys.executable, __file__, "--inside", name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        alarm = Timer(limit, child.kill)
        alarm.start()
        for line in child.stdout or ():
            yield tuple(json.loads(line))
        failed = child.wait() != 0
        late = not alarm.is_alive()
        alarm.cancel()
    if failed:
        yield (name, f"not done in {limit} s" if late else "it failed", "")


def _start() -> list[Row]:
    """The best of a few: files are in the cache."""
    walls, works = [], []
    for _ in range(_STARTS):
        begun = time.perf_counter()
        command = [sys.executable, "-c", _START]
        ran = subprocess.run(command, check=True, capture_output=True, text=True)
        walls.append(time.perf_counter() - begun)
        works.append(float(ran.stdout))
    found = f"{min(walls):.2f} s (worked {min(works):.2f} s)"
    return [("start to window, warm", found, "<= 0.8 s")]


if __name__ == "__main__":
    main()
