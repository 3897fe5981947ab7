"""What a search may spend, and on what it looks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from quantengine.search.budget import Budget
from quantengine.verdict.judge import METRIC

from ..document import Document
from ..ready import PROBES
from ..text import size_unit
from ..widgets.choice_box import ChoiceBox
from ..widgets.label import Label, plain_tip
from ..widgets.number_field import NumberField
from ..widgets.row import vertical

SQNR, BYTES, DROP = "sqnr", "bytes", "drop"


class SearchForm(QWidget):
    """One of three limits, how many samples, and whether layers may stay float."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.goal = ChoiceBox()
        self.goal.setAccessibleName(self.tr("Limit of the search"))
        for key, text, tip in self._goals():
            self.goal.addItem(text, key)
            self.goal.setItemData(
                self.goal.count() - 1, plain_tip(tip), Qt.ItemDataRole.ToolTipRole
            )
        self.limit, self.unit = NumberField(self.tr("Limit")), Label()
        self.limit.setMaximumWidth(72)
        self.samples = NumberField(self.tr("Samples"))
        self.samples.setMaximumWidth(56)
        self.samples.set_value(PROBES)
        self._offered = PROBES
        """Samples that nobody typed."""
        self.samples.setToolTip(self.tr("How many samples each plan is run on"))
        self.floats = QCheckBox(self.tr("float allowed"))
        self.floats.setToolTip(self.tr("Without it every layer that can be quantized is"))
        self.floats.setChecked(True)
        self.goal.activated.connect(lambda _place: self.suggest())
        self._lay_out()
        self.suggest()

    @property
    def count(self) -> int:
        """How many samples each plan is run on."""
        return max(int(self.samples.value or PROBES), 1)

    def budget(self) -> Budget:
        """Raises PlanError for a limit that cannot be kept."""
        goal, limit = self.goal.currentData(), self.limit.value or 0.0
        if goal == SQNR:
            return Budget(target_sqnr_db=limit)
        if goal == BYTES:
            return Budget(max_bytes=round(limit * self.size_unit[0]))
        return Budget(max_drop=limit)

    @property
    def size_unit(self) -> tuple[float, str]:
        """The one unit of all sizes here: bytes in it, and its name."""
        outcome = self._document.outcome
        reports = () if outcome is None else outcome.reports
        return size_unit(sum(layer.bytes_before for layer in reports))

    def suggest(self) -> None:
        """A value that makes sense for the limit and the model."""
        self.offer()
        outcome, goal = self._document.outcome, self.goal.currentData()
        if goal == BYTES:
            now = 0 if outcome is None else sum(layer.bytes_after for layer in outcome.reports)
            self.limit.set_value(float(f"{now / self.size_unit[0]:.3g}"))
        else:
            self.limit.set_value(25.0 if goal == SQNR else 1.0)

    def offer(self) -> None:
        """The unit of the limit, for the model and the figure that decides now; and samples."""
        units = {SQNR: "dB", BYTES: self.size_unit[1], DROP: self._unit_of_loss()}
        self.unit.setText(units[self.goal.currentData()])
        dataset = self._document.dataset
        most = PROBES if dataset is None else min(PROBES, len(dataset))
        if self.samples.value == self._offered:
            self.samples.set_value(most)
            self._offered = most

    def _unit_of_loss(self) -> str:
        """What a loss is counted in: that of the figure which decides."""
        judge, dataset = self._document.judge, self._document.dataset
        if judge.metric is not None:
            name = judge.follows if judge.follows != METRIC else judge.metric.name
            return self.tr("of {0}").format(name)
        labelled = dataset is not None and dataset.labelled
        return self.tr("points of top-1") if labelled else self.tr("points of agreement")

    def _goals(self) -> list[tuple[str, str, str]]:
        return [
            (
                SQNR,
                self.tr("smallest with"),
                self.tr("The smallest model of that output SQNR"),
            ),
            (
                BYTES,
                self.tr("best within"),
                self.tr("The best model whose weights fit"),
            ),
            (
                DROP,
                self.tr("smallest that loses"),
                self.tr(
                    "The smallest model that loses no more top-1, or agreement without labels;\n"
                    "give 200 samples or more to see small losses"
                ),
            ),
        ]

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for part in (self.goal, self.limit, self.unit):
            first.addWidget(part)
        for part in (Label(self.tr("on")), self.samples, Label(self.tr("samples"))):
            second.addWidget(part)
        second.addSpacing(8)
        second.addWidget(self.floats)
        column = vertical(self, 0, 0, 0, 0, spacing=8)
        for line in (first, second):
            line.setSpacing(8)
            line.addStretch(1)
            column.addLayout(line)
