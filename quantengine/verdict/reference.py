"""The float results on some samples: the one place where a quantized network is held to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from types import MappingProxyType

from quantengine.data.dataset import Sample
from quantengine.errors import PlanError
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.opening.reference import reference_session
from quantengine.runtime import Tensors
from quantengine.verdict.judge import BY_WORST, POOLED, TASK, WORST, Judge
from quantengine.verdict.reading import Reading, reading_of
from quantengine.verdict.record import Record
from quantengine.verdict.verdict import Verdict, verdict_of

Run = Callable[[Tensors], Tensors]
"""From feeds to outputs by name."""

FIRST, _FIRST_BYTES = 16, 32 << 20
"""How many samples of a stream are held, and no more than so large ones."""


class Reference:
    """The float results on `samples`, what counts as padding, and how the outputs are read.

    `run` gives the float results of any sample. Runs that hold several samples along the first
    axis have their places in `together`, in the order of `samples`; None: each is one sample.
    Results of further samples are held up to `held_bytes`. `judge` tells what verdicts follow;
    `with_task`: figures of the task are wanted whatever is followed, with `truths` by the names of
    samples. Raises PlanError for a name that is no output or slice, and for a task that does not
    fit the outputs.
    Raises ModelError, DataError, Cancelled.
    """

    def __init__(
        self,
        run: Run,
        reading: Reading,
        samples: Sequence[Sample],
        *,
        together: Sequence[Sequence[int]] | None = None,
        held_bytes: int = 0,
        judge: Judge = BY_WORST,
        with_task: bool = False,
        truths: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        self.samples = tuple(samples)
        self._run = run
        self._together = together
        self._expected = {place: run(sample.feeds) for place, sample in enumerate(self.samples)}
        firsts = list(self._expected.items())[:FIRST]
        runs = [(self.samples[n].feeds, found) for n, found in firsts]
        self.reading = reading.learnt(runs)
        self.judge_by = judge
        self.truths = truths
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
        together: Sequence[Sequence[int]] | None = None,
        held_bytes: int = 0,
        judge: Judge = BY_WORST,
        optimize: bool = False,
        monitor: Monitor = SILENT,
    ) -> Reference:
        """The file `model` was opened from, run as it was given.

        `optimize` lets the runtime merge its nodes, as in a written file that is run beside it.
        """
        session, outputs = reference_session(model, optimize=optimize), list(model.outputs)

        def run(feeds: Tensors) -> Tensors:
            return session.run(feeds, outputs, monitor=monitor)

        reading = reading_of(model)
        return cls(run, reading, samples, together=together, held_bytes=held_bytes, judge=judge)

    def _refuse_unknown(self) -> None:
        if self.judge_by.follows in (WORST, POOLED, TASK):
            return
        found = self.itself.outputs
        names = [name for o in found for name in (o.name, *(s.name for s in o.slices))]
        if self.judge_by.follows not in names:
            raise PlanError(
                f"There is no output or slice '{self.judge_by.follows}' to judge by: choose "
                f"{', '.join(dict.fromkeys((WORST, POOLED, TASK, *names)))}."
            )

    @property
    def joins(self) -> bool:
        """Whether some run holds several samples."""
        return self._together is not None and any(len(places) > 1 for places in self._together)

    @property
    def itself(self) -> Verdict:
        """The verdict on the float network itself: what labels and broken outputs tell of it."""
        return self.judge(self._expected[place] for place in range(len(self.samples)))

    def judge(self, candidates: Iterable[Tensors]) -> Verdict:
        """The verdict on outputs for the samples in their order; fewer are those of the first."""
        records: list[Record] = []
        for number, candidate in enumerate(candidates):
            records += self.records(number, candidate)
        return self.verdict(records)

    def records(self, number: int, candidate: Tensors) -> list[Record]:
        """What the outputs of a run of `samples` show, one record for each sample in it.

        Outputs that `candidate` does not hold are those of the float network.
        """
        sample, expected = self.samples[number], self._expected[number]
        candidate = {**expected, **candidate}
        places = (number,) if self._together is None else self._together[number]
        if len(places) == 1:
            return [self.record(places[0], sample, candidate, expected)]
        return [
            self.reading.record(
                place, _row(expected, row), _row(candidate, row), _row(sample.feeds, row)
            )
            for row, place in enumerate(places)
        ]

    def record(
        self, place: int, sample: Sample, candidate: Tensors, expected: Tensors | None = None
    ) -> Record:
        """What the outputs of one sample show."""
        known = self.expected(place, sample) if expected is None else expected
        truth = self.truths.get(sample.name)
        return self.reading.record(place, known, candidate, sample.feeds, sample.label, truth)

    def expected(self, number: int, sample: Sample) -> Tensors:
        """The float results of a run: held, or run again."""
        known = self._expected.get(number)
        if known is None:
            known = self._run(sample.feeds)
            size = sum(values.nbytes for values in known.values())
            if size <= self._left:
                self._left -= size
                self._expected[number] = known
        return known

    def verdict(self, records: Iterable[Record], *, intervals: bool = False) -> Verdict:
        """The figures of records of any samples, however they were come by.

        `intervals`: those of the task with how far they can be trusted.
        """
        return verdict_of(self.reading, records, self.judge_by, intervals=intervals)


def first_of(samples: Iterable[Sample]) -> tuple[list[Sample], Iterator[tuple[int, Sample]]]:
    """The samples of a stream that a reference is made of, and all of them with their places."""
    rest, first, size = iter(samples), list[Sample](), 0
    for sample in islice(rest, FIRST):
        first.append(sample)
        size += sum(values.nbytes for values in sample.feeds.values())
        if size > _FIRST_BYTES:
            break
    return first, enumerate(chain(first, rest))


def _row(values: Tensors, row: int) -> Tensors:
    return {name: value[row : row + 1] for name, value in values.items()}
