"""Every step of recovery by name, in the order in which they work best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from quantengine.counted import counted
from quantengine.errors import PlanError
from quantengine.recover import obstacles
from quantengine.recover.step import Step
from quantengine.sentence import Sentence

if TYPE_CHECKING:
    from quantengine.graph.model import FloatModel
    from quantengine.observe.table import CalibrationTable
    from quantengine.plan import QuantPlan
    from quantengine.recover.rounding import Rounding
    from quantengine.recover.state import State
    from quantengine.rewrite.encodings import Encodings

_BYTE = 8


def _fold(state: State) -> State:
    count = len(state.model.foldings)
    if not count:
        return state.said(Sentence("The model has nothing to fold, or was opened without folding."))
    said = Sentence("{0} folded into the layers beside them.", counted(count, "node"))
    return state.said(said)


def _no_trap(state: State) -> Sentence | None:
    if _shared(state):
        return None
    return Sentence("No tensor has one range for parts that differ very much.")


def _shared(state: State) -> tuple[str, ...]:
    from quantengine.recover.mend import mendable

    return mendable(state.resolution, state.layers)


def _mend(state: State) -> State:
    from quantengine.recover.mend import mended

    return mended(state, _shared(state))


def _no_front(state: State) -> Sentence | None:
    return None if _fronts(state) else Sentence("No layer is before a logarithm that others read.")


def _fronts(state: State) -> tuple[str, ...]:
    from quantengine.recover.front import open_fronts

    return open_fronts(state)


def _front(state: State) -> State:
    from quantengine.recover.front import with_float_fronts

    return with_float_fronts(state, _fronts(state))


def _no_levels(state: State) -> Sentence | None:
    from quantengine.recover.levels import no_levels

    return no_levels(state)


def _takes_levels(model: FloatModel, plan: QuantPlan, table: CalibrationTable) -> bool:
    from quantengine.recover.levels import takes_levels

    return takes_levels(model, plan, table)


def _dynamic(state: State) -> State:
    from quantengine.recover.levels import with_dynamic

    return with_dynamic(state)


def _equalize(state: State) -> State:
    from quantengine.recover.equalize import equalize

    found = equalize(state.model, state.table, monitor=state.monitor)
    return state.with_model(found.model, found.text)


def _equalize_seen(state: State) -> State:
    from quantengine.recover.equalize import equalize

    found = equalize(state.model, state.table, headroom=1.0, monitor=state.monitor)
    return state.with_model(found.model, found.text)


def _smooth(state: State) -> State:
    from quantengine.recover.smooth import smooth

    plan = state.resolution.plan
    found = smooth(state.model, state.table, plan, monitor=state.monitor)
    return state.with_model(found.model, found.text)


def _awq(state: State) -> State:
    from quantengine.recover.awq import weigh

    found = weigh(state.model, state.table, state.resolution.plan, monitor=state.monitor)
    return state.with_model(found.model, found.text)


def _absorb(state: State) -> State:
    from quantengine.recover.absorb import absorb_high_bias

    found = absorb_high_bias(state.model, state.table, monitor=state.monitor)
    return state.with_model(found.model, found.text)


def _asymmetric(state: State) -> State:
    from quantengine.recover.asymmetric import asymmetric_plan

    plan, text = asymmetric_plan(state.resolution)
    return state.said(text) if plan is None else state.with_plan(plan, text)


def _ranges(state: State) -> State:
    from quantengine.analyze.gauge import Gauge
    from quantengine.ranges.words import worded
    from quantengine.recover.ranges import best_method, usual_method
    from quantengine.recover.samples import first_samples, held_reference

    first = tuple(first_samples(state.samples))
    gauge = Gauge(
        held_reference(
            state.model, state.samples, before=first, judge=state.judge, monitor=state.monitor
        )
    )
    resolution = state.resolution
    best = best_method(state.model, resolution, state.table, gauge, monitor=state.monitor)
    if best is None:
        return state.said(
            Sentence("No method does better than '{0}'.", usual_method(resolution).method)
        )
    chosen = usual_method(best)
    words = ", ".join([chosen.method, *(f"{k}={worded(k, v)}" for k, v in chosen.parameters)])
    return replace(
        state, resolution=best, text=Sentence("Activations take the method '{0}'.", words)
    )


def _bias(state: State) -> State:
    from quantengine.recover.bias import correct_bias

    found = correct_bias(
        state.model, state.encodings, state.samples, layers=state.layers, monitor=state.monitor
    )
    return _where(bool(found.layers), state, found.encodings, found.text)


def _midrise(state: State) -> State:
    from quantengine.recover.midrise import midrise_weights

    found = midrise_weights(state.model, state.resolution)
    return _where(bool(found.layers), state, found.encodings, found.text)


def _analytic(state: State) -> State:
    from quantengine.recover.analytic import correct_bias_analytic

    found = correct_bias_analytic(state.model, state.encodings)
    return _where(bool(found.layers), state, found.encodings, found.text)


def _round(state: State) -> State:
    return _with_codes(state, _rounding(state))


def _rounding(state: State) -> Rounding:
    from quantengine.recover.rounding import SCALE_RATIOS, Rounding

    few = any(e.dtype.bits < _BYTE for e in state.encodings.weights.values())
    return Rounding(ratios=SCALE_RATIOS if few else (1.0,))


def _adaround(state: State) -> State:
    return _with_codes(state, replace(_rounding(state), method="adaptive"))


def _with_codes(state: State, how: Rounding) -> State:
    from quantengine.recover.midrise import on_odd_codes
    from quantengine.recover.rounding import round_weights

    if on_odd_codes(state.resolution):
        return state.said(Sentence("Weights lie on odd codes, which rounding would leave."))
    state.monitor.say(Sentence("Rounding takes at most {0} s.", f"{how.most_seconds:g}"))
    found = round_weights(
        state.model,
        replace(state.encodings, codes={}),
        state.samples,
        replace(how, pair_safe=state.resolution.plan.pair_safe),
        monitor=state.monitor,
    )
    return _where(bool(found.layers), state, found.encodings, found.text)


def _tune(state: State) -> State:
    from quantengine.recover.ranges import other_methods
    from quantengine.recover.tune import tune_ranges

    model, resolution, monitor = state.model, state.resolution, state.monitor
    others = other_methods(model, resolution, state.table, narrow=True, monitor=monitor)
    found = tune_ranges(model, resolution, [*others], state.samples, monitor=monitor)
    return _where(bool(found.changed), state, found.encodings, found.text)


def _where(changed: bool, state: State, encodings: Encodings, text: Sentence) -> State:
    return state.with_encodings(encodings, text) if changed else state.said(text)


_quick = partial(Step, quick=True, auto=True)
_usual = partial(Step, biases=True)

STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "fold": _quick(
            "Batch norms became part of the layers beside them when opened",
            _fold,
            opened=lambda state: bool(state.model.foldings),
        ),
        "mend": _quick(
            "Gives parts that share a range and differ very much 16 bits, scales them, splits "
            "their layer or leaves them float",
            _mend,
            obstacle=_no_trap,
            by_layer=True,
            places=_shared,
            worth_db=3.0,
        ),
        "front": _quick(
            "Leaves the layers before a logarithm float, as those of sounds, where little is left",
            _front,
            obstacle=_no_front,
            by_layer=True,
            places=_fronts,
            worth_db=10.0,
        ),
        "dynamic": _quick(
            "Finds ranges while running where samples are loud and quiet and little is left of "
            "the quiet ones",
            _dynamic,
            obstacle=_no_levels,
            alone=_takes_levels,
            worth_db=10.0,
        ),
        "equalize": _quick(
            "Evens out the channels of neighbouring layers: for weights per tensor, loud channels",
            _equalize,
            rewrites=True,
            obstacle=obstacles.no_weights,
            spared=obstacles.even,
        ),
        "equalize_seen": _quick(
            "Equalizes channels that come near a Clip too: rarer values than were seen may be cut",
            _equalize_seen,
            rewrites=True,
            obstacle=obstacles.unclamped,
            spared=obstacles.near,
        ),
        "smooth": _quick(
            "Moves outlier channels from activations into weights",
            _smooth,
            rewrites=True,
            obstacle=obstacles.all_float,
        ),
        "awq": _quick(
            "Makes weights larger that meet large inputs, where activations stay float",
            _awq,
            rewrites=True,
            obstacle=obstacles.codes_meet,
            spared=obstacles.fine,
        ),
        "absorb": _quick(
            "Moves high biases into the layer after",
            _absorb,
            rewrites=True,
            obstacle=obstacles.no_weights,
            spared=obstacles.apart,
        ),
        "asymmetric": _quick(
            "Gives weights of 2 to 7 bits zero points of their own", _asymmetric, shifts=True
        ),
        "ranges": _quick(
            "Tries other range methods for all activations", _ranges, obstacle=obstacles.no_ranges
        ),
        "round": Step(
            "Rounds weights up or down so that the layer's output fits best; slower",
            _round,
            auto=True,
            spared=obstacles.wide,
            biases=True,
            many=True,
        ),
        "bias": _quick(
            "Makes up for what rounding shifts in every output channel",
            _bias,
            spared=obstacles.rounded,
            by_layer=True,
            biases=True,
        ),
        "midrise": Step(
            "Gives weights of 2 bits four levels around zero and none at it, held in 4 bits",
            _midrise,
            obstacle=obstacles.no_weights,
        ),
        "analytic": _usual(
            "Makes up for what rounding shifts as batch norms tell it, without data", _analytic
        ),
        "adaround": Step(
            "Learns which way to round, beside what round finds: layers take the better; slower",
            _adaround,
            biases=True,
            many=True,
        ),
        "tune": Step(
            "Tries every method for every activation on the network; slow",
            _tune,
            obstacle=obstacles.no_ranges,
            many=True,
        ),
    }
)

AUTO = tuple(name for name, step in STEPS.items() if step.auto)
QUICK = tuple(name for name, step in STEPS.items() if step.quick)
AUTOMATIC: tuple[tuple[str, ...], ...] = (("auto",), ("auto", "round"), ("quick",))
"""What stands for steps that look for themselves what is worth it; `quick` does not round."""
JUDGED = "judged"
"""Before steps: each is kept only where samples held out see no harm."""


def chosen_steps(words: Sequence[str] | None) -> tuple[str, ...]:
    """The steps behind `words`, None: `AUTO`; raises PlanError for a word that is none."""
    if words is None or ("auto" in words[:1] and tuple(words) in AUTOMATIC):
        return AUTO
    if tuple(words) in AUTOMATIC:
        return QUICK
    steps = tuple(words[1:] if JUDGED in words[:1] else words)
    for word in steps:
        named_step(word)
    return steps


def are_judged(words: Sequence[str] | None) -> bool:
    """Whether what does harm is undone; steps that a person names stay."""
    return words is None or tuple(words) in AUTOMATIC or JUDGED in words[:1]


def named_step(word: str) -> tuple[Step, str]:
    """The step of `name` or `name:PATTERN`, and the pattern of its layers; raises PlanError."""
    name, apart, pattern = word.partition(":")
    step = STEPS.get(name)
    if step is None or (apart and not step.by_layer):
        raise PlanError(
            "'{0}' is not a recovery step: choose auto, quick or some of {1}, which stay as named "
            "unless 'judged' stands before them.",
            word,
            ", ".join(STEPS),
        )
    return step, pattern or "*"
