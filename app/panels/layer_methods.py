"""Other training methods for some layers, a line each."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QPlainTextEdit

from quantengine.errors import PlanError
from quantengine.finetune.settings import METHODS

from ..widgets.setting_field import SettingField

_WIDTH, _HEIGHT = 384, 48


class LayerMethods(SettingField):
    """Lines of `pattern = method`; the later ones win."""

    def __init__(self) -> None:
        translate = QCoreApplication.translate
        self.lines = QPlainTextEdit()
        super().__init__(
            translate("LayerMethods", "Methods of single layers"),
            translate(
                "LayerMethods",
                "Layers or tensors that another method trains, a line each: block1.* = lsq\n"
                "Known are {0}; later lines win.",
            ).format(", ".join(METHODS)),
            self.lines,
        )
        self.lines.setPlaceholderText(translate("LayerMethods", "pattern = method"))
        self.lines.setTabChangesFocus(True)
        self.lines.setFixedSize(_WIDTH, _HEIGHT)
        self.lines.textChanged.connect(self.changed)

    @property
    def value(self) -> tuple[tuple[str, str], ...]:
        """Raises PlanError for a line that is no pair."""
        lines = enumerate(self.lines.toPlainText().splitlines(), 1)
        return tuple(self._pair(number, line) for number, line in lines if line.strip())

    def show_value(self, value: Any) -> None:
        text = "\n".join(f"{pattern} = {method}" for pattern, method in value)
        self.lines.blockSignals(True)
        self.lines.setPlainText(text)
        self.lines.blockSignals(False)

    def _pair(self, number: int, line: str) -> tuple[str, str]:
        pattern, _, method = (part.strip() for part in line.rpartition("="))
        if not pattern or not method:
            text = self.tr("Line {0} of the methods of single layers is no pair: {1}")
            raise PlanError(text.format(number, line.strip()))
        return pattern, method
