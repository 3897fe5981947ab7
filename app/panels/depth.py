"""Error along the network: with all before as a line, each layer alone as bars, falls by name."""

from __future__ import annotations

import math

from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QPointF, Qt

from quantengine.verdict.verdict import Verdict

from ..context import Context
from ..layer_tree import LayerTree
from ..outcome import Outcome
from ..panels.view import View
from ..plots.canvas import Canvas
from ..plots.depth_plot import Band, DepthPlot
from ..plots.flags import Flag
from ..ready import FEW
from ..rows import LayerRow
from ..text import decibel, gain, number, signed
from ..translation import counted
from ..widgets.elided_label import ElidedLabel
from ..widgets.label import Label
from ..widgets.row import fill, horizontal, vertical

_AXIS_WIDTH = 40
_MOST_FLAGS, _FALL_DB, _GAIN_DB = 3, 3.0, 0.3
"""Falls that are named: no more than these, and none that is smaller."""
_FEW_BANDS = 4


class DepthView(View):
    shows_statistics = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._rows: tuple[LayerRow, ...] = ()
        self._short: tuple[str, ...] = ()
        self.pieces = iter((self._make_parts, self._make_plot, self._lay_out, self._connect))

    def refresh(self) -> None:
        outcome, network = self.context.peek.outcome, self.context.network
        if outcome is None or outcome.resolution is None:
            self.show_missing_statistics(
                self.tr("Where along the network the error is made will be drawn here.")
            )
            return
        self.show_body()
        rows = network.rows(outcome)
        if rows != self._rows:
            anew = [row.name for row in rows] != [row.name for row in self._rows]
            self._draw(outcome, rows, anew=anew)
        self._note_state()
        self._name_ends()
        self.plot.set_stale(network.errors_are_stale)
        self.plot.select(self._place())
        self._point(None)

    def _forget(self) -> None:
        """Nothing is kept of a model that was closed."""
        self._rows, self._short = (), ()

    def select_at(self, place: int) -> None:
        if 0 <= place < len(self._rows):
            self.context.document.select(self._rows[place].name)

    def step(self, by: int) -> None:
        """Selects the next layer of the network, or the one before."""
        place = self._place()
        self.select_at(0 if place is None else place + by)

    def _draw(self, outcome: Outcome, rows: tuple[LayerRow, ...], *, anew: bool) -> None:
        self._rows, self._short = rows, outcome.tree.short
        self.plot.show(
            [row.sqnr_db for row in self._rows],
            [row.accumulated_db for row in self._rows],
            _bands(outcome.tree),
        )
        self.plot.flag([self._flag(place) for place in flagged(self._rows)])
        if anew:
            self.plot.fit()

    def _flag(self, place: int) -> Flag:
        row = self._rows[place]
        name, height = self._short[place], row.accumulated_db
        assert height is not None
        if row.gain_own is not None:
            text = self.tr("{0}: {1} in your metric if kept float")
            return Flag(place, height, text.format(name, signed(row.gain_own)))
        if row.gain_db is not None:
            text = self.tr("{0}: {1} dB at the output if kept float")
            return Flag(place, height, text.format(name, gain(row.gain_db)))
        text = self.tr("{0}: {1} dB here")
        return Flag(place, height, text.format(name, gain(row.drop_db)))

    def _note_state(self) -> None:
        network, dataset = self.context.network, self.context.document.dataset
        if network.errors is None:
            self.state.setText(
                self.tr("bars: each layer alone, dB")
                if dataset is not None
                else self.tr("bars: each layer alone, dB; with data the error is followed too")
            )
            return
        count = min(FEW, len(network.errors.dataset))
        text = self.tr("line: with all before it ({0}); bars: each layer alone; dB")
        self.state.setText(text.format(counted(count, "sample")))

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
        known = place is not None and 0 <= place < len(self._rows)
        self.hover.setText(self._told(place) if known and place is not None else "")

    def _told(self, place: int) -> str:
        row = self._rows[place]
        parts = [self.tr("alone {0} dB").format(decibel(row.sqnr_db))]
        if row.accumulated_db is not None:
            parts.append(self.tr("so far {0}").format(decibel(row.accumulated_db)))
        if row.drop_db is not None:
            parts.append(self.tr("drop {0}").format(gain(row.drop_db)))
        if row.gain_own is not None:
            parts.append(self.tr("if float {0} in your metric").format(signed(row.gain_own)))
        elif row.gain_db is not None:
            parts.append(self.tr("if float {0}").format(gain(row.gain_db)))
        return f"{self._short[place]}: {', '.join(parts)}"

    def _name_ends(self) -> None:
        """What stands at both ends of what is seen."""
        (left, right), _ = self.canvas.getViewBox().viewRange()
        first, last = max(math.ceil(left), 0), min(math.floor(right), len(self._rows) - 1)
        if not 0 <= first <= last:
            return
        self.first.setText(self.tr("first layer") if first == 0 else self._short[first])
        found = self._verdict()
        if last < self.plot.last or found is None:
            self.last.setText(self._short[last])
        elif found.own is not None:
            self.last.setText(self.tr("output {0}").format(number(found.own.candidate)))
        else:
            self.last.setText(self.tr("output {0} dB").format(decibel(found.sqnr_db)))

    def _verdict(self) -> Verdict | None:
        """The one of the header: on all samples that judge where that is known, else on some."""
        network, rehearsed = self.context.network, self.context.findings.rehearsed
        if rehearsed is not None and network.is_current(rehearsed):
            return rehearsed.found.verdict
        return None if network.measured is None else network.measured.found

    def _table(self) -> list[tuple[object, ...]]:
        keys = ("name", "sqnr_db", "accumulated_db", "drop_db", "gain_db")
        return [("layer", *keys[1:]), *(tuple(getattr(r, k) for k in keys) for r in self._rows)]

    def _make_parts(self) -> None:
        self.title = Label(self.tr("Error along the network"))
        self.title.setProperty("heading", True)
        self.state = ElidedLabel()
        self.hover = ElidedLabel(lines=2, elide=Qt.TextElideMode.ElideLeft)  # figures are last
        self.first, self.last = Label(), Label()
        for label in (self.state, self.hover, self.first, self.last):
            label.setProperty("dim", True)
        self.state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.hover.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.canvas = Canvas(
            self.context.theme, x="", y="", name=self.tr("Error along the network")
        )
        self.canvas.setToolTip(
            self.tr(
                "SQNR in dB, more is better. Bars: rounding this layer alone, from statistics.\n"
                "Line: with all before it rounded too. A fall names a culprit; click selects."
            )
        )
        self.canvas.getAxis("bottom").setStyle(showValues=False)
        self.canvas.getAxis("bottom").setTicks([[]])
        self.canvas.getAxis("bottom").setHeight(1)
        self.canvas.getAxis("left").setWidth(_AXIS_WIDTH)
        self.canvas.table = self._table

    def _make_plot(self) -> None:
        self.plot = DepthPlot(self.canvas, self.context.theme)

    def _lay_out(self) -> None:
        head = horizontal(None, 12, 8, 12, 0, spacing=12)
        fill(head, self.title, (self.state, 1))
        foot = horizontal(None, _AXIS_WIDTH + 4, 0, 12, 4, spacing=12)
        fill(foot, self.first, (self.hover, 1), self.last)
        column = vertical(self.body, 0, 0, 0, 0, spacing=0)
        fill(column, head, (self.canvas, 1), foot)

    def _connect(self) -> None:
        self.canvas.pointed.connect(self._point)
        self.canvas.fitted.connect(self.plot.fit)
        self.canvas.getViewBox().sigXRangeChanged.connect(lambda *_: self._name_ends())
        self.canvas.scene().sigMouseClicked.connect(self._click)
        self.canvas.call_on_arrows(self.step)
        context = self.context
        self.follow_layers(context.network.layers_changed, context.network.changed)
        self.follow(context.findings.changed)
        context.document.model_changed.connect(self._forget)


