"""What decides how good the network is: a choice beside its figures."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from quantengine.errors import MetricError
from quantengine.work.judging import Judging

from ..context import Context
from ..text import in_line
from ..widgets.menu_button import MenuButton

if TYPE_CHECKING:
    from quantengine.metric.metric import Metric


class JudgeMenu(MenuButton):
    """Sensitivity, search, recovery and training follow what is chosen here."""

    def __init__(self, context: Context) -> None:
        super().__init__("")
        self._context = context
        self.setAccessibleName(self.tr("What decides how good the network is"))
        self.choices.aboutToShow.connect(self._fill)
        document = context.document
        for changed in (document.judge_changed, document.outcome_changed):
            changed.connect(self._refresh)
        self._refresh()

    def choose(self, name: str) -> None:
        """Follows a figure, an output or a slice by its name, as one undo step."""
        self._put(self._context.document.decided.judging.following(name))

    def ask_metric(self) -> None:
        """A person who picks a file as the metric means it to run."""
        settings = self._context.settings
        chosen, _ = QFileDialog.getOpenFileName(
            self.window(),
            self.tr("Metric of your own"),
            settings.folder("metric"),
            self.tr("Python files (*.py);;All files (*)"),
        )
        if chosen:
            settings.set_folder("metric", Path(chosen).parent)
            self.take_metric(chosen)

    def take_metric(self, source: str) -> None:
        """`FILE.py` or `FILE.py:NAME`."""
        from quantengine.metric.metric import Metric

        try:
            metric: Metric = Metric(source)
        except MetricError as error:
            self._context.steps.report(error, "")
            return
        self.allow(metric.digest)
        self._put(Judging.by(metric, self._context.document.decided.judging.task))

    def drop_metric(self) -> None:
        """Judges by the outputs alone, as one undo step."""
        self._put(self._context.document.decided.judging.without_metric())

    def allow(self, digest: str) -> None:
        """A file of this SHA-256 may run, now and in the next session."""
        self._context.settings.allow_metric(digest)
        self._context.document.allow([digest])

    def _put(self, judging: Judging) -> None:
        self._context.document.edit(self.tr("what decides"), judging=judging)

    def _fill(self) -> None:
        document, menu = self._context.document, self.choices
        menu.clear()
        for name in self._names():
            action = menu.addAction(in_line(self._called(name)), partial(self.choose, name))
            action.setCheckable(True)
            action.setChecked(name == document.judge.follows)
        menu.addSeparator()
        judging = document.decided.judging
        if judging.file is not None and judging.waits(document.allowed):
            text = self.tr("Run {0}").format(judging.file.name)
            menu.addAction(in_line(text), partial(self.allow, judging.digest))
        menu.addAction(self.tr("Metric of your own..."), self.ask_metric)
        if judging.metric:
            menu.addAction(self.tr("No metric"), self.drop_metric)

    def _names(self) -> list[str]:
        """Of all that may be followed, as far as it was measured."""
        from quantengine.verdict.judge import METRIC, POOLED, TASK, WORST

        document, measured = self._context.document, self._context.network.measured
        names = [WORST, POOLED, TASK]
        if document.judge.metric is not None:
            names.append(METRIC)
        if measured is not None:
            found = measured.found
            names += found.metric if len(found.metric) > 1 else []
            names += [n for o in found.outputs for n in (o.name, *(s.name for s in o.slices))]
        return list(dict.fromkeys((*names, document.judge.follows)))

    def _called(self, name: str) -> str:
        known = {
            "worst": self.tr("worst slice"),
            "pooled": self.tr("all outputs pooled"),
            "task": self.tr("what the outputs are for"),
        }
        file = self._context.document.decided.judging.file
        if name == "metric" and file is not None:
            return self.tr("metric {0}").format(file.name)
        return known.get(name, name)

    def _refresh(self) -> None:
        document = self._context.document
        outcome = document.outcome
        self.setVisible(outcome is not None and outcome.resolution is not None)
        text = self.tr("judged by {0}").format(self._called(document.judge.follows))
        self.show_text(
            in_line(text),
            self.tr("What ranks layers and plans, and keeps steps of recovery and training"),
        )
