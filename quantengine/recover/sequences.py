"""Which exact rewrites of the float network, one behind another, what follows gains most by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cmp_to_key
from itertools import chain
from time import monotonic

from quantengine.analyze.gauge import Gauge
from quantengine.counted import counted
from quantengine.data.evenly import evenly
from quantengine.monitor import SILENT, Monitor
from quantengine.recover.bias import correct_bias
from quantengine.recover.report import StepReport, told
from quantengine.recover.rounding import Rounding, round_weights
from quantengine.recover.samples import Chunk, Samples
from quantengine.recover.state import State
from quantengine.recover.steps import STEPS
from quantengine.sentence import Sentence
from quantengine.verdict.figures import Judgement, task_harm
from quantengine.verdict.verdict import Verdict

MOST_SECONDS = 120.0
_WIDTH = 2
"""How many sequences of one length are gone on from."""
_WORTH_DB, _SURE_DB = 0.1, 1.0
"""What going on from a sequence has to gain, and what another: few samples tell less apart."""
_FIT, _HELD = 16, 8
"""Samples that the quick steps behind a sequence are fitted to, and hold out."""
_POSITIONS = 2048
_BYTE = 8


@dataclass(frozen=True, eq=False)
class Branch:
    """The network behind some rewrites in order, and how it is judged with quick steps behind."""

    path: tuple[str, ...]
    state: State
    verdict: Verdict
    above: Branch | None = None

    @property
    def judgement(self) -> Judgement:
        return Judgement.of(self.verdict)

    @property
    def along(self) -> tuple[Branch, ...]:
        """Those that lead to it and itself, without the first."""
        return () if self.above is None else (*self.above.along, self)


@dataclass(frozen=True, eq=False)
class Quick:
    """What follows a sequence, in short: rounding of few bits where it `rounds`, then biases."""

    gauge: Gauge
    rounds: bool
    monitor: Monitor = SILENT

    def judged(self, state: State) -> Verdict:
        """Of the network with what follows it."""
        samples, monitor = _fewer(state.samples), self.monitor
        encodings = state.encodings
        if self.rounds and any(e.dtype.bits < _BYTE for e in encodings.weights.values()):
            how = Rounding(
                inputs="quantized",
                pair_safe=state.resolution.plan.pair_safe,
                positions=_POSITIONS,
                sweeps=0,
            )
            encodings = round_weights(
                state.model, encodings, samples, how, monitor=monitor
            ).encodings
        else:
            encodings = correct_bias(state.model, encodings, samples, monitor=monitor).encodings
        found = self.gauge.judge(state.model, encodings, monitor=monitor)
        self.gauge.rest()
        return found


@dataclass(eq=False)
class Sequences:
    """A beam through the orders of some rewrites, each judged with quick steps behind.

    The best two of each length are gone on from, also where they are worse than what is shorter:
    what works only together is found so. Nothing more is begun after `most_seconds`. `watch` gets
    a report of each.
    """

    words: tuple[str, ...]
    quick: Quick
    watch: Callable[[StepReport], None]
    monitor: Monitor = SILENT
    most_seconds: float = MOST_SECONDS
    idle: dict[str, Sentence] = field(default_factory=dict)
    """What each word says that does nothing to the network as it is."""
    reports: list[StepReport] = field(default_factory=list)
    late: int = 0
    """How many were not begun."""
    _end: float = 0.0

    def run(self, state: State) -> Branch | None:
        """The best, None where no word does anything."""
        self._end = monotonic() + self.most_seconds
        ways = self._rewritten(state, ())
        first = next(ways, None)
        if first is None:
            return None
        seconds = f"{self.most_seconds:g}"
        self.monitor.say(
            Sentence("Sequences of steps are tried; none is begun after {0} s.", seconds)
        )
        best = root = Branch((), state, self.quick.judged(state))
        found = [self._tried(root, *each) for each in chain((first,), ways)]
        while found:
            best = _best(root, [best, *found])
            layer = sorted(found, key=cmp_to_key(_before))[:_WIDTH]
            found = [
                self._tried(above, *each)
                for above in layer
                for each in self._rewritten(above.state, above.path)
            ]
        if self.late:
            said = Sentence("Time did not suffice for {0}.", counted(self.late, "sequence"))
            self.monitor.say(said)
            text = Sentence("{0} {1}", self.reports[-1].text, said)
            self.reports[-1] = replace(self.reports[-1], text=text)
        return best

    def _rewritten(self, state: State, path: tuple[str, ...]) -> Iterator[tuple[str, State]]:
        """The network behind each further word that does something to it."""
        for word in self.words:
            if word in path:
                continue
            self.monitor.check()
            step = STEPS[word]
            obstacle = step.obstacle(state) or step.spared(state)
            if obstacle is None and self.reports and monotonic() > self._end:
                self.late += 1
                continue
            tried = step.apply(state) if obstacle is None else state.said(obstacle)
            if not tried.is_as(state):
                yield word, tried
            elif not path:
                self.idle[word] = tried.text

    def _tried(self, above: Branch, word: str, state: State) -> Branch:
        self.monitor.progress(len(self.reports), None, Sentence("Trying sequences of steps"))
        self.monitor.check()
        found = Branch((*above.path, word), state, self.quick.judged(state), above)
        report = told(word, above.judgement, found.judgement, False, state.text)
        self.reports.append(replace(report, behind=above.path))
        self.monitor.say(str(self.reports[-1]))
        self.watch(self.reports[-1])
        return found

    def tree(self, chosen: Branch) -> tuple[StepReport, ...]:
        """What was tried, each right behind what it follows; `kept`: what was chosen begins so."""
        ways = {branch.path for branch in chosen.along}
        kept = (replace(r, kept=(*(r.behind or ()), r.step) in ways) for r in self.reports)
        places = {word: place for place, word in enumerate(self.words)}
        return tuple(sorted(kept, key=lambda r: [places[w] for w in (*(r.behind or ()), r.step)]))


def _before(one: Branch, other: Branch) -> int:
    """Below zero where the first is better."""
    return other.judgement.better_than(one.judgement) - one.judgement.better_than(other.judgement)


def _best(root: Branch, branches: Sequence[Branch]) -> Branch:
    """The first that none is clearly better than, of those that take nothing from the task."""
    best = branches[0]
    for each in branches[1:]:
        goes_on = each.path[: len(best.path)] == best.path
        better = each.judgement.better_than(best.judgement, _WORTH_DB if goes_on else _SURE_DB)
        if better and task_harm(root.verdict, each.verdict) is None:
            best = each
    return best


def _fewer(samples: Samples) -> Samples:
    return replace(
        samples, fit=_some(samples, samples.fit, _FIT), held=_some(samples, samples.held, _HELD)
    )


def _some(samples: Samples, chunks: Sequence[Chunk], most: int) -> tuple[Chunk, ...]:
    """Evenly spread, about as many samples."""
    each = len(next(iter(chunks[0].values()))) if samples.together and chunks else 1
    return tuple(chunks[place] for place in evenly(len(chunks), max(most // max(each, 1), 1)))
