"""The samples that suffer most, with what the float and the quantized network say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from quantengine.verdict.tasks.names import TASK_NAMES
from quantengine.verdict.titles import task_title

from ..context import Context
from ..panels.view import View
from ..plots.canvas import Canvas
from ..plots.sample_errors import SampleErrors
from ..text import decibel, figure
from ..translation import counted, said
from ..verdict_figures import inside, title_of
from ..widgets.answer_pair import AnswerPair
from ..widgets.choice_box import ChoiceBox
from ..widgets.elided_label import ElidedLabel
from ..widgets.figure_table import FigureTable
from ..widgets.label import Label
from ..widgets.row import vertical

if TYPE_CHECKING:
    from quantengine.analyze.results import Results
    from quantengine.analyze.worst import WorstSample
    from quantengine.verdict.tasks.figure import TaskFigure

_PLOT_HEIGHT, _AXIS_WIDTH = 110, 48


class ResultsView(View):
    shows_statistics = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._shown: Results | None = None
        self._make_parts()
        self._lay_out()
        document = context.document
        self.follow(document.outcome_changed, document.judged_changed, document.sample_changed)
        self.follow(context.answers.changed, document.judge_changed, context.findings.changed)
        context.jobs.started.connect(lambda _job: self._note_state())

    @property
    def found(self) -> Results | None:
        """What is shown, also while it is of an older plan."""
        known = self.context.answers.known
        return None if known is None else known.found

    def refresh(self) -> None:
        document, answers = self.context.document, self.context.answers
        outcome = document.outcome
        if outcome is None or outcome.resolution is None or document.judged is None:
            purpose = self.tr("The samples that suffer most will be here, with both answers.")
            self.show_missing_statistics(purpose)
            return
        self.show_body()
        answers.want()
        self.task.setCurrentIndex(self.task.findData(document.judge.task))
        self._show_found()
        self._note_state()
        self.table.setEnabled(not answers.is_stale)
        self._mark(document.sample)

    def _note_state(self) -> None:
        """An empty plot would have numbers of nothing at its axis."""
        found = self.found
        answers = self.context.answers
        if found is None or answers.is_stale:  # figures of now say nothing of older samples
            self.about.setText(answers.state)
        else:
            self.about.setText(self._about(found))
        for part in (self.canvas, self.hover, self.split):
            part.setVisible(found is not None)

    def _show_found(self) -> None:
        found = self.found
        if found is self._shown:
            return
        self._shown = found
        worst = () if found is None else found.worst
        ranked = None if found is None else found.figures.get(found.follows or "")
        unit = "" if ranked is None else ranked.unit
        rows = [(each.name, figure(each.figure, unit), decibel(each.db)) for each in worst]
        follows = None if found is None else found.follows
        named = self.tr("Figure") if follows is None else title_of(follows)
        self.table.name_column(1, named)
        self.table.show_rows(rows, tips=[each.name for each in worst])
        self.errors.show([] if found is None else [level for _, level in found.levels])

    def _choose_task(self, place: int) -> None:
        document = self.context.document
        judging = replace(document.decided.judging, task=self.task.itemData(place) or "")
        document.edit(self.tr("what the outputs are for"), judging=judging)

    def _about(self, found: Results) -> str:
        if found.task is None:
            return self.tr("No output is float, so that samples have no figure.")
        text = self.tr("Taken as {0}. Worst of {1} by {2}.")
        if found.follows is None:
            text = self.tr("Taken as {0}. Worst of {1} by their worst slice.")
        words = text.format(
            said(task_title(found.task)),
            counted(found.samples, "sample"),
            inside(title_of(found.follows or "")),
        )
        figures = [
            _unbroken(title_of(name), figure(each.candidate, each.unit), each.n)
            for name, each in self._figures(found).items()
            if each.candidate is not None
        ]
        return f"{words} {', '.join(figures)}" if figures else words

    def _figures(self, found: Results) -> Mapping[str, TaskFigure]:
        """Those of the header, where the file was judged for the same task."""
        tried = self.context.findings.rehearsal
        task = None if tried is None else tried.verdict.task
        return found.figures if task is None or task.name != found.task else task.figures

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
        self.errors.choose(next((k for k, n in enumerate(self._names) if n == sample), None))
        self.pair.show_answers(self._chosen())

    @property
    def _names(self) -> list[str]:
        """Of all samples that were judged, as the plot has them."""
        return [] if self.found is None else [name for name, _ in self.found.levels]

    def _click(self, event: MouseClickEvent) -> None:
        box = self.canvas.getViewBox()
        place = round(box.mapSceneToView(event.scenePos()).x())
        if box.sceneBoundingRect().contains(event.scenePos()) and 0 <= place < len(self._names):
            self.context.document.select_sample(self._names[place])

    def _point(self, at: QPointF | None) -> None:
        place = -1 if at is None else round(at.x())
        levels = () if self.found is None else self.found.levels
        text = ""
        if 0 <= place < len(levels):
            text = f"{levels[place][0]}: {decibel(levels[place][1])} dB"
        self.hover.setText(text)

    def _make_parts(self) -> None:
        self.about = Label()
        self.about.setWordWrap(True)
        self.task = ChoiceBox()
        self.task.setAccessibleName(self.tr("What the outputs are for"))
        self.task.setToolTip(self.tr("What the outputs are for; guessed unless it is chosen"))
        self.task.addItem(self.tr("guessed"), None)
        for name in TASK_NAMES:
            self.task.addItem(said(task_title(name)), name)
        self.task.activated.connect(self._choose_task)
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
        self.canvas = Canvas(
            self.context.theme, x="", y=self.tr("dB"), name=self.tr("Error of each sample")
        )
        self.canvas.setToolTip(self.tr("SQNR of the worst slice of each sample; click selects it"))
        self.canvas.setFixedHeight(_PLOT_HEIGHT)
        self.canvas.getAxis("left").setWidth(_AXIS_WIDTH)
        self.canvas.getAxis("bottom").setStyle(showValues=False)
        self.canvas.table = lambda: [] if self.found is None else [*self.found.levels]
        self.errors = SampleErrors(self.canvas, self.context.theme)
        self.hover = ElidedLabel()
        self.hover.setProperty("dim", True)
        self.canvas.pointed.connect(self._point)
        self.canvas.scene().sigMouseClicked.connect(self._click)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.about, 1)
        head.addWidget(self.task, 0, Qt.AlignmentFlag.AlignTop)
        self.split = split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(self.pair)
        split.setSizes([220, 400])
        split.setChildrenCollapsible(False)
        column = vertical(self.body, 16, 12, 16, 12, spacing=8)
        column.addLayout(head)
        column.addWidget(self.canvas)
        column.addWidget(self.hover)
        column.addWidget(split, 1)
        column.addStretch(0)
        QWidget.setTabOrder(self.task, self.table)


def _unbroken(title: str, shown: str, count: int) -> str:
    return f"{title} {shown} \N{MIDDLE DOT} n {count}".replace(" ", "\N{NO-BREAK SPACE}")
