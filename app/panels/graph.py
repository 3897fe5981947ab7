"""The model as a graph, its boxes in the colours of a figure, in step with the selection."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

from quantengine.graph.model import FloatModel
from quantengine.monitor import Monitor

from ..context import Context
from ..folding import MANY, Folding
from ..outcome import Outcome
from ..panels.graph_head import ACCUMULATED, GraphHead
from ..panels.view import View
from ..plots.drawing import Drawing, drawing_of
from ..plots.graph_box import Box, Look
from ..plots.graph_canvas import GraphCanvas
from ..rows import LayerRow
from ..text import decibel
from ..translation import reason_text
from ..widgets.elided_label import ElidedLabel
from ..widgets.legend import sqnr_legend, wire_legend
from ..widgets.row import fill, horizontal, vertical
from ..wiring import MODULE, NODE, Key, box_of, lay_out
from ..wrapping import wrapped

Figures = Mapping[str, float | None]
"""SQNR in dB by layer."""


class GraphView(View):
    shows_statistics = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.canvas = GraphCanvas(context.theme, self.tr("Graph of the model"))
        self._model: FloatModel | None = None
        self._parts: dict[str, str] = {}
        self._folding = self._begun = Folding.first(())
        self._make_head()
        self._lay_out()
        self._connect()
        document = context.document
        self.follow_layers(
            document.model_changed,
            context.network.compared_changed,
            context.theme.changed,
        )

    def refresh(self) -> None:
        outcome = self.context.peek.outcome
        if outcome is None:
            self.show_empty(self.tr("The model will be drawn here once it is open."))
            return
        if outcome.model is not self._model:
            self._begin(outcome)
            return
        self._show_figures(outcome)
        self._show_selection()

    def select_box(self, key: Key, joins: bool = False) -> None:
        """Selects the layer a box belongs to, or the layers of a module."""
        kind, name = key
        document = self.context.document
        if kind == MODULE:
            document.select(*self._layers_in(name))
        if kind != NODE:
            return
        layer = self._parts.get(name, name)
        before = document.selection.layers if joins else ()
        if layer in before:
            document.select(*(other for other in before if other != layer))
        else:
            document.select(layer, *before)

    def show_matches(self, text: str) -> tuple[Key, ...]:
        """Fades what does not hold every word of `text`; the boxes that do."""
        words = text.casefold().split()
        boxes = self.canvas.boxes.items()
        found = tuple(
            key for key, box in boxes if all(word in self._searched(box) for word in words)
        )
        self.canvas.show_matches(found if words else None)
        counted = self.tr("{0} of {1}").format(len(found), len(boxes))
        self.count.setText(counted if words else "")
        return found if words else ()

    def select_next_match(self) -> None:
        """The first match behind the selected box; from the last on to the first."""
        kinds = (NODE, MODULE)
        found = [key for key in self.show_matches(self.search.text()) if key[0] in kinds]
        if not found:
            return
        keys = list(self.canvas.boxes)
        chosen = self.context.document.selection.layers
        box = self._box(chosen[0]) if chosen else None
        now = keys.index(box) if box in keys else -1
        ahead = next((key for key in found if keys.index(key) > now), found[0])
        self.select_box(ahead)

    def fold(self, on: bool) -> None:
        """Draws modules as one box each, as deep as there is room for, or every node."""
        self._draw(self._folding.folded if on else self._folding.whole)

    def open_box(self, key: Key) -> None:
        """Shows what is in a module."""
        if key[0] == MODULE:
            self._draw(self._folding.open(key[1]))

    def _begin(self, outcome: Outcome) -> None:
        parts = _parts(outcome)
        names = [node.name for node in outcome.model.graph.node if node.name not in parts]
        if tuple(names) != self._begun.names:  # else asked again before it was drawn
            self._begun = Folding.first(names)
        folding, has_modules = self._begun, self._begun.has_modules
        self.modules.setVisible(has_modules)
        self.modules.setChecked(has_modules and len(names) > MANY)
        self._draw(folding if self.modules.isChecked() else folding.whole)

    def _draw(self, folding: Folding) -> None:
        outcome = self.context.document.outcome
        if outcome is None:
            return
        self.show_empty(self.tr("Drawing the model."))
        model, parts = outcome.model, _parts(outcome)

        def call(monitor: Monitor) -> Drawing:
            return drawing_of(wrapped(lay_out(model, parts, folding.modules, monitor=monitor)))

        job = self.context.steps.start("graph", self.tr("Drawing the model"), call)
        job.done.connect(lambda drawing: self._show_drawing(model, folding, drawing))

    def _show_drawing(self, model: FloatModel, folding: Folding, drawing: Drawing) -> None:
        outcome = self.context.document.outcome
        if outcome is None or outcome.model is not model:
            return
        self.show_body()
        self._model, self._folding = model, folding
        self._parts = _parts(outcome)
        self.canvas.show_drawing(drawing)
        self._show_figures(outcome)
        chosen = self.context.document.selection.layers
        self.canvas.start_at(self._box(chosen[0]) if chosen else None)
        self._show_selection()
        self.show_matches(self.search.text())

    def _show_figures(self, outcome: Outcome) -> None:
        self._note_state()
        figures = self._figures(outcome)
        theme = self.context.theme
        looks = {}
        for kind, name in self.canvas.boxes:
            value = figures.get(name) if kind == NODE else None
            if kind == MODULE:
                value = _least(figures.get(each) for each in self._layers_in(name))
            part = self._parts.get(name, name)
            looks[kind, name] = Look(
                "" if value is None else self.tr("{0} dB").format(decibel(value)),
                None if value is None else theme.sqnr_colour(value),
                kind == NODE and part in outcome.flow.reasons,
            )
        self.canvas.show_looks(looks, _tensors_as_codes(outcome))

    def _figures(self, outcome: Outcome) -> Figures:
        metric = self.colour_by.currentData()
        if metric == ACCUMULATED:
            compared = self.context.network.compared
            layers = () if compared is None else compared.found.layers
            return {layer.name: layer.accumulated.both.sqnr_db for layer in layers}
        read = _METRICS[metric]
        return {row.name: read(row) for row in outcome.rows}

    def _note_state(self) -> None:
        """What is missing for the figures of the chosen kind, or that they are of an older plan."""
        document, network = self.context.document, self.context.network
        outcome = document.outcome
        measured = outcome is not None and outcome.resolution is not None
        asked = self.colour_by.currentData() == ACCUMULATED
        self.compare.setVisible(measured and asked and network.comparison_is_stale)
        if not measured:
            self.state.setText(self.tr("Calibrate for colours and figures."))
        elif asked and network.compared is None:
            self.state.setText(self.tr("Not compared yet."))
        elif asked and network.comparison_is_stale:
            self.state.setText(self.tr("Of an older plan."))
        else:
            self.state.setText("")

    def _show_selection(self) -> None:
        layers = self.context.document.selection.layers
        chosen = {key for key in self.canvas.boxes if self._parts.get(key[1], key[1]) in layers}
        nodes = {key for key in chosen if key[0] == NODE}
        self.canvas.show_chosen({*nodes, *map(self._box, layers)})
        if layers:
            self.canvas.reveal(self._box(layers[0]))

    def _box(self, layer: str) -> Key:
        return box_of(layer, self._folding.modules)

    def _layers_in(self, module: str) -> list[str]:
        outcome = self.context.document.outcome
        names = [] if outcome is None else [row.name for row in outcome.rows]
        return [name for name in names if self._folding.modules.get(name) == module]

    def _searched(self, box: Box) -> str:
        """The words that a box is found by: those of all that is folded into it."""
        words = [box.name, box.operator]
        if box.key[0] == MODULE:
            folded = self._folding.modules.items()
            words += [name for name, module in folded if module == box.name]
        return " ".join(words).casefold()

    def _point(self, key: Key | None) -> None:
        box = None if key is None else self.canvas.boxes[key]
        outcome = self.context.document.outcome
        if box is None or outcome is None:
            self.hover.setText("")
            return
        parts = [box.name, box.operator, box.look.figure]
        if box.key[0] == NODE:
            reason = outcome.flow.reasons.get(box.name)
            parts.append("" if reason is None else reason_text(reason))
        self.hover.setText(" \N{MIDDLE DOT} ".join(part for part in parts if part))

    def _make_head(self) -> None:
        self.head = GraphHead()
        self.colour_by, self.search, self.count = (
            self.head.colour_by,
            self.head.search,
            self.head.count,
        )
        self.modules, self.fit = self.head.modules, self.head.fit
        self.compare, self.state = self.head.compare, self.head.state
        self.hover = ElidedLabel()
        self.hover.setProperty("dim", True)

    def _lay_out(self) -> None:
        foot = horizontal(None, 12, 4, 12, 8, spacing=16)
        fill(foot, sqnr_legend(self.context.theme), wire_legend(self.context.theme), 1, self.hover)
        column = vertical(self.body, 0, 0, 0, 0, spacing=0)
        fill(column, self.head, (self.canvas, 1), foot)

    def _connect(self) -> None:
        self.canvas.clicked.connect(self.select_box)
        self.canvas.pointed.connect(self._point)
        self.canvas.opened.connect(self.open_box)
        self.modules.clicked.connect(self.fold)
        self.fit.clicked.connect(lambda _checked: self.canvas.fit())
        self.compare.clicked.connect(lambda _checked: self.context.network.compare())
        self.colour_by.currentIndexChanged.connect(lambda _place: self.request_refresh())
        self.search.textChanged.connect(self.show_matches)
        self.search.returnPressed.connect(self.select_next_match)


_METRICS: Mapping[str, Callable[[LayerRow], float | None]] = {
    "worse": lambda row: row.sqnr_db,
    "weight": lambda row: row.weight_sqnr_db,
    "output": lambda row: row.activation_sqnr_db,
}


def _least(values: Iterable[float | None]) -> float | None:
    """The worst that is known."""
    return min((v for v in values if v is not None and not math.isnan(v)), default=None)


def _parts(outcome: Outcome) -> dict[str, str]:
    """The Relu and Clip nodes that belong to a layer, by name."""
    owners = {layer.output: layer.name for layer in outcome.layers if not layer.minor}
    minor = (layer for layer in outcome.layers if layer.minor)
    return {layer.name: owners[layer.output] for layer in minor if layer.output in owners}


def _tensors_as_codes(outcome: Outcome) -> frozenset[str]:
    resolution = outcome.resolution
    if resolution is None:
        return frozenset()
    known, flow = resolution.encodings.activations, outcome.flow
    coded = {tensor for tensor, owner in flow.owners.items() if owner in known}
    # Runtimes fuse a layer with the Relu or Clip behind it: no float number passes between them.
    fused = {each.node.output[0] for each in flow.nodes.values() if each.output in coded}
    return frozenset(coded | fused)
