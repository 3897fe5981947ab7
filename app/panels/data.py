"""The samples as the network will see them, and how they are prepared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea

from quantengine.data.evenly import evenly
from quantengine.errors import DataError
from quantengine.monitor import Monitor
from quantengine.observe.coverage import few_samples

from ..context import Context
from ..facts import DataSource
from ..panels.data_form import DataForm
from ..panels.preset_choice import PresetChoice
from ..panels.view import View
from ..translation import counted, said
from ..widgets.label import Label
from ..widgets.row import fill, vertical
from ..widgets.thumbnails import Thumbnails

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset, Sample
    from quantengine.graph.model import FloatModel

MOST_THUMBNAILS = 24
_FORM_WIDTH = 256

Read = list[tuple[int, "Sample | None", str]]
"""Place of each sample, the sample or None, and why it could not be read."""


class DataView(View):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._shown: Dataset | None = None
        self._model: FloatModel | None = None
        self._states: Mapping[str, str] | None = None
        self._make_parts()
        self._lay_out()
        document = context.document
        self.follow(
            document.data_changed,
            document.model_changed,
            document.source_changed,
            document.table_changed,
            context.findings.presets.changed,
        )
        document.sample_changed.connect(self._mark_sample)
        self.thumbnails.sample_chosen.connect(document.select_sample)
        context.steps.failed.connect(lambda *_: self.request_refresh())

    @property
    def chosen(self) -> DataSource | None:
        """What is open, or what could not be opened as it was said."""
        document = self.context.document
        return document.refused or document.decided.source or document.dataset_source

    def _notes(self, dataset: Dataset | None) -> tuple[str, ...]:
        """What is to be known of the samples, and whether they tell the ranges."""
        table = self.context.document.table
        few = () if table is None else few_samples(table, table.tensors)
        return few if dataset is None else (*few, *dataset.notes)

    def refresh(self) -> None:
        document, source = self.context.document, self.chosen
        dataset = document.dataset if document.dataset_source == source else None
        if source is None:
            self.show_empty(
                self.tr(
                    "The samples will be here, as the network sees them. Drop a folder of images "
                    "or an array file anywhere, or choose it in the menu of data above."
                )
            )
            return
        self.show_body()
        if document.model is not self._model:
            self._model, self._states = document.model, _states_of(document.model)
            self.form.forget_typed()
        self.source.setText(str(source.path))
        self.facts.setText(self._facts(dataset))
        self.notes.setText("\n".join(map(said, self._notes(dataset))))
        self.notes.setVisible(bool(self.notes.text()))
        self.form.show_options(source.options, dataset, self._states)
        self.presets.show_dataset(dataset)
        if dataset is not self._shown:
            self._shown = dataset
            self._load_thumbnails(dataset)

    def apply(self) -> None:
        """Opens the same data with what the form says; one undo step."""
        source = self.chosen
        if source is None:
            return
        try:
            options = self.form.options(source.options)
        except ValueError as error:
            self.context.steps.refuse("data", str(error))
            return
        self.form.note_applied()
        self.context.steps.choose_data(DataSource(source.path, options))

    def _facts(self, dataset: Dataset | None) -> str:
        if dataset is None:
            missing = self.tr("Not opened yet: say below what is missing, and apply.")
            used = self.context.document.dataset_source
            if used is None:
                return missing
            in_use = self.tr("{0} is in use until then.").format(used.path.name)
            return f"{missing} {in_use}"
        count = dataset.description.get("sequences")
        if count is not None:
            steps = counted(len(dataset), "step")
            return self.tr("{0} of {1}").format(counted(int(count), "sequence"), steps)
        labels = self.tr("no labels found")
        if dataset.labelled:
            known = sum(label is not None for label in dataset.labels)
            labels = self.tr("{0} labelled").format(known)
            if dataset.classes:
                labels += self.tr(", {0}").format(counted(len(dataset.classes), "class"))
        return self.tr("{0}, {1}").format(counted(len(dataset), "sample"), labels)

    def _load_thumbnails(self, dataset: Dataset | None) -> None:
        self.thumbnails.clear()
        if dataset is None:
            return
        chosen = evenly(len(dataset), MOST_THUMBNAILS)

        def call(monitor: Monitor) -> Read:
            found: Read = []
            for index in monitor.track(chosen, "Reading samples"):
                try:
                    found.append((index, dataset.load(index), ""))
                except DataError as error:
                    found.append((index, None, said(error)))
            return found

        job = self.context.steps.start("thumbnails", self.tr("Reading samples"), call)
        job.done.connect(lambda found: self._show_thumbnails(dataset, found))

    def _show_thumbnails(self, dataset: Dataset, found: Read) -> None:
        for index, sample, error in found:
            self.thumbnails.add(dataset, index, sample, error)
        self._mark_sample()

    def _mark_sample(self) -> None:
        self.thumbnails.mark(self.context.document.sample)

    def _make_parts(self) -> None:
        self.source = Label()
        self.source.setProperty("heading", True)
        self.source.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.source.setWordWrap(True)
        self.facts, self.notes = Label(), Label()
        self.notes.setWordWrap(True)
        self.notes.setProperty("dim", True)
        self.notes.setToolTip(
            self.tr("What was guessed from the model and the data; say otherwise in the form")
        )
        self.thumbnails = Thumbnails()
        self.presets = PresetChoice(self.context)
        self.form = DataForm()
        self.form.wanted.connect(self.apply)
        self.form.refused.connect(lambda text: self.context.steps.refuse("data", text))
        self.button = self.form.button

    def _lay_out(self) -> None:
        side = QScrollArea()
        side.setWidget(self.form)
        side.setWidgetResizable(True)
        side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        side.setFixedWidth(_FORM_WIDTH)
        side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        row = QHBoxLayout()
        row.setSpacing(16)
        fill(row, (self.thumbnails, 1), side)
        column = vertical(self.body, 16, 12, 16, 12, spacing=8)
        for part in (self.source, self.facts, self.notes, self.presets):
            column.addWidget(part)
        column.addLayout(row, 1)


def _states_of(model: FloatModel | None) -> Mapping[str, str] | None:
    """Inputs that look like states; None where the only input is one for the data."""
    from quantengine.graph.states import guessed_loops

    return None if model is None or len(model.inputs) < 2 else guessed_loops(model)
