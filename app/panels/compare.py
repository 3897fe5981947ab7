"""The float network, the plan as it is and named snapshots of it, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton

from quantengine.export.rehearsal import Rehearsal
from quantengine.monitor import Monitor
from quantengine.plan import QuantPlan
from quantengine.verdict.verdict import Verdict
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work

from ..context import Context
from ..decided import Snapshot
from ..outcome import Outcome
from ..panels.view import View
from ..rows import LayerRow
from ..text import NOTHING, decibel, in_line, share, size
from ..widgets.choice_box import ChoiceBox
from ..widgets.figure_table import FigureTable
from ..widgets.label import Label
from ..widgets.row import fill, horizontal, vertical


@dataclass(frozen=True, eq=False)
class _Known:
    """What a snapshot's plan leads to."""

    outcome: Outcome
    effect: Verdict
    file_bytes: int | None = None
    """None where only some samples were judged."""


_MOST_ROWS = 10
_NOW = 1
"""The row of the plan as it is; that of the float network lies above it."""
_Key = tuple[QuantPlan, Recipe | None]


def _rehearsed(outcome: Outcome, found: Rehearsal) -> _Known:
    return _Known(outcome, found.verdict, found.bytes_candidate)


def _key(outcome: Outcome) -> _Key:
    return outcome.plan, outcome.recipe


