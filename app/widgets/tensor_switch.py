"""Output, weights or input of a layer: which of its tensors is looked at."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ..place import INPUT, OUTPUT, WEIGHT, Place
from .row import fill, horizontal
from .segments import Segments
from .tensor_choice import TensorChoice


class TensorSwitch(QWidget):
    """`chosen` names the tensor a person picked; a list comes where a role has several."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        names = ((OUTPUT, self.tr("Output")), (WEIGHT, self.tr("Weights")))
        self.roles = Segments(
            self.tr("Tensor of the layer"), (*names, (INPUT, self.tr("Input"))), wide=True
        )
        self.several = TensorChoice()
        self._places: tuple[Place, ...] = ()
        fill(horizontal(self, 0, 0, 0, 0, spacing=8), self.roles, self.several)
        self.roles.chosen.connect(self._take_role)
        self.several.chosen.connect(self.chosen)

    def offer(self, places: tuple[Place, ...], chosen: Place) -> None:
        """Shows what there is without telling anyone."""
        self._places = places
        known = {place.role for place in places}
        for role, button in self.roles.buttons.items():
            button.setEnabled(role in known)
        self.roles.show_value(chosen.role)
        alike = tuple(place for place in places if place.role == chosen.role)
        self.several.setVisible(len(alike) > 1)
        self.several.offer(alike, chosen)

    def _take_role(self, role: object) -> None:
        first = next((place for place in self._places if place.role == role), None)
        if first is not None:
            self.chosen.emit(first.tensor)
