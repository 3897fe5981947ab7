"""SQNR along the depth of the network: every tensor alone, and with all before it."""

from __future__ import annotations

from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QPushButton

from ..context import Context
from ..panels.view import View
from ..plots.canvas import Canvas
from ..plots.depth_curves import ACCUMULATED, OUTPUT, WEIGHT, DepthCurves
from ..rows import LayerRow
from ..text import decibel
from ..translation import counted
from ..widgets.elided_label import ElidedLabel
from ..widgets.row import fill, horizontal, vertical

_AXIS_WIDTH = 48


class NetworkView(View):
    shows_statistics = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._rows: tuple[LayerRow, ...] = ()
        self._drawn: tuple[object, ...] = ()
        self._make_parts()
        self._lay_out()
        self._connect()
        self.follow_layers(context.network.compared_changed)

    def refresh(self) -> None:
        outcome = self.context.peek.outcome
        if outcome is None or outcome.resolution is None:
            self.show_missing_statistics(
                self.tr("The quality of every layer along the network will be shown here.")
            )
            return
        self.show_body()
        self._rows = outcome.rows
        drawn = (outcome, self.context.network.compared)
        if drawn != self._drawn:
            self._drawn = drawn
            self.curves.show(WEIGHT, [row.weight_sqnr_db for row in self._rows])
            self.curves.show(OUTPUT, [row.activation_sqnr_db for row in self._rows])
            self._draw_accumulated()
            self.curves.fit(len(self._rows))
        self._note_state()
        self.curves.select(self._place())
        self._point(None)

    def select_at(self, place: int) -> None:
        if 0 <= place < len(self._rows):
            self.context.document.select(self._rows[place].name)

    def step(self, by: int) -> None:
        """Selects the next layer of the network, or the one before."""
        place = self._place()
        self.select_at(0 if place is None else place + by)

    def _accumulated(self, part: str) -> list[float | None]:
        """By row; None where a layer was not compared."""
        compared = self.context.network.compared
        layers = () if compared is None else compared.found.layers
        known = {layer.name: getattr(layer.accumulated, part).sqnr_db for layer in layers}
        return [known.get(row.name) for row in self._rows]

    def _draw_accumulated(self) -> None:
        if self.context.network.compared is None:
            self.curves.clear(ACCUMULATED)
            return
        for part in ACCUMULATED:
            self.curves.show(part, self._accumulated(part))

    def _note_state(self) -> None:
        network = self.context.network
        compared, stale = network.compared, network.comparison_is_stale
        self.curves.set_stale(stale)
        self.button.setEnabled(stale)
        if compared is None:
            text = self.tr("Accumulated error: not compared yet.")
        elif stale:
            text = self.tr("Accumulated error: of an older plan.")
        else:
            text = self.tr("Accumulated error on {0}.")
            text = text.format(counted(compared.found.samples, "sample"))
        self.state.setText(text)

    def _place(self) -> int | None:
        """Where the selected layer stands."""
        chosen = self.context.document.selection.layers[:1]
        return next((i for i, row in enumerate(self._rows) if row.name in chosen), None)

    def _click(self, event: MouseClickEvent) -> None:
        box = self.canvas.getViewBox()
        if box.sceneBoundingRect().contains(event.scenePos()):
            self.select_at(round(box.mapSceneToView(event.scenePos()).x()))

    def _point(self, at: QPointF | None) -> None:
        place = self._place() if at is None else round(at.x())
        if place is None or not 0 <= place < len(self._rows):
            self.hover.setText(self.tr("Click a layer to select it."))
            return
        row = self._rows[place]
        parts = [
            self.tr("weight {0} dB").format(decibel(row.weight_sqnr_db)),
            self.tr("output {0} dB").format(decibel(row.activation_sqnr_db)),
        ]
        if self.context.network.compared is not None:
            value = self._accumulated("both")[place]
            parts.append(self.tr("accumulated {0} dB").format(decibel(value)))
        self.hover.setText(f"{row.name}: {', '.join(parts)}")

    def _table(self) -> list[tuple[object, ...]]:
        heading = ("layer", "weight_sqnr_db", "output_sqnr_db", "accumulated_sqnr_db")
        rows = zip(self._rows, self._accumulated("both"), strict=True)
        return [
            heading,
            *((row.name, row.weight_sqnr_db, row.activation_sqnr_db, both) for row, both in rows),
        ]

    def _make_parts(self) -> None:
        self.hover, self.state = ElidedLabel(), ElidedLabel()
        self.hover.setProperty("dim", True)
        self.state.setProperty("dim", True)
        self.button = QPushButton(self.tr("Compare layers"))
        self.button.setToolTip(
            self.tr(
                "Runs the quantized network and compares every layer with the float one:\n"
                "the error of everything before it added up. Takes seconds."
            )
        )
        self.canvas = Canvas(
            self.context.theme,
            x=self.tr("layer, in order of execution"),
            y=self.tr("SQNR, dB"),
            name=self.tr("SQNR along the network"),
        )
        self.canvas.setToolTip(
            self.tr(
                "Alone: rounding of this tensor only, from statistics. Accumulated: all before\n"
                "it too, by running both networks. Above 30 dB is good; a fall names a culprit."
            )
        )
        self.canvas.getAxis("left").setWidth(_AXIS_WIDTH)
        self.canvas.table = self._table
        self.curves = DepthCurves(self.canvas, self.context.theme)

    def _lay_out(self) -> None:
        head = horizontal(None, 12, 8, 12, 4, spacing=12)
        fill(head, self.button, self.state, 1)
        foot = horizontal(None, 12, 4, 12, 8)
        foot.addWidget(self.hover)
        column = vertical(self.body, 0, 0, 0, 0, spacing=0)
        fill(column, head, (self.canvas, 1), foot)
        self._point(None)

    def _connect(self) -> None:
        self.button.clicked.connect(lambda _checked: self.context.network.compare())
        self.canvas.pointed.connect(self._point)
        self.canvas.fitted.connect(lambda: self.curves.fit(len(self._rows)))
        self.canvas.scene().sigMouseClicked.connect(self._click)
        self.canvas.call_on_arrows(self.step)
