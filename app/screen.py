"""Whether a window can be opened here: asked before Qt is, which would end the process."""

from __future__ import annotations

import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path

_PACKAGES = (
    "libegl1 libgl1 libglib2.0-0 libxkbcommon0 libxkbcommon-x11-0 libfontconfig1 libdbus-1-3 "
    "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"
)
_PLUGIN = "Qt/plugins/platforms/libqxcb.so"


def lacking(error: Exception) -> str:
    """The sentence for a library that is not there."""
    return (
        f"The window needs libraries that this system lacks ({error}): "
        f"on Debian or Ubuntu run 'apt-get install {_PACKAGES}'."
    )


def obstacle() -> str | None:
    """Why no window can be shown, in a sentence; None where nothing speaks against it."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if not sys.platform.startswith("linux") or chosen not in ("", "xcb"):
        return None
    if not has_screen():
        return (
            "There is no screen to open a window on: start Quantscope in a desktop session, or "
            "use 'quantengine' in the terminal."
        )
    if not chosen and os.environ.get("WAYLAND_DISPLAY"):
        return None
    return _plugin_obstacle()


def has_screen() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _plugin_obstacle() -> str | None:
    found = find_spec("PySide6")
    folders = [] if found is None else found.submodule_search_locations or []
    for plugin in (Path(folder) / _PLUGIN for folder in folders):
        if plugin.is_file():
            try:
                ctypes.CDLL(str(plugin))
            except OSError as error:
                return lacking(error)
    return None
