"""Which tensor of a layer is looked at."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox

from ..place import INPUT, OUTPUT, WEIGHT, Place
from ..text import in_line
from ..widgets.choice_box import ChoiceBox
from ..widgets.label import plain_tip

_CHARACTERS = 22


class TensorChoice(ChoiceBox):
    """`chosen` names the tensor a person picked."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Tensor of the layer"))
        self.setMinimumContentsLength(_CHARACTERS + 2)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.activated.connect(lambda place: self.chosen.emit(self.itemData(place)))

    def offer(self, places: tuple[Place, ...], chosen: Place) -> None:
        """Lists the tensors without telling anyone."""
        names = {OUTPUT: self.tr("Output"), WEIGHT: self.tr("Weight"), INPUT: self.tr("Input")}
        self.clear()
        for place in places:
            self.addItem(
                f"{names[place.role]}  {self._fitting(in_line(place.tensor))}", place.tensor
            )
        self.setCurrentIndex(places.index(chosen))
        self.setToolTip(plain_tip(chosen.tensor))

    def _fitting(self, tensor: str) -> str:
        """The end of a long name tells tensors apart; the tooltip has all of it."""
        room = _CHARACTERS * self.fontMetrics().averageCharWidth()
        return self.fontMetrics().elidedText(tensor, Qt.TextElideMode.ElideLeft, room)
