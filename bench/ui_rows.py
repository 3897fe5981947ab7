"""The rows of bench/ui.py: what is done in a window, and how it is measured."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from unittest.mock import patch

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from ui_watch import heartbeat, imports_of_this_thread, resident_mb, rest, settle, until

from app.document import DataSource
from app.flag import flag_of
from app.main_window import MainWindow
from app.settings import Settings
from app.text import ELLIPSIS
from app.theme import LIGHT, Theme
from quantengine.data.options import DataOptions
from quantengine.work.recipe import Recipe

SHARED = Path(__file__).resolve().parents[2] / "shared"
MODEL = SHARED / "models" / "mobilenetv2.onnx"
DATA = SHARED / "data" / "imagenet" / "calib"
SIZE = (1280, 800)
DRAG_MOVES = 300
SUSPECTS = 16
RESTED_S = 2.0
"""After this long without work sessions are let go."""

Row = tuple[str, str, str]


def in_a_window(name: str) -> Iterator[Row]:
    """The rows of one name, in a window of their own."""
    row, _, part = name.partition(".")
    application = QApplication([])
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        settings = Settings.in_file(folder / "settings.ini")
        window = MainWindow(settings, Theme(application, LIGHT), folder)
        window.resize(*SIZE)
        window.show()
        window.views.imports.begin()
        window.steps.failed.connect(lambda sentence, _: sys.exit(sentence))
        try:
            yield from _later(window, part) if part else ROWS[row](window)
        finally:
            window.close()
            window.close()
            window.jobs.shutdown()


def _open(window: MainWindow) -> Iterator[Row]:
    """As soon as a person can: the imports behind the window may not be done."""
    with heartbeat() as gaps, imports_of_this_thread() as imported:
        window.steps.open_model(MODEL)
        until(lambda: window.document.outcome is not None)
        rest(1.0)
    yield ("first open of a model: longest stall", str(gaps), "<= 100 ms")
    found = f"{len(imported)} in {sum(imported.values()):.0f} ms"
    yield ("  modules imported by the window's own thread", found, "no plots, no numba")


def _later(window: MainWindow, only: str = "") -> Iterator[Row]:
    _ready(window)
    for name, work in _WORK.items():
        if only in ("", name):
            with heartbeat() as gaps:
                work(window)
                settle(window)
            yield (f"later stall, {name}", str(gaps), "<= 50 ms, 99th 16 ms")


def _drag(window: MainWindow) -> Iterator[Row]:
    _ready(window)
    quiet = _pull(window)
    yield (f"drag of a clip line, {DRAG_MOVES} moves: 99th percentile", quiet, "<= 16 ms")
    window.steps.calibrate()
    yield ("  under a running calibration", _pull(window), "<= 33 ms")


def _culprit(window: MainWindow) -> Iterator[Row]:
    """Nothing is clicked: from the first calibration on, until the line says who and what to do."""
    window.steps.open_model(MODEL, DataSource(DATA, DataOptions(preset="imagenet")))
    until(lambda: window.document.dataset is not None)
    window.steps.calibrate()
    begun = time.perf_counter()

    def named() -> bool:
        culprits, flag = window.context.findings.culprits, flag_of(window.context)
        return culprits is not None and bool(culprits.names) and bool(flag and flag.acts)

    def tried() -> bool:
        blamed = window.network.blamed
        return blamed is not None and len(blamed.found.layers) >= SUSPECTS

    until(named)
    found = f"{time.perf_counter() - begun:.1f} s"
    yield ("calibration begun to a named culprit with its cure", found, "<= 20 s")
    until(tried)
    found = f"{time.perf_counter() - begun:.1f} s"
    yield (f"  the {SUSPECTS} layers suspected most tried", found, "")


def _memory(window: MainWindow) -> Iterator[Row]:
    _ready(window)
    settle(window, RESTED_S)
    yield ("memory once the model is judged", f"{resident_mb():.0f} MB", "")
    for name in ("recover", "search", "export"):
        _WORK[name](window)
        settle(window)
        settle(window, RESTED_S)
        yield (f"  after {name}", f"{resident_mb():.0f} MB", "<= 800 MB")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield ("  at its peak", f"{peak:.0f} MB", "")


def _clicks(window: MainWindow) -> Iterator[Row]:
    """Real clicks on what is in sight; a file chosen in a dialog of the system is told apart."""
    clicks, chosen = 0, 0

    def click(find: Callable[[], QWidget | None]) -> None:
        """What `find` gives once it can be pressed: a line makes its buttons anew as it changes."""
        nonlocal clicks

        def there() -> bool:
            found = find()
            return found is not None and found.isVisible() and found.isEnabled()

        until(there)
        QTest.mouseClick(find(), Qt.MouseButton.LeftButton)
        clicks += 1

    def flag(text: str) -> Callable[[], QWidget | None]:
        return lambda: window.header.flag.buttons.get(text)

    def choose(path: Path) -> Callable[..., tuple[str, str]]:
        def dialog(*_: object) -> tuple[str, str]:
            nonlocal chosen
            chosen += 1
            return str(path), ""

        return dialog

    with patch.object(QFileDialog, "getOpenFileName", choose(MODEL)):
        click(lambda: window.start_page.open_button)
    until(lambda: window.document.model is not None)
    folder = choose(DATA)
    with patch.object(QFileDialog, "getExistingDirectory", lambda *_: folder()[0]):
        click(flag(f"Choose a folder{ELLIPSIS}"))
    until(lambda: window.network.blamed is not None)
    click(flag("Recover"))
    until(
        lambda: window.document.decided.recipe is not None and not window.document.outcome_is_stale
    )
    click(lambda: window.header.chain.export)
    view = window.views.view("export")
    with tempfile.TemporaryDirectory() as place:
        view.path.setText(str(Path(place) / "mobilenetv2.int8.onnx"))
        click(lambda: view.button)
        until(lambda: view.exported is not None)
        assert view.exported.recipe.steps and view.exported.report.path.is_file()
    found = f"{clicks}, and {chosen} files chosen"
    yield ("clicks from start to an exported, recovered file", found, "<= 5")


def _recover(window: MainWindow) -> None:
    window.context.treatments.start(Recipe(("auto",)))


def _search(window: MainWindow) -> None:
    window.views.view("search").search()


def _export(window: MainWindow) -> None:
    view = window.views.view("export")
    view.path.setText(str(Path(tempfile.mkdtemp()) / "bench_ui.onnx"))
    view.export()


def _turn_pages(window: MainWindow) -> None:
    for _ in range(2):
        for name in window.views.pages:
            window.show_page(name)
            rest(0.4)


def _resize(window: MainWindow) -> None:
    for width in (1024, 1440, 1100, 2560, SIZE[0]):
        window.resize(width, SIZE[1])
        rest(0.2)


_WORK: Mapping[str, Callable[[MainWindow], object]] = {
    "calibrate": lambda window: window.steps.calibrate(),
    "recover": _recover,
    "search": _search,
    "sensitivity": lambda window: window.network.rank(),
    "export": _export,
    "pages": _turn_pages,
    "resize": _resize,
}
ROWS: Mapping[str, Callable[[MainWindow], Iterator[Row]]] = {
    "open": _open,
    "later": _later,
    "drag": _drag,
    "culprit": _culprit,
    "memory": _memory,
    "clicks": _clicks,
}


def _ready(window: MainWindow) -> None:
    source = DataSource(DATA, DataOptions(preset="imagenet"))
    window.steps.open_model(MODEL, source, then_calibrate=True)
    until(lambda: window.document.outcome is not None and window.document.outcome.settled)
    until(lambda: window.document.table is not None)
    settle(window)


def _pull(window: MainWindow) -> str:
    """From the event of a drag to the figures and the plot drawn again."""
    rows = [row for row in window.document.outcome.rows if row.output and row.weight]
    window.document.select(rows[len(rows) // 2].name)
    view = window.show_view("distribution")
    until(lambda: bool(view.found))
    walls, works = [], []
    high = view.range.high
    for move in range(DRAG_MOVES):
        begun, worked = time.perf_counter(), time.thread_time()
        view.range.lines[1].pulled.emit(high * (1 - move / (2 * DRAG_MOVES)), True)
        QApplication.processEvents()
        walls.append(1e3 * (time.perf_counter() - begun))
        works.append(1e3 * (time.thread_time() - worked))
    view.range.lines[1].pulled.emit(high, False)
    return "{:.1f} ms ({:.1f})".format(*(np.percentile(each, 99) for each in (walls, works)))
