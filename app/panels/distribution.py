"""The values of one tensor, its range as lines to drag, and the search that chose it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget

from quantengine.analyze.grid import Figures, judge
from quantengine.plan import Setting

from ..candidates import Trial, candidates
from ..context import Context
from ..edits import set_tensor
from ..outcome import Outcome
from ..panels.view import View
from ..place import WEIGHT, Place
from ..plots.canvas import Canvas
from ..plots.curve import Curve
from ..plots.file_range import FileRange
from ..plots.value_plot import ValuePlot
from ..subject import Subject, ends_of, figures, of_channel, places, subject
from ..translation import counted, reason_text, tr_engine
from ..walk import Walk
from ..widgets.label import Label
from ..widgets.row import fill, vertical
from .distribution_head import DistributionHead
from .shown_codes import ShownCodes

_AXIS_WIDTH, _CURVE_HEIGHT = 68, 88


class DistributionView(View):
    shows_statistics = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.subject: Subject | None = None
        self.figures: Figures | None = None
        self.found: tuple[Trial, ...] = ()
        self._tried: tuple[object, ...] = ()
        self._nudging = False
        self._walk: Walk | None = None
        makes = (self._make_values, self._make_curve, self._make_head)
        self.pieces = iter((*makes, self._lay_out, self._connect))

    def refresh(self) -> None:
        outcome, selection = self.context.peek.outcome, self.context.document.selection
        growing = self.context.document.growing
        if outcome is None or (outcome.table is None and growing is None):
            self.show_missing_statistics(self.tr("The values of every tensor will be here."))
            return
        layer = self._layer(outcome)
        if layer is None:
            self.show_empty(self.tr("Choose a layer on the left to see its values."))
            return
        offered = places(outcome, layer)
        if not offered:
            self._explain(outcome, layer)
            return
        place = next((p for p in offered if p.tensor == selection.tensor), offered[0])
        self.tensors.offer(offered, place)
        self.head.show_channel(place, selection.channel)
        stats = self.context.network.ready.stats(outcome, place, selection.channel)
        if growing is not None and place.role != WEIGHT:
            stats = growing.tensors.get(place.tensor)
        if stats is None and place.role == WEIGHT:
            self.show_empty(self.tr("Reading the weight."))
            self._fetch_weight(place, selection.channel)
            return
        channel = selection.channel if place.role == WEIGHT else None
        self._show(of_channel(subject(outcome, layer, place, stats), channel))

    def _explain(self, outcome: Outcome, layer: str) -> None:
        """Says why there is nothing to see of a layer."""
        reason = outcome.flow.reasons.get(layer)
        why = "" if reason is None else reason_text(reason)
        self.show_empty(self.tr("{0} stays float: {1}.").format(layer, why))

    def _layer(self, outcome: Outcome) -> str | None:
        """The selected layer; while the first calibration runs, one whose values fill in."""
        chosen = self.context.document.selection.layers
        if chosen or outcome.table is not None:
            return chosen[0] if chosen else None
        return next((row.name for row in outcome.rows if row.output), None)

    def _show(self, shown: Subject) -> None:
        before, self.subject = self.subject, shown
        stats = shown.stats
        if stats is None or not stats.count:
            self.show_empty(self.tr("No values of this tensor were seen."))
            return
        self.show_body()
        is_other = before is None or before.stats is not stats
        if is_other:
            self.canvas.show_values(stats.distribution)
        self._show_range(shown)
        if is_other:
            self.canvas.fit_values()
        self._show_file(shown)
        searched = self.curve.show(shown.choice)
        self._no_curve.setText(self._why_no_curve(shown))
        self._under.setCurrentWidget(self.curve_canvas if searched else self._no_curve)
        self._try_methods(shown)

    def _show_file(self, shown: Subject) -> None:
        """The range of another file, where one is looked at."""
        beside = self.context.beside
        ends = None if shown.place.role == WEIGHT else beside.of(shown.place.tensor)
        self.file_range.show(ends, beside.name)

    def _show_range(self, shown: Subject) -> None:
        if shown.encoding is None or shown.stats is None:
            self.range.hide()
            self._set_figures(None)
            return
        movable = shown.is_free and not self.context.peek.held
        low, high = ends_of(shown)
        if not self._is_walking(shown):
            self.range.show_range(low, high, movable=movable, mirrored=shown.plan.symmetric)
        self.foot.set_movable(movable, self._why_fixed(shown))
        if shown.is_odd or not shown.is_scalar:
            self._set_figures(None)
            self.foot.show_channels(low, high, shown.sqnr_db)
        else:
            found = judge(shown.stats.distribution, shown.encoding)
            if shown.sqnr_db is not None and self.context.document.selection.channel is None:
                found = replace(found, sqnr_db=shown.sqnr_db)
            self._set_figures(found)
            self.foot.show_ends(*self.range.ends)
        if shown.has_chosen_codes or not shown.is_scalar:
            self.codes.fetch(shown)

    def _why_fixed(self, shown: Subject) -> str:
        if shown.is_odd:
            return self.tr("Recovery found the scale of these levels.")
        if shown.follows:
            return self.tr("It takes type and method of the activation it meets.")
        return self.tr("Each channel has its own range: choose per tensor to set it by hand")

    def _is_walking(self, shown: Subject) -> bool:
        """Whether the outcome is of an earlier step than the lines stand at."""
        if self._walk is None or self.context.peek.held:
            return False
        still = self._walk.stands_at(shown.place.tensor, self.range.ends)
        return still and self.context.document.outcome_is_stale

    def _preview(self, low: float, high: float) -> None:
        shown, outcome = self.subject, self.context.document.outcome
        if shown is not None and outcome is not None:
            self._set_figures(figures(outcome, shown, low, high))
            self.foot.show_ends(low, high)

    def _set_figures(self, found: Figures | None) -> None:
        self.figures = found
        self.foot.show_figures(found)
        self.canvas.show_encoding(None if found is None else found.encoding)

    def _commit(self, low: float, high: float) -> None:
        """One undo step for a whole drag; a run of arrow keys is one step too."""
        shown = self.subject
        if shown is None:
            return
        tensor = shown.place.tensor
        self._preview(low, high)
        merge = f"nudge {tensor}" if self._nudging else None
        text = self.tr("set the range of {0}").format(tensor)
        self._set(shown, text, merge, low=low, high=high)

    def nudge(self, end: int, steps: int) -> None:
        """Moves an end by quantization steps, and no other; as many back lead where it was."""
        shown = self.subject
        if shown is None or self.figures is None or self.context.peek.held:
            return
        ends, tensor, walk = self.range.ends, shown.place.tensor, self._walk
        if walk is None or not walk.stands_at(tensor, ends):
            walk = Walk(tensor, ends, self.figures.step)
        self._walk = walk.moved(end, steps, mirrored=shown.plan.symmetric)
        self._nudging = True
        self.range.active = end
        self.range.put(end, self._walk.ends[end])
        self._nudging = False

    def _take_method(self, method: str) -> None:
        shown = self.subject
        if shown is not None:
            text = self.tr("choose {0} for {1}").format(method, shown.place.tensor)
            self._set(shown, text, method=method)

    def _set(self, shown: Subject, text: str, merge: str | None = None, **to: Setting) -> None:
        role, plan = shown.place.settings_role, self.context.document.plan
        plan = set_tensor(plan, role, [shown.place.tensor], to)
        self.context.document.edit(text, merge=merge, plan=plan)

    def _try_methods(self, shown: Subject) -> None:
        """Markers come when they are ready; a range by hand does not change them."""
        if self.context.document.growing is not None:
            return
        plan = shown.plan
        decided = (plan.integer, plan.symmetric, plan.method, plan.parameters)
        tried = (shown.stats, shown.is_free, *decided)
        if tried == self._tried:
            return
        self._tried = tried
        self._show_candidates(tried, ())
        outcome = self.context.document.outcome
        if outcome is None or not shown.is_free or shown.stats is None:
            return
        job = self.context.steps.start(
            "methods",
            self.tr("Trying methods"),
            lambda monitor: candidates(outcome, shown, monitor=monitor),
        )
        job.done.connect(lambda found: self._show_candidates(tried, found))

    def _show_candidates(self, tried: tuple[object, ...], found: tuple[Trial, ...]) -> None:
        if tried is self._tried:
            self.found = found
            self.markers.show(found)
            self.range.set_snaps(self.markers.places)

    def _fetch_weight(self, place: Place, channel: int | None) -> None:
        outcome = self.context.document.outcome
        if outcome is None:
            return
        ready = self.context.network.ready
        job = self.context.steps.start(
            "statistics",
            self.tr("Reading the weight"),
            lambda _monitor: ready.weight_stats(outcome.model, place, channel),
        )
        job.done.connect(lambda _stats: self.request_refresh())

    def _choose_tensor(self, tensor: str) -> None:
        self.context.document.select(*self.context.document.selection.layers, tensor=tensor)

    def _choose_channel(self, channel: int | None) -> None:
        document, shown = self.context.document, self.subject
        if shown is not None:
            document.select(*document.selection.layers, tensor=shown.place.tensor, channel=channel)

    def _why_no_curve(self, shown: Subject) -> str:
        growing = self.context.document.growing
        if growing is not None:
            return self.tr("{0} so far.").format(counted(len(growing.samples), "sample"))
        if shown.encoding is None:
            return self.tr("This tensor stays float.")
        if shown.is_odd:
            return self.tr("Levels around zero and none at it, held as odd codes of {0}.").format(
                shown.encoding.dtype.name
            )
        if not shown.is_scalar:
            return self.tr("Each channel was searched by itself: there is no single curve.")
        if shown.choice is None or shown.plan.by_hand:
            return self.tr("The range was set by hand: nothing was searched.")
        note = shown.choice.note
        return self.tr("This method does not search.") if note is None else tr_engine(note)

    def _make_values(self) -> None:
        theme = self.context.theme
        self.canvas = ValuePlot(theme)
        self.range, self.markers = self.canvas.clip, self.canvas.markers
        self.file_range = FileRange(self.canvas, theme)

    def _make_curve(self) -> None:
        self.curve_canvas = Canvas(self.context.theme, x="", y="", name=self.tr("Search curve"))
        self.curve = Curve(self.curve_canvas, self.context.theme)
        self.curve_canvas.setXLink(self.canvas)
        for canvas in (self.canvas, self.curve_canvas):
            canvas.getAxis("left").setWidth(_AXIS_WIDTH)
        self._no_curve = Label()
        self._no_curve.setProperty("dim", True)
        self._no_curve.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.curve_canvas.setToolTip(
            self.tr("What the search tried: its objective over the threshold, the least marked.")
        )
        self._under = QStackedWidget()
        self._under.setMinimumHeight(_CURVE_HEIGHT)
        for part in (self.curve_canvas, self._no_curve):
            self._under.addWidget(part)

    def _make_head(self) -> None:
        self.head = head = DistributionHead(self)
        self.tensors, self.foot, self.levels_button = head.tensors, head.foot, head.levels_button
        self.log_button, self.overlay_button = head.log_button, head.overlay_button
        self.low, self.high, self.readout = self.foot.low, self.foot.high, self.foot.readout
        self.codes = ShownCodes(self.context, self.canvas, self.foot, self._is_shown)

    def _is_shown(self, shown: Subject) -> bool:
        return shown is self.subject

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.canvas)
        split.addWidget(self._under)
        split.setStretchFactor(0, 4)
        split.setStretchFactor(1, 1)
        split.setSizes([420, 120])
        column = vertical(self.body, 0, 0, 0, 0, spacing=0)
        fill(column, self.head, (split, 1))

    def _connect(self) -> None:
        self.range.moved.connect(self._preview)
        self.range.settled.connect(self._commit)
        self.markers.taken.connect(self._take_method)
        self.tensors.chosen.connect(self._choose_tensor)
        self.head.channel_chosen.connect(self._choose_channel)
        self.log_button.toggled.connect(self.canvas.set_log)
        self.overlay_button.toggled.connect(self.canvas.set_overlay)
        self.levels_button.toggled.connect(self.canvas.levels.set_visible)
        self.canvas.shared.connect(self.head.tell_share)
        self.canvas.stepped.connect(lambda steps: self.nudge(self.range.active, steps))
        self.curve_canvas.fitted.connect(self.canvas.fit_values)
        self.curve_canvas.fitted.connect(self.curve.fit)
        self.foot.entered.connect(self.range.put)
        self.foot.stepped.connect(self.nudge)
        document, beside = self.context.document, self.context.beside
        self.follow_layers(document.table_changed, document.model_changed)
        self.follow(document.growing_changed, beside.changed)
