"""The guide that comes with the program, in the person's browser; it needs no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from quantengine.bundled import guide

from .translation import tr

if TYPE_CHECKING:
    from .steps import Steps


def open_guide(steps: Steps) -> None:
    """Says where it lies where nothing can show it."""
    page = guide()
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(page))):
        steps.refuse("guide", tr("No browser could be opened: the guide is {0}.").format(page))
