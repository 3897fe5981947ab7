"""What can be done with a bad layer in one click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from ..widgets.label import plain_tip
from ..widgets.row import push_button


class LayerEdits(Protocol):
    """What the buttons call; it acts on the selected layers."""

    def set_quantized(self, on: bool) -> None: ...
    def set_bits(self, bits: int) -> None: ...
    def set_per_channel(self) -> None: ...
    def best_method(self) -> None: ...
    def best_for_output(self) -> None: ...
    def correct_bias(self) -> None: ...
    def reset(self) -> None: ...


class TuneButtons(QWidget):
    """A grid of buttons, by name in `buttons`."""

    def __init__(self, edits: LayerEdits) -> None:
        super().__init__()
        entries = self._entries(edits)
        self._tips = {name: tip for name, (_, _, tip) in entries.items()}
        self.buttons: dict[str, QPushButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setSpacing(8)
        for place, (name, entry) in enumerate(entries.items()):
            button = self.buttons[name] = push_button(*entry)
            grid.addWidget(button, place // 2, place % 2)

    def allow(self, name: str, obstacle: str) -> None:
        """A button that cannot help says why."""
        self.buttons[name].setEnabled(not obstacle)
        self.buttons[name].setToolTip(plain_tip(obstacle or self._tips[name]))

    def _entries(self, edits: LayerEdits) -> dict[str, tuple[str, Callable[[], object], str]]:
        return {
            "float": (
                self.tr("Keep float"),
                lambda: edits.set_quantized(False),
                self.tr("Leave the selected layers out of quantization"),
            ),
            "bits": (
                self.tr("16 bit"),
                lambda: edits.set_bits(16),
                self.tr("16 bits for weight and output: larger and slower, nearly exact"),
            ),
            "channel": (
                self.tr("Per channel"),
                edits.set_per_channel,
                self.tr("A scale for each output channel of the weight"),
            ),
            "best": (
                self.tr("Best method"),
                edits.best_method,
                self.tr("Try every range method and take the one of highest SQNR"),
            ),
            "output": (
                self.tr("Best for output"),
                edits.best_for_output,
                self.tr("Try every method and run the network: take what its outputs like best"),
            ),
            "bias": (
                self.tr("Correct bias"),
                edits.correct_bias,
                self.tr("Make up for what rounding shifts in the layer's output, if that helps"),
            ),
            "reset": (self.tr("Reset"), edits.reset, self.tr("Back to the defaults of the target")),
        }
