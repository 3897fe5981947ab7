"""Keeps onnxruntime from sending usage events, which its wheels do by default since 1.29."""

from __future__ import annotations

import os
import sys
import warnings
from types import ModuleType

SWITCH = "ORT_DISABLE_TELEMETRY"
"""Read by onnxruntime when it is imported; only 1 or true switches its events off."""

_FIRST_TO_SEND = (1, 29)


def switch_off_telemetry() -> None:
    """Sets the switch for this process and its children, unless the person set it.

    Warns where onnxruntime was imported before: then the switch comes too late for this process.
    """
    if SWITCH in os.environ:
        return
    os.environ[SWITCH] = "1"
    imported = sys.modules.get("onnxruntime")
    if imported is not None and _sends(imported):
        warnings.warn(
            "onnxruntime was imported before quantengine and may send usage events: import "
            f"quantengine first, or set {SWITCH}=1 before Python starts.",
            RuntimeWarning,
            stacklevel=2,
        )


def _sends(onnxruntime: ModuleType) -> bool:
    numbers = str(getattr(onnxruntime, "__version__", "0.0")).split(".")[:2]
    return all(map(str.isdigit, numbers)) and tuple(map(int, numbers)) >= _FIRST_TO_SEND
