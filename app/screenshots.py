"""Pictures of every view, taken from the window itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

from quantengine.finetune.settings import Settings
from quantengine.work.recipe import Recipe

from .decided import Changes
from .main_window import MainWindow
from .panels.export import ExportView
from .panels.search import SearchView
from .panels.speed import SpeedView
from .shots import Shots
from .treatments import torch_is_installed

_LAYER = 0.4
"""Which layer is shown: one in the middle has something to tell."""
_WORKED_MS, _SHOWN_MS = 200, 60
"""After this long without work, twice, nothing more is to come: of what begins when nothing else
runs, and of what is only shown."""
_FEW_BITS, _EPOCHS, _MOMENTS = 4, 20, 2


def take_screenshots(window: MainWindow, folder: Path, shots: Shots) -> list[Path]:
    """Saves pages, parts and sheets; the model must be open and calibrated."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = window.theme.choice
    outcome = window.document.outcome
    if outcome is not None and outcome.rows:
        quantized = [row for row in outcome.rows if row.weight and row.output]
        if quantized:
            window.document.select(quantized[int(_LAYER * len(quantized))].name)
    _settle(window)
    treated = _work(window)
    saved = []
    for theme, (width, height) in product(shots.themes, shots.sizes):
        window.theme.choose(theme)
        window.resize(width, height)
        window.frame.arrange()
        ending = f"{theme}-{width}x{height}{shots.mark}.png"
        for name, show in _scenes(window):
            show()
            if name in treated:
                window.document.edit(name, **treated[name])
            _settle(window, _WORKED_MS if name in treated else _SHOWN_MS)
            saved.append(folder / f"{name}-{ending}")
            window.grab().save(str(saved[-1]))
            if name in treated:
                window.document.undo_stack.undo()
                _settle(window)
    window.theme.choose(chosen)
    return saved


def _scenes(window: MainWindow) -> Iterator[tuple[str, Callable[[], object]]]:
    for page in window.views.pages:
        yield f"page-{page}", partial(window.show_page, page)
    for part in window.views.names:
        yield part, partial(window.show_view, part)


def _work(window: MainWindow) -> dict[str, Changes]:
    """Lets the views that need it do their work; what to have in use while they are pictured."""
    document = window.document
    treated: dict[str, Changes] = {"recover": {"recipe": Recipe(("auto",))}}
    if torch_is_installed():
        plan = document.plan.with_override("*", bits=_FEW_BITS)
        recipe = Recipe(("auto",), Settings(epochs=_EPOCHS))
        treated["finetune"] = {"plan": plan, "recipe": recipe}
    count = document.undo_stack.index()
    for decided in treated.values():
        document.edit("plan", plan=decided.get("plan", document.plan))
        _settle(window)
        chosen = decided["recipe"]
        assert chosen is not None
        window.treatments.start(chosen)
        _settle(window)
        document.undo_stack.setIndex(count)
        _settle(window)
    views = window.views
    search, export, speed = views.view("search"), views.view("export"), views.view("speed")
    assert isinstance(search, SearchView) and isinstance(export, ExportView)
    assert isinstance(speed, SpeedView)
    with TemporaryDirectory() as aside:
        export.path.setText(str(Path(aside) / "quantized.onnx"))
        network = window.network
        for work in (network.compare, network.rank, search.search, export.export, speed.measure):
            work()
            _settle(window)
    window.network.before = None  # of what was undone
    window.network.changed.emit()
    window.notice.hide()
    return treated


def save_start_page(window: MainWindow, folder: Path, mark: str = "") -> None:
    """The start page, before anything is open."""
    folder.mkdir(parents=True, exist_ok=True)
    window.grab().save(str(folder / f"start{mark}.png"))


def _settle(window: MainWindow, moment_ms: int = _WORKED_MS) -> None:
    """Lets the window work until nothing runs and no page is filled for two moments."""
    loop, timer, quiet = QEventLoop(), QTimer(), 0

    def look() -> None:
        nonlocal quiet
        quiet = 0 if window.jobs.jobs or window.views.is_filling else quiet + 1
        if quiet == _MOMENTS:
            loop.quit()

    timer.setInterval(moment_ms)
    timer.timeout.connect(look)
    timer.start()
    loop.exec()
    timer.stop()
    QCoreApplication.processEvents()  # what was shown last is laid out
