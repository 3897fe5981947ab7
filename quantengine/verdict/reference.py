"""The float results on some samples: the one place where a quantized network is held to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from types import MappingProxyType

from quantengine.data.dataset import Sample
from quantengine.errors import PlanError
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.opening.reference import reference_session
from quantengine.runtime import Tensors
from quantengine.verdict.judge import BY_WORST, METRIC, POOLED, TASK, WORST, Judge
from quantengine.verdict.own import Own
from quantengine.verdict.reading import Reading, reading_of
from quantengine.verdict.record import Record
from quantengine.verdict.stream import Run, along_time, run_steps
from quantengine.verdict.tasks.figure import TaskFigure
from quantengine.verdict.together import Together
from quantengine.verdict.verdict import Verdict, verdict_of

FIRST, _FIRST_BYTES = 16, 32 << 20
"""How many samples of a stream are held, and no more than so large ones."""


class Reference:
    """The float results on `samples`, what counts as padding, and how the outputs are read.

    `run` gives the float results of any sample. `together` tells what each of `samples` holds
    where runs hold several, None: each is one sample. Results of further samples are held up to
    `held_bytes`. `judge` tells what verdicts follow; `with_task`: figures of the task are wanted
    whatever is followed, with `truths` by the names of samples. Raises PlanError for a name that is
    no figure, output or slice, and for a task that does not fit the outputs. Raises ModelError,
    DataError, MetricError, Cancelled.
    """

    def __init__(
        self,
        run: Run,
        reading: Reading,
        samples: Sequence[Sample],
        *,
        together: Together | None = None,
        held_bytes: int = 0,
        judge: Judge = BY_WORST,
        with_task: bool = False,
        truths: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        self.samples = tuple(samples)
        self._run = run
        self._together = together
        self.reading = reading.decoding(self.samples)
        self._expected = {
            place: self.answer(run, sample) for place, sample in enumerate(self.samples)
        }
        runs = list(islice(self._singles(), FIRST))
        self.reading = self.reading.learnt(runs)
        self.judge_by = judge
        self.truths = truths
        self._own = None if judge.metric is None else Own(judge.metric)
        if with_task or judge.follows == TASK:
            self.reading = self.reading.for_task(runs, judge.task)
        self._refuse_unknown()
        self._left = held_bytes

    @classmethod
    def of(
        cls,
        model: FloatModel,
        samples: Sequence[Sample],
        *,
        together: Together | None = None,
        held_bytes: int = 0,
        judge: Judge = BY_WORST,
        with_task: bool = False,
        optimize: bool = False,
        monitor: Monitor = SILENT,
    ) -> Reference:
        """The file `model` was opened from, run as it was given.

        `optimize` lets the runtime merge its nodes, as in a written file that is run beside it.
        """
        session, outputs = reference_session(model, optimize=optimize), list(model.outputs)

        def run(feeds: Tensors) -> Tensors:
            return session.run(feeds, outputs, monitor=monitor)

        found = cls(
            run,
            reading_of(model),
            samples,
            together=together,
            held_bytes=held_bytes,
            judge=judge,
            with_task=with_task,
        )
        taken = found.reading.taken
        if taken is not None and taken.why is not None and (taken.figure or judge.follows == TASK):
            monitor.say(taken.text)
        return found

    def _singles(self) -> Iterator[tuple[Tensors, Tensors]]:
        """Feeds and float results of each sample, those that ran together apart."""
        for number, found in self._expected.items():
            sample = self.samples[number]
            if self._together is None:
                yield sample.feeds, found
                continue
            for _, one, (own,) in self._together.apart(number, sample, found):
                yield one.feeds, own

    def _refuse_unknown(self) -> None:
        usual = (WORST, POOLED, TASK, *(() if self._own is None else (METRIC,)))
        if self.judge_by.follows in usual:
            return
        found = self.itself
        names = [name for o in found.outputs for name in (o.name, *(s.name for s in o.slices))]
        if self.judge_by.follows not in (*found.metric, *names):
            figures = self._follow_task()
            if self.judge_by.follows not in figures:
                choice = dict.fromkeys((*usual, *found.metric, *names, *figures))
                raise PlanError(
                    "There is no figure, output or slice '{0}' to judge by: choose {1}.",
                    self.judge_by.follows,
                    ", ".join(choice),
                )

    def _follow_task(self) -> Mapping[str, TaskFigure]:
        """Lets verdicts follow the figure of the task that has the wanted name; gives all."""
        runs = list(islice(self._singles(), FIRST))
        self.reading = self.reading.for_task(runs, self.judge_by.task)
        taken, task = self.reading.taken, self.itself.task
        if taken is None or task is None:
            return {}
        followed = replace(taken, figure=self.judge_by.follows)
        self.reading = replace(self.reading, taken=followed)
        return task.figures

    @property
    def joins(self) -> bool:
        """Whether some run holds several samples."""
        return self._together is not None and self._together.joins

    @property
    def itself(self) -> Verdict:
        """The verdict on the float network itself: what labels and broken outputs tell of it."""
        return self.judge(self._expected[place] for place in range(len(self.samples)))

    def answer(self, run: Run, sample: Sample) -> Tensors:
        """The outputs of any network for a sample, step by step where it is a sequence."""
        return self.joined(run_steps(run, sample))

    def joined(self, steps: Sequence[Tensors]) -> Tensors:
        """The outputs of all steps of a sequence as those of one sample."""
        return along_time(steps, self.reading.told.channels)

    def judge(self, candidates: Iterable[Tensors], *, monitor: Monitor = SILENT) -> Verdict:
        """The verdict on outputs for the samples in their order; fewer are those of the first."""
        records: list[Record] = []
        for number, candidate in enumerate(candidates):
            records += self.records(number, candidate, monitor=monitor)
        return self.verdict(records)

    def records(
        self, number: int, candidate: Tensors, *, monitor: Monitor = SILENT
    ) -> list[Record]:
        """What the outputs of a run of `samples` show, one record for each sample in it.

        Outputs that `candidate` does not hold are those of the float network.
        """
        sample, expected = self.samples[number], self._expected[number]
        candidate = {**expected, **candidate}
        if self._together is None:
            return [self.record(number, sample, candidate, expected, monitor=monitor)]
        return [
            self.record(place, one, *own, monitor=monitor)
            for place, one, own in self._together.apart(number, sample, candidate, expected)
        ]

    def record(
        self,
        place: int,
        sample: Sample,
        candidate: Tensors,
        expected: Tensors | None = None,
        *,
        monitor: Monitor = SILENT,
    ) -> Record:
        """What the outputs of one sample show."""
        known = self.expected(place, sample) if expected is None else expected
        truth = self.truths.get(sample.name)
        found = self.reading.record(place, known, candidate, sample.feeds, sample.label, truth)
        if self._own is None:
            return found
        own = self._own.record(place, sample, self._read(known), self._read(candidate), monitor)
        return replace(found, own=own)

    def _read(self, outputs: Tensors) -> Tensors:
        return {name: outputs[name] for name in self.reading.outputs}

    def expected(self, number: int, sample: Sample) -> Tensors:
        """The float results of a run: held, or run again."""
        known = self._expected.get(number)
        if known is None:
            known = self.answer(self._run, sample)
            size = sum(values.nbytes for values in known.values())
            if size <= self._left:
                self._left -= size
                self._expected[number] = known
        return known

    def verdict(self, records: Iterable[Record], *, intervals: bool = False) -> Verdict:
        """The figures of records of any samples, however they were come by.

        `intervals`: those of the task with how far they can be trusted.
        """
        judge = replace(self.judge_by, metric=None)
        return verdict_of(self.reading, records, judge, intervals=intervals)


def first_of(samples: Iterable[Sample]) -> tuple[list[Sample], Iterator[tuple[int, Sample]]]:
    """The samples of a stream that a reference is made of, and all of them with their places."""
    rest, first, size = iter(samples), list[Sample](), 0
    for sample in islice(rest, FIRST):
        first.append(sample)
        size += sum(values.nbytes for values in sample.feeds.values())
        if size > _FIRST_BYTES:
            break
    return first, enumerate(chain(first, rest))
