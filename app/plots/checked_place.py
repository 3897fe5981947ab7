"""Pictures are written like every other output: not over what was read."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget


@runtime_checkable
class Checks(Protocol):
    """What pictures lie in knows what was read."""

    def check_place(self, path: Path) -> None:
        """Raises QuantError for a place where nothing may be written."""


class CheckedPlace:
    """A widget whose picture goes nowhere that what it lies in refuses, whenever it was made."""

    def check(self, path: Path) -> None:
        """Raises QuantError for a place where nothing may be written."""
        assert isinstance(self, QWidget)
        around: QWidget | None = self.parentWidget()
        while around is not None:
            if isinstance(around, Checks):
                around.check_place(path)
            around = around.parentWidget()