class CompareView(View):
    shows_statistics = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._known: dict[_Key, _Known] = {}
        self._make_snapshots()
        self._make_differences()
        self._lay_out()
        document = context.document
        self.follow(document.outcome_changed, document.snapshots_changed, context.network.changed)
        self.follow(context.findings.changed)
        for changed in (document.model_changed, document.table_changed, document.judged_changed):
            changed.connect(self._known.clear)

    def _make_snapshots(self) -> None:
        self.name = QLineEdit(placeholderText=self.tr("name of the snapshot"))
        self.name.setAccessibleName(self.tr("Name of the snapshot"))
        self.keep = QPushButton(self.tr("Keep this plan"))
        self.keep.setProperty("primary", True)
        self.load = QPushButton(self.tr("Go back to it"))
        self.remove = QPushButton(self.tr("Remove"))
        self.table = FigureTable(
            self.tr("Snapshots"),
            [
                (self.tr("Plan"), ""),
                (self.tr("Size"), self.tr("Bytes of the file")),
                (self.tr("Worst dB"), self.tr("SQNR of the worst tensor alone")),
                (self.tr("n"), self.tr("How many samples the figures beside it are of")),
                (self.tr("Output dB"), self.tr("SQNR of the network's outputs")),
                (self.tr("Agreement"), self.tr("Share of samples with the same best class")),
                (self.tr("Accuracy"), self.tr("On the same samples, where they have labels")),
            ],
        )
        self.keep.clicked.connect(lambda _checked: self.keep_snapshot(self.name.text()))
        self.name.returnPressed.connect(lambda: self.keep_snapshot(self.name.text()))
        self.load.clicked.connect(lambda _checked: self.load_snapshot(self._chosen()))
        self.remove.clicked.connect(lambda _checked: self.remove_snapshot(self._chosen()))
        self.table.itemSelectionChanged.connect(self._show_differences)

    def _make_differences(self) -> None:
        types, worse = self.tr("Weight / output types"), self.tr("The worse of weight and output")
        self.differences = FigureTable(
            self.tr("Layers side by side"),
            [
                (self.tr("Layer"), ""),
                (self.tr("snapshot"), types),
                (self.tr("dB"), worse),
                (self.tr("now"), types),
                (self.tr("dB"), worse),
            ],
        )
        self.against = ChoiceBox()
        self.against.setAccessibleName(self.tr("Compared with"))
        self.against.activated.connect(lambda _place: self._show_differences())
        self.all = QCheckBox(self.tr("all layers"))
        self.all.setToolTip(self.tr("Also those that are the same in both"))
        self.all.clicked.connect(lambda _on: self._show_differences())
        self._title = Label()
        self._title.setProperty("heading", True)

    def refresh(self) -> None:
        document = self.context.document
        outcome = document.outcome
        if outcome is None or outcome.resolution is None:
            self.show_missing_statistics(
                self.tr("Snapshots of the plan can be kept and compared here.")
            )
            return
        self.show_body()
        self._take_known()
        row = max(self.table.currentRow(), _NOW)
        now = (document.plan, document.decided.recipe)
        rows = [self._float_row(outcome), self._row(self.tr("as it is now"), now)]
        rows += [self._row(each.name, (each.plan, each.recipe)) for each in document.snapshots]
        self.table.show_rows(rows, strong=_NOW)
        self.table.selectRow(min(row, len(rows) - 1))
        self._offer_others()
        self.table.fit_rows(_MOST_ROWS)
        self._measure_missing()
        self._show_differences()

    def _take_known(self) -> None:
        """What the window found out of the plan as it is: on all samples, else on some."""
        network, rehearsed = self.context.network, self.context.findings.rehearsed
        measured = network.measured
        if measured is not None and not network.is_stale:
            quick = _Known(measured.outcome, measured.found)
            self._known.setdefault(_key(measured.outcome), quick)
        if rehearsed is not None and network.is_current(rehearsed):
            self._known[_key(rehearsed.outcome)] = _rehearsed(rehearsed.outcome, rehearsed.found)

    def keep_snapshot(self, name: str) -> None:
        document = self.context.document
        taken = {each.name for each in document.snapshots}
        chosen = name.strip() or self.tr("plan {0}").format(len(taken) + 1)
        while chosen in taken:
            chosen += "'"
        self.name.clear()
        kept = Snapshot(chosen, document.plan, document.decided.recipe)
        document.keep_snapshots((*document.snapshots, kept))

    def load_snapshot(self, place: int) -> None:
        document = self.context.document
        if 0 <= place < len(document.snapshots):
            each = document.snapshots[place]
            text = self.tr("go back to {0}").format(each.name)
            document.edit(text, plan=each.plan, recipe=each.recipe)

    def remove_snapshot(self, place: int) -> None:
        document = self.context.document
        if 0 <= place < len(document.snapshots):
            left = tuple(s for i, s in enumerate(document.snapshots) if i != place)
            text = self.tr("remove {0}").format(document.snapshots[place].name)
            document.edit(text, snapshots=left)

    def _chosen(self) -> int:
        """Which snapshot is selected; -1 for the plan as it is."""
        return self.table.currentRow() - 1 - _NOW

    def _float_row(self, outcome: Outcome) -> tuple[str, ...]:
        """What the float network is, on the same samples."""
        known = self._known.get(_key(outcome))
        accuracy = None if known is None else known.effect.accuracy_reference
        samples = NOTHING if known is None else str(known.effect.samples)
        right = NOTHING if accuracy is None else share(accuracy)
        whole = size(outcome.model.file_bytes)
        return (self.tr("float"), whole, NOTHING, samples, NOTHING, NOTHING, right)

    def _offer_others(self) -> None:
        """What a snapshot can be held against: the plan as it is, or another."""
        kept = (in_line(each.name) for each in self.context.document.snapshots)
        names = [self.tr("as it is now"), *kept]
        if names != [self.against.itemText(k) for k in range(self.against.count())]:
            self.against.clear()
            self.against.addItems(names)

    def _row(self, name: str, key: _Key) -> tuple[str, ...]:
        known = self._known.get(key)
        if known is None:
            return (name, *[NOTHING] * 6)
        effect, rows = known.effect, known.outcome.rows
        worst = min((r.sqnr_db for r in rows if r.sqnr_db is not None), default=None)
        return (
            name,
            NOTHING if known.file_bytes is None else size(known.file_bytes),
            decibel(worst),
            str(effect.samples),
            decibel(effect.sqnr_db),
            NOTHING if effect.agreement is None else share(effect.agreement),
            NOTHING if effect.accuracy is None else share(effect.accuracy),
        )

    def _measure_missing(self) -> None:
        document = self.context.document
        model, table, dataset = document.model, document.table, document.dataset
        judged = document.judged
        missing = [
            (each.plan, each.recipe)
            for each in document.snapshots
            if not self._is_judged((each.plan, each.recipe))
            and (_is_quick(each.recipe) or document.candidate_as(each.plan, each.recipe))
        ]
        if not missing or model is None or table is None or judged is None:
            return
        if self.context.jobs.running("snapshots") is not None:
            return
        plan, recipe = missing[0]
        made = document.candidate_as(plan, recipe)
        work = Work(model, plan, dataset, table)

        def call(monitor: Monitor) -> _Known:
            from ..outcome import made_outcome, settled, work_out
            from ..rehearsed import rehearsed

            if made is not None:
                outcome = made_outcome(work, recipe, made)
            else:
                outcome = settled(work_out(work, recipe, monitor=monitor), monitor)
            return _rehearsed(outcome, rehearsed(outcome, judged, monitor, timed=False))

        job = self.context.steps.start("snapshots", self.tr("Measuring snapshots"), call)
        job.done.connect(lambda known: self._note((plan, recipe), known))
        job.finished.connect(self.request_refresh)

    def _is_judged(self, key: _Key) -> bool:
        known = self._known.get(key)
        return known is not None and known.file_bytes is not None

    def _note(self, key: _Key, known: _Known) -> None:
        document, work = self.context.document, known.outcome.work
        if work.table is document.table and work.dataset is document.dataset:
            self._known[key] = known

    def _show_differences(self) -> None:
        document = self.context.document
        place, outcome = self._chosen(), document.outcome
        self.load.setEnabled(place >= 0)
        self.remove.setEnabled(place >= 0)
        known = self._known_at(place)
        other = self._known_at(self.against.currentIndex() - 1)
        now = outcome if other is None else other.outcome
        shown = known is not None and now is not None
        for part in (self._title, self.against, self.all, self.differences):
            part.setVisible(shown)
        if known is None or now is None:
            return
        rows = self._pairs(known.outcome, now)
        count = sum(row[1:3] != row[3:5] for row in rows)
        names = document.snapshots[place].name, self.against.currentText()
        self._title.setText(self.tr("{0} layers of {1} differ from").format(count, names[0]))
        for column, name in zip((1, 3), names, strict=True):
            self.differences.name_column(column, name)
        if not self.all.isChecked():
            rows = [row for row in rows if row[1:3] != row[3:5]]
        self.differences.show_rows(rows)

    def _known_at(self, place: int) -> _Known | None:
        """What is known of a snapshot."""
        snapshots = self.context.document.snapshots
        if not 0 <= place < len(snapshots):
            return None
        return self._known.get((snapshots[place].plan, snapshots[place].recipe))

    def _pairs(self, was: Outcome, now: Outcome) -> list[tuple[str, ...]]:
        """A row for each layer: its name, types and dB in both."""
        before = {row.name: row for row in was.rows}
        return [
            (row.name, *_shown(before[row.name]), *_shown(row))
            for row in now.rows
            if row.name in before
        ]

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        fill(head, (self.name, 1), self.keep)
        head.addSpacing(16)
        fill(head, self.load, self.remove)
        other = horizontal(None, 0, 0, 0, 0, spacing=8)
        fill(other, self._title, self.against, 1, self.all)
        column = vertical(self.body, 16, 12, 16, 12, spacing=8)
        fill(column, head, self.table, other, (self.differences, 1), 0)


def _shown(row: LayerRow) -> tuple[str, str]:
    """Types of weight and output, and dB."""
    return f"{row.weights or NOTHING} / {row.output_type or NOTHING}", decibel(row.sqnr_db)


def _is_quick(recipe: Recipe | None) -> bool:
    """Whether it is made by itself: training is not."""
    return recipe is None or recipe.training is None
