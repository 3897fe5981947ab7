"""What the first model needs is imported while the start page is looked at."""

from __future__ import annotations

import gc
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from .pages import parts

_ENGINE = (
    "numpy.ma",
    "quantengine.opening.open",
    "quantengine.observe.calibrate",
    "quantengine.work.export",
    "quantengine.work.kept",
    "quantengine.work.presets",
    "quantengine.project_file",
)
PLOT_ITEM = ".plots.plot_item"
_LARGE = {
    "llvmlite": "binding/*llvmlite*",
    "onnxruntime": "capi/*_pybind11_state*",
    "onnx": "*_cpp2py_export*",
}
"""By package, the library that takes long to read."""
_PIECE = 1 << 20
_NEVER = 1_000_000
"""Looking through all that is imported for garbage takes 0.1 s, and everything waits."""


class Imports:
    """Modules that hold up whoever imports them first: `begin` does it on a thread of its own."""

    def __init__(self) -> None:
        self._begun: dict[str, Future[object]] = {}

    def begin(self) -> None:
        panels = [panel(part.name) for part in parts()]
        names = ("pyqtgraph", PLOT_ITEM, panel("tune"), ".outcome", *panels, *_ENGINE)
        with_thread = ThreadPoolExecutor(1, thread_name_prefix="imports")
        usual = gc.get_threshold()
        gc.set_threshold(*usual[:2], _NEVER)
        with_thread.submit(read_libraries, "llvmlite")
        self._begun = {name: with_thread.submit(import_module, name, __package__) for name in names}
        self._begun["garbage"] = with_thread.submit(_set_aside, usual)
        with_thread.shutdown(wait=False)

    def are_done(self, module: str) -> bool:
        """Whether nothing is waited for by importing it now."""
        found = self._begun.get(module)
        return found is None or found.done()

    def stop(self) -> None:
        """Leaves out what is left."""
        for each in self._begun.values():
            each.cancel()


def _set_aside(thresholds: tuple[int, int, int]) -> None:
    """What is there now is never looked through; what comes is, as usual."""
    gc.freeze()
    gc.set_threshold(*thresholds)


def read_libraries(*packages: str) -> None:
    """For a thread that imports them next: it would hold the interpreter while the disk is read."""
    for package in packages:
        _read(package)


@cache
def _read(package: str) -> None:
    piece, spec = bytearray(_PIECE), find_spec(package)
    for folder in (spec and spec.submodule_search_locations) or ():
        for path in Path(folder).glob(_LARGE[package]):
            # What cannot be read the import says better.
            with suppress(OSError), path.open("rb", buffering=0) as library:
                while library.readinto(piece):
                    pass


def panel(name: str) -> str:
    """The module of a part."""
    return f".panels.{name}"
