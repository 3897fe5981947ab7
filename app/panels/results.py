"""The samples that suffer most, with what the float and the quantized network say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from quantengine.verdict.tasks.names import TASK_NAMES

from ..context import Context
from ..panels.view import View
from ..text import decibel, figure
from ..widgets.answer_pair import AnswerPair
from ..widgets.choice_box import ChoiceBox
from ..widgets.figure_table import FigureTable
from ..widgets.label import Label
from ..widgets.row import vertical

if TYPE_CHECKING:
    from quantengine.analyze.results import Results
    from quantengine.analyze.worst import WorstSample
    from quantengine.data.dataset import Dataset
    from quantengine.monitor import Monitor

    from ..outcome import Outcome

_JUDGED, _SHOWN = 48, 24


class ResultsView(View):
    shows_statistics = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.found: Results | None = None
        self._of: tuple[Outcome, Dataset, str | None] | None = None
        self._make_parts()
        self._lay_out()
        document = context.document
        self.follow(document.outcome_changed, document.judged_changed, document.sample_changed)
        document.model_changed.connect(self._forget)

    def refresh(self) -> None:
        document = self.context.document
        outcome, dataset = document.outcome, document.judged
        if outcome is None or outcome.resolution is None or dataset is None:
            purpose = self.tr("The samples that suffer most will be here, with both answers.")
            self.show_missing_statistics(purpose)
            return
        self.show_body()
        asked = (outcome, dataset, self.task.currentData())
        if self._of is None or any(a is not b for a, b in zip(asked, self._of, strict=True)):
            self._judge(*asked)
        self._mark(document.sample)

    def _judge(self, outcome: Outcome, dataset: Dataset, task: str | None) -> None:
        self._of = (outcome, dataset, task)

        def call(monitor: Monitor) -> Results:
            from quantengine.analyze.results import worst_under

            assert outcome.resolution is not None
            encodings, model = outcome.resolution.encodings, outcome.model
            return worst_under(
                model, encodings, dataset, task=task, limit=_JUDGED, shown=_SHOWN, monitor=monitor
            )

        job = self.context.steps.start("results", self.tr("Judging samples"), call)
        job.done.connect(self._show)
        job.failed.connect(lambda *_: self._forget())

    def _show(self, found: Results) -> None:
        self.found = found
        self.about.setText(self._about(found))
        ranked = found.figures.get(found.follows or "")
        unit = "" if ranked is None else ranked.unit
        rows = [(each.name, figure(each.figure, unit), decibel(each.db)) for each in found.worst]
        self.table.show_rows(rows, tips=[each.name for each in found.worst])
        self._mark(self.context.document.sample)

    def _about(self, found: Results) -> str:
        if found.task is None:
            return self.tr("No output is float, so that samples have no figure.")
        words = self.tr("Taken as {0}. The worst of {1} samples, by {2}.").format(
            found.task, found.samples, found.follows
        )
        figures = [
            f"{name} {figure(each.candidate, each.unit)}"
            for name, each in found.figures.items()
            if each.candidate is not None
        ]
        return f"{words} {', '.join(figures)}" if figures else words

    def _forget(self) -> None:
        """The next look judges anew."""
        self.found, self._of = None, None
        self.table.setRowCount(0)
        self.pair.show_answers(None)

    def _choose(self) -> None:
        chosen = self._chosen()
        self.pair.show_answers(chosen)
        if chosen is not None:
            self.context.document.select_sample(chosen.name)

    def _chosen(self) -> WorstSample | None:
        place = self.table.currentRow()
        worst = () if self.found is None else self.found.worst
        return worst[place] if 0 <= place < len(worst) else None

    def _mark(self, sample: str) -> None:
        """Selects the row of a sample; the first where it is none of these."""
        names = [] if self.found is None else [each.name for each in self.found.worst]
        place = names.index(sample) if sample in names else 0
        if names and self.table.currentRow() != place:
            self.table.blockSignals(True)
            self.table.selectRow(place)
            self.table.blockSignals(False)
        self.pair.show_answers(self._chosen())

    def _make_parts(self) -> None:
        self.about = Label()
        self.about.setWordWrap(True)
        self.task = ChoiceBox()
        self.task.setAccessibleName(self.tr("What the outputs are for"))
        self.task.setToolTip(self.tr("What the outputs are for; guessed unless it is chosen"))
        self.task.addItem(self.tr("guessed"), None)
        for name in TASK_NAMES:
            self.task.addItem(name, name)
        self.task.activated.connect(lambda _place: self.request_refresh())
        self.table = FigureTable(
            self.tr("Worst samples"),
            [
                (self.tr("Sample"), ""),
                (self.tr("Figure"), self.tr("That of the task, of this sample alone")),
                (self.tr("Worst dB"), self.tr("SQNR of the worst slice of this sample")),
            ],
        )
        self.table.itemSelectionChanged.connect(self._choose)
        self.pair = AnswerPair(self.context.theme)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.about, 1)
        head.addWidget(self.task, 0, Qt.AlignmentFlag.AlignTop)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(self.pair)
        split.setSizes([220, 400])
        split.setChildrenCollapsible(False)
        column = vertical(self.body, 16, 12, 16, 12, spacing=8)
        column.addLayout(head)
        column.addWidget(split, 1)
        QWidget.setTabOrder(self.task, self.table)