def flagged(rows: tuple[LayerRow, ...]) -> list[int]:
    """Places of the culprits, from the first: those that gain most float, else that fall most."""
    known = [place for place, row in enumerate(rows) if _is_number(row.accumulated_db)]
    costs = {place: _cost(rows[place]) for place in known}
    if any(rows[place].gain_db is not None for place in known):
        least = _GAIN_DB
    else:
        costs = {place: -(rows[place].drop_db or 0.0) for place in known}
        least = _FALL_DB
    worst = sorted((p for p in known if costs[p] >= least), key=lambda p: -costs[p])
    return sorted(worst[:_MOST_FLAGS])


def _cost(row: LayerRow) -> float:
    found = row.gain_db if row.gain_own is None else row.gain_own
    return found if found is not None and math.isfinite(found) else -math.inf


def _is_number(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _bands(tree: LayerTree) -> list[Band]:
    """Every other module, of the outermost level at which there are some; others have no band."""
    deepest = max(map(len, tree.above), default=0)
    levels = [_modules(tree, depth) for depth in range(1, deepest + 1)]
    return next((found for found in levels if len(found) >= _FEW_BANDS), [])[1::2]


def _modules(tree: LayerTree, depth: int) -> list[Band]:
    """From where to where each module of a depth lies, or what of it lies together."""
    found: list[tuple[str, Band]] = []
    for place, above in enumerate(tree.above):
        if not above:
            continue
        path = above[:depth][-1]
        if found and found[-1][0] == path and found[-1][1][1] == place - 1:
            found[-1] = (path, (found[-1][1][0], place))
        else:
            found.append((path, (place, place)))
    return [band for _, band in found]
