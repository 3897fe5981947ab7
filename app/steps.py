"""The way of work: open a model, open data, calibrate, work out the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from quantengine.errors import DataError, NothingToWrite, QuantError, WrongSize
from quantengine.monitor import Monitor

from .document import Document
from .facts import DataSource, Fit
from .imports import read_libraries
from .jobs import Bridge, Job, JobRunner
from .settings import Settings
from .translation import counted, said

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset
    from quantengine.graph.model import FloatModel
    from quantengine.observe.table import CalibrationTable
    from quantengine.resolve.memo import Memo

    from .outcome import Outcome

T = TypeVar("T")

_SETTLE_S = 0.3
"""A clip line that is dragged is followed by the plan alone."""
_DRAW_FIRST_MS = 400
"""A model is drawn before the loops that calibrate it are loaded."""
_OUTLIVING_LANES = ("model", "save", "autosave", "export", "report")
_GUESSING_LANES = ("model", "data")


class Steps(QObject):
    """Runs the engine for the document; every failure becomes one sentence."""

    failed = Signal(str, str)
    """A sentence, and details to copy (may be empty)."""
    resizable = Signal(str, object)
    """Images are of the wrong size: what failed said, and the data resized."""
    settled = Signal(str)
    """What was wrong before, a sentence of `failed`, is so no more."""
    noted = Signal(str)
    """A sentence of the engine that the person should read."""

    def __init__(self, document: Document, jobs: JobRunner, settings: Settings) -> None:
        super().__init__(document)
        self.document = document
        self.jobs = jobs
        self.settings = settings
        self._memo: Memo = {}
        self._memo_of: tuple[FloatModel | None, CalibrationTable | None] = (None, None)
        self._wrong: dict[str, str] = {}
        """By lane, what failed in it last and has not succeeded since."""
        self._drawn = QTimer(self, singleShot=True, interval=_DRAW_FIRST_MS)
        self._drawn.timeout.connect(_load_loops)
        document.model_changed.connect(self._stop)
        document.plan_changed.connect(self.work_out)
        document.table_changed.connect(self.work_out)
        document.candidate_changed.connect(self.work_out)
        document.judge_changed.connect(self.work_out)
        document.data_changed.connect(self.work_out)
        document.source_changed.connect(self._follow_source)
        for changed in (document.data_changed, document.table_changed):
            changed.connect(self._compare_data)

    def open_model(
        self,
        path: Path,
        data: DataSource | None = None,
        judged_on: DataSource | None = None,
        *,
        then_calibrate: bool = False,
    ) -> Job:
        """Opens a model, then the data that may come with it."""

        def call(monitor: Monitor) -> tuple[FloatModel, Outcome]:
            read_libraries("onnxruntime", "onnx")
            from quantengine.opening.open import open_model
            from quantengine.targets import plan_for, target_of_this_cpu
            from quantengine.work.work import Work

            from .outcome import work_out

            model = open_model(path, monitor=monitor)
            plan = plan_for(target_of_this_cpu())
            return model, work_out(Work(model, plan), monitor=monitor)

        def done(opened: tuple[FloatModel, Outcome]) -> None:
            if not self.document.set_model(*opened):
                return
            self.settings.add_recent(path)
            if opened[0].quantized is not None:
                self.noted.emit(said(opened[0].quantized))
            self._drawn.start()
            if judged_on is not None:
                self.document.adopt(judged_on=judged_on)
            if data is not None:
                self.open_data(data, then_calibrate=then_calibrate)

        return self._start("model", self.tr("Opening {0}").format(path.name), call, done)

    def open_demo(self) -> Job:
        """The bundled network and its data, calibrated at once."""
        from quantengine.bundled import demo_data, demo_model
        from quantengine.data.options import DataOptions

        options = DataOptions(images="calib_images", labels="calib_labels", preset="imagenet")
        source = DataSource(demo_data(), options)
        held_out = DataSource(demo_data(), DataOptions(images="eval_images", labels="eval_labels"))
        return self.open_model(demo_model(), source, held_out, then_calibrate=True)

    def choose_data(self, source: DataSource) -> Job | None:
        """Makes `source` the data of the document, as one undo step once it is open."""

        def chosen() -> None:
            text = self.tr("choose {0}").format(source.name)
            self.document.edit(text, source=source)

        return self._open_data(source, chosen)

    def open_data(self, source: DataSource, *, then_calibrate: bool = False) -> Job | None:
        def opened() -> None:
            if self.document.decided.source is None:
                self.document.adopt(source=source)
            if then_calibrate:
                self.calibrate()

        return self._open_data(source, opened)

    def _open_data(self, source: DataSource, then: Callable[[], None]) -> Job | None:
        def done(dataset: Dataset) -> None:
            self.document.set_dataset(dataset, source)
            then()

        job = self.read_data("data", source, done)
        if job is not None:
            job.failed.connect(lambda error, _: self._refuse_data(source, error))
        return job

    def read_data(
        self, lane: str, source: DataSource, done: Callable[[Dataset], None]
    ) -> Job | None:
        """Samples that the open model can be run on; what fails is said."""
        model = self.document.model
        if model is None:
            return None

        def call(monitor: Monitor) -> Dataset:
            from quantengine.data.dataset import check_usable
            from quantengine.observe.inputs import open_model_data

            dataset = open_model_data(model, source.path, source.options, monitor=monitor)
            try:
                check_usable(dataset)
            except WrongSize as error:
                raise (error if dataset.preprocessing else DataError(error.sentence)) from error
            return dataset

        return self._start(lane, self.tr("Opening {0}").format(source.path.name), call, done)

    def _refuse_data(self, source: DataSource, error: Exception) -> None:
        self.document.refuse(source)
        if isinstance(error, WrongSize):
            options = replace(source.options, resize=error.wanted, crop=None)
            self.resizable.emit(said(error), DataSource(source.path, options))

    def calibrate(self) -> Job | None:
        model, dataset = self.document.model, self.document.dataset
        if model is None or dataset is None:
            return None
        plan = self.document.plan

        def call(bridge: Bridge) -> CalibrationTable:
            from quantengine.decisions import plan_taps
            from quantengine.observe.calibrate import calibrate
            from quantengine.observe.coverage import few_samples

            found = calibrate(
                model,
                dataset,
                plan_taps(model, plan),
                quantized_inputs=plan.observe_quantized,
                monitor=bridge,
                show=bridge.find,
            )
            few_samples(found, found.tensors)  # views ask the same, and every tensor keeps its part
            return found

        text = self.tr("Calibrating on {0}").format(counted(len(dataset), "sample"))

        def done(table: CalibrationTable) -> None:
            self.document.set_table(table, dataset)

        job = self._start("calibrate", text, call, done)
        job.found.connect(self.document.set_growing)
        job.finished.connect(lambda: self.document.set_growing(None))
        return job

    def work_out(self) -> Job | None:
        """Brings the outcome up to the plan."""
        document = self.document
        work = document.work
        if work is None or not document.outcome_is_stale:
            self.jobs.cancel("outcome")  # of a plan that was undone meanwhile
            self._settle("outcome")
            return None
        if self._memo_of != (work.model, work.table):
            self._memo_of, self._memo = (work.model, work.table), {}
        memo, made, recipe = self._memo, document.candidate, document.decided.recipe

        def call(bridge: Bridge) -> Outcome:
            from .outcome import made_outcome, settled, work_out

            if made is not None:
                return made_outcome(work, recipe, made)
            alone = work_out(work, recipe, memo=memo, monitor=bridge)
            if alone.settled or not (recipe is None or recipe.is_quick):
                return alone
            bridge.find(alone)
            bridge.pause(_SETTLE_S)
            return settled(alone, bridge)

        job = self._start("outcome", self.tr("Choosing ranges"), call, document.set_outcome)
        job.found.connect(document.set_outcome)
        return job

    def _compare_data(self) -> None:
        """Looks into the samples, where names and preprocessing tell no difference."""
        document = self.document
        table, dataset = document.table, document.dataset
        if table is None or dataset is None or document.fit or document.table_is_stale:
            self.jobs.cancel("fit")
            return

        def call(monitor: Monitor) -> Fit:
            from quantengine.observe.collected import collected_on

            return Fit(table, dataset, collected_on(table, dataset, monitor=monitor))

        self._start("fit", self.tr("Comparing data"), call, document.set_fit)

    def _stop(self) -> None:
        """What ran for the model before has nobody to tell."""
        self._memo_of, self._memo = (None, None), {}
        for lane in tuple(self._wrong):
            self._settle(lane)
        for job in self.jobs.jobs:
            if job.lane not in _OUTLIVING_LANES:
                job.cancel()

    def _follow_source(self) -> None:
        source = self.document.decided.source
        if source is not None and source != self.document.dataset_source:
            self.open_data(source)

    def _start(
        self,
        lane: str,
        text: str,
        call: Callable[[Bridge], T],
        done: Callable[[T], None],
    ) -> Job:
        job = self.start(lane, text, call)
        job.done.connect(done)
        return job

    def start(self, lane: str, text: str, call: Callable[[Bridge], object]) -> Job:
        """A job whose failures and notes are shown to the person."""
        job = self.jobs.start(lane, text, call)
        job.failed.connect(partial(self._report_of, lane))
        job.done.connect(lambda _: self._settle(lane))
        if lane != "outcome":  # what is worked out anew with every change says it once too often
            job.faulted.connect(self._note)
        if lane in _GUESSING_LANES:  # how much memory a calibration takes is no news
            job.said.connect(self._note)
        return job

    def _note(self, text: str) -> None:
        self.noted.emit(said(text))

    def refuse(self, lane: str, sentence: str) -> None:
        """What a person wrote cannot be; it leaves when work of this lane succeeds."""
        self._wrong[lane] = sentence
        self.failed.emit(sentence, "")

    def report(self, error: Exception, details: str) -> None:
        """Our own errors are sentences already; others come with details to copy."""
        self.failed.emit(*self._told(error, details))

    def _report_of(self, lane: str, error: Exception, details: str) -> None:
        self._wrong[lane] = self._told(error, details)[0]
        self.report(error, details)

    def _settle(self, lane: str) -> None:
        sentence = self._wrong.pop(lane, None)
        if sentence is not None:
            self.settled.emit(sentence)

    def _told(self, error: Exception, details: str) -> tuple[str, str]:
        if isinstance(error, NothingToWrite):
            text = self.tr("Nothing in the file would be an integer, so none was written. {0}")
            return text.format(said(error)), ""
        if isinstance(error, QuantError):
            return said(error), ""
        return self.tr("Something went wrong that should not: {0}").format(error), details


def _load_loops() -> None:
    from quantengine.observe.loops import load_loops_beside

    load_loops_beside()
