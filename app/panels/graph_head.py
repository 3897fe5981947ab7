"""What stands over the drawn model: what colours it, what is searched, what is folded."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from ..widgets.choice_box import ChoiceBox
from ..widgets.elided_label import ElidedLabel
from ..widgets.label import Label
from ..widgets.row import fill, horizontal

ACCUMULATED = "accumulated"


class GraphHead(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._make_figures()
        self._make_search()
        self._make_view()
        line = horizontal(self, 8, 8, 12, 4, spacing=8)
        fill(line, self.colour_by, self.compare, (self.state, 1), self.count, self.search)
        fill(line, self.modules, self.fit)

    def _make_figures(self) -> None:
        self.colour_by = ChoiceBox()
        self.colour_by.setAccessibleName(self.tr("Colour by"))
        for text, value in (
            (self.tr("SQNR, the worse of both"), "worse"),
            (self.tr("SQNR of the weight"), "weight"),
            (self.tr("SQNR of the output"), "output"),
            (self.tr("SQNR with all before it"), ACCUMULATED),
        ):
            self.colour_by.addItem(text, value)
        self.colour_by.setToolTip(
            self.tr(
                "The figure that colours the boxes, in dB; above 30 is good.\n"
                "The first three look at weight and output alone, the last adds up all before it."
            )
        )
        self.compare = QToolButton()
        self.compare.setProperty("switch", True)
        self.compare.setText(self.tr("Compare layers"))
        self.compare.setToolTip(
            self.tr("Runs the quantized network and compares every layer with the float one")
        )
        self.state = ElidedLabel()
        self.state.setProperty("dim", True)

    def _make_search(self) -> None:
        self.search = QLineEdit(placeholderText=self.tr("Find a node"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Find a node"))
        self.search.setToolTip(self.tr("Name or operator; Return goes to the next match"))
        self.search.setMinimumWidth(128)
        self.search.setMaximumWidth(220)
        self.count = Label()
        self.count.setProperty("dim", True)

    def _make_view(self) -> None:
        self.modules = QToolButton()
        self.modules.setText(self.tr("Modules"))
        self.modules.setCheckable(True)
        self.modules.setProperty("switch", True)
        self.modules.setToolTip(
            self.tr("Each module as one box; a double click or Return shows what is in it")
        )
        self.fit = QToolButton()
        self.fit.setProperty("switch", True)
        self.fit.setText(self.tr("Fit"))
        self.fit.setToolTip(
            self.tr(
                "The whole model in view (0)\n"
                "The wheel zooms, dragging moves, arrow keys follow the wires."
            )
        )
