"""What the file takes and gives, and where it ends."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from quantengine.errors import PlanError
from quantengine.plan import AS_IN_THE_NETWORK, IO, Edges, FixedShape

from ..translation import said
from ..widgets.choice_box import ChoiceBox
from ..widgets.label import Label, plain_tip
from ..widgets.row import fill, horizontal

_FLOAT = "float"


class EdgesForm(QWidget):
    """`wanted` comes with other edges, `refused` with what is wrong with those that were typed."""

    wanted = Signal(object)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._shown = AS_IN_THE_NETWORK
        self.io = self._make_io()
        self.shapes = self._line(
            self.tr("Shapes of inputs"),
            self.tr("as in the network"),
            self.tr(
                "The shape of an input in the file, such as input=1,3,224,224; several with\n"
                "spaces between them. What follows from it becomes constant."
            ),
        )
        self.outputs = self._line(
            self.tr("Ends at"),
            self.tr("the outputs of the network"),
            self.tr(
                "Tensors at which the file ends, such as boxes,scores. What lies behind them\n"
                "is not in the file, stays float and is part of what is judged."
            ),
        )
        line = horizontal(self, 0, 0, 0, 0, spacing=8)
        fill(line, self.io, Label(self.tr("shapes")), (self.shapes, 1))
        fill(line, Label(self.tr("ends at")), (self.outputs, 1))

    def show_edges(self, edges: Edges) -> None:
        """Those of the plan; what is being typed stays while these are the same."""
        if edges == self._shown:
            return
        self._shown = edges
        self.io.blockSignals(True)
        self.io.setCurrentIndex(self.io.findData(edges.io))
        self.io.blockSignals(False)
        self.shapes.setText(" ".join(map(_shape_text, edges.shapes)))
        self.outputs.setText(",".join(edges.outputs))

    @property
    def edges(self) -> Edges:
        """Those that are typed; raises PlanError."""
        shapes = tuple(_typed_shape(text) for text in self.shapes.text().split())
        outputs = tuple(name.strip() for name in self.outputs.text().split(","))
        return Edges(self.io.currentData(), shapes, tuple(filter(None, outputs)))

    def _want(self) -> None:
        try:
            edges = self.edges
        except PlanError as error:
            self.refused.emit(said(error))
            return
        if edges != self._shown:
            self.wanted.emit(edges)

    def _make_io(self) -> ChoiceBox:
        io = ChoiceBox()
        io.setAccessibleName(self.tr("Takes and gives"))
        for name in IO:
            io.addItem(self.tr("floats") if name == _FLOAT else name, name)
        io.setToolTip(
            self.tr(
                "What the file takes and gives. Codes of 8 bits spare a device the first and the\n"
                "last conversion; bytes of an image are fed as they are where mean and std can be\n"
                "one scale and a whole zero point."
            )
        )
        io.currentIndexChanged.connect(lambda _: self._want())
        return io

    def _line(self, name: str, empty: str, tip: str) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(name)
        line.setPlaceholderText(empty)
        line.setToolTip(plain_tip(tip))
        line.editingFinished.connect(self._want)
        return line


def _shape_text(shape: FixedShape) -> str:
    return f"{shape.input}={','.join(map(str, shape.shape))}"


def _typed_shape(text: str) -> FixedShape:
    name, _, sides = text.rpartition("=")
    numbers = sides.split(",")
    if not name or not all(part.isascii() and part.isdigit() for part in numbers):
        raise PlanError("'{0}' is no shape of an input: write input=1,3,224,224.", text)
    return FixedShape(name, tuple(map(int, numbers)))
