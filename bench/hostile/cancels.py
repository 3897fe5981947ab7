"""How soon work in the window is over once it is cancelled, by a clock, on one long product.

    QT_QPA_PLATFORM=offscreen python -m bench.hostile.cancels [--width 7000] [--times 3]

Each kind of work is begun and cancelled by the strip's button, earlier and later; then something
else is begun in its lane. Told are the seconds until the strip shows the work no more, until what
came next was done, and for which the window stood. Ends with an error where one is over half a
second: on a machine that does other work, that may be its.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.lib.format import open_memmap
from onnx import TensorProto, helper, numpy_helper
from PySide6.QtWidgets import QApplication

from app.document import DataSource
from app.main_window import MainWindow
from app.settings import Settings
from app.theme import LIGHT, Theme
from bench.hostile.case import LONGEST_STOP_S
from bench.hostile.window import Beat
from quantengine.data.options import DataOptions
from quantengine.work.recipe import Recipe

_FIRST_S, _READY_S = 0.1, 1800.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, default=7000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--works", default=",".join(_WORK))
    asked = parser.parse_args()
    application = QApplication([])
    with tempfile.TemporaryDirectory(prefix="cancels") as name:
        folder = Path(name)
        _write(folder, asked.width)
        settings = Settings.in_file(folder / "settings.ini")
        settings.looks_by_itself = False
        window = MainWindow(settings, Theme(application, LIGHT), folder / "autosave")
        window.show()
        window.views.imports.begin()
        window.steps.failed.connect(lambda said, _: print(f"  {said}", flush=True))
        os.chdir(folder)
        worst = 0.0
        for work in asked.works.split(","):
            if work == "calibrate":
                _wait(lambda: _WORK["open"](window), lambda: window.document.dataset is not None)
            if work == "recover":
                _wait(window.steps.calibrate, lambda: window.document.table is not None)
                _wait(lambda: None, lambda: not window.jobs.jobs)
            for time_ in range(asked.times):
                worst = max(worst, _cancelled(window, work, _FIRST_S * 4**time_))
        sys.stdout.flush()
        os._exit(worst > LONGEST_STOP_S)


def _write(folder: Path, width: int) -> None:
    rng = np.random.default_rng(0)
    weight = rng.standard_normal((width, width), np.float32)
    kind = TensorProto.FLOAT
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["p"]), helper.make_node("Relu", ["p"], ["y"])],
        "g",
        [helper.make_tensor_value_info("x", kind, ["n", width, width])],
        [helper.make_tensor_value_info("y", kind, ["n", width, width])],
        [numpy_helper.from_array(weight, "w")],
    )
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(proto, folder / "m.onnx")
    data = open_memmap(folder / "x.npy", "w+", np.float32, (2, width, width))
    data[:] = weight


def _wait(begin: Callable[[], object], until: Callable[[], bool]) -> None:
    begin()
    last = time.monotonic() + _READY_S
    while not until() and time.monotonic() < last:
        QApplication.processEvents()
        time.sleep(0.002)


def _cancelled(window: MainWindow, work: str, after_s: float) -> float:
    """The longest of the three."""
    _wait(lambda: None, lambda: not window.jobs.jobs)
    _WORK[work](window)
    begun = time.monotonic()
    _wait(lambda: None, lambda: time.monotonic() - begun > after_s or not window.jobs.jobs)
    cancel = window.strip.cancel
    running = window.jobs.jobs
    if not running or not cancel.isVisible():
        print(f"{work}, after {after_s:g} s: over before it was cancelled", flush=True)
        return 0.0
    lane, beat, began = running[-1].lane, Beat(), time.monotonic()
    cancel.click()
    _wait(lambda: None, lambda: not any(job in running[-1:] for job in window.jobs.jobs))
    gone = time.monotonic() - began
    done = list[bool]()
    window.steps.start(lane, "next", lambda _: None).done.connect(lambda _: done.append(True))
    _wait(lambda: None, lambda: bool(done))
    following, stood = time.monotonic() - began, beat.longest()
    print(
        f"{work} ({lane}), after {after_s:g} s: gone in {gone:.2f} s, next done in "
        f"{following:.2f} s, stood {stood:.2f} s",
        flush=True,
    )
    return max(gone, following, stood)


def _export(window: MainWindow) -> None:
    view = window.views.view("export")
    view.path.setText(str(Path("out.onnx").resolve()))
    view.export()


_WORK: Mapping[str, Callable[[MainWindow], object]] = {
    "open": lambda window: window.steps.open_model(
        Path("m.onnx").resolve(), DataSource(Path("x.npy").resolve(), DataOptions())
    ),
    "calibrate": lambda window: window.steps.calibrate(),
    "recover": lambda window: window.context.treatments.start(Recipe(("auto",))),
    "search": lambda window: window.views.view("search").search(),
    "sensitivity": lambda window: window.network.rank(),
    "export": _export,
}


if __name__ == "__main__":
    main()
