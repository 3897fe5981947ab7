"""The ranges of another file, drawn over the values of the open network."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QObject, Signal

from .document import Document

_NOTHING: Mapping[str, tuple[float, float]] = MappingProxyType({})


class Beside(QObject):
    """`name` of the file that Compare has chosen, and its range of each tensor; empty without."""

    changed = Signal()

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.name = ""
        self._ranges = _NOTHING
        document.model_changed.connect(self.clear)

    def show(self, name: str, ranges: Mapping[str, tuple[float, float]]) -> None:
        self.name, self._ranges = name, ranges
        self.changed.emit()

    def clear(self) -> None:
        if self.name:
            self.show("", _NOTHING)

    def of(self, tensor: str) -> tuple[float, float] | None:
        return self._ranges.get(tensor)
