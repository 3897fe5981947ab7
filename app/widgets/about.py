"""What this program is, and under which licences it and its parts are given."""

from __future__ import annotations

import platform
from importlib.metadata import version

import PySide6
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..translation import tr
from ..widgets.label import Label


def about() -> QWidget:
    """Versions to tell when something goes wrong, and licences."""
    content = QWidget()
    column = QVBoxLayout(content)
    column.setSpacing(8)
    title = Label(f"Quantscope {version('quantscope')}")
    title.setProperty("heading", True)
    column.addWidget(title)
    for text in (_versions(), *_licences()):
        column.addWidget(Label(text))
    return content


def _versions() -> str:
    parts = ("onnxruntime", "onnx", "numpy")
    named = [f"{name} {version(name)}" for name in parts]
    return ", ".join([f"Python {platform.python_version()}", f"Qt {PySide6.__version__}", *named])


def _licences() -> tuple[str, ...]:
    return (
        tr("Licence: Apache-2.0."),
        tr("Qt and PySide6 are used under the LGPL, version 3."),
        tr("Icons: Lucide, ISC and MIT licences."),
        tr("The demo network and its images are drawn by this project: Apache-2.0."),
    )
