"""What each step of recovery does to the state, and the obstacles that some of them find there.

What works is imported when a step is taken: a command knows the names of all steps at its start.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from quantengine.counted import counted
from quantengine.sentence import Sentence

if TYPE_CHECKING:
    from quantengine.graph.model import FloatModel
    from quantengine.observe.table import CalibrationTable
    from quantengine.plan import QuantPlan
    from quantengine.recover.rounding import Rounding
    from quantengine.recover.state import State
    from quantengine.rewrite.encodings import Encodings

_BYTE = 8


def fold(state: State) -> State:
    count = len(state.model.foldings)
    if not count:
        return state.said(Sentence("The model has nothing to fold, or was opened without folding."))
    said = Sentence("{0} folded into the layers beside them.", counted(count, "node"))
    return state.said(said)


def no_trap(state: State) -> Sentence | None:
    if shared(state):
        return None
    return Sentence("No tensor has one range for parts that differ very much.")


def shared(state: State) -> tuple[str, ...]:
    from quantengine.recover.mend import mendable

    return mendable(state.resolution, state.layers)


def mend(state: State) -> State:
    from quantengine.recover.mend import mended

    return mended(state, shared(state))


def no_front(state: State) -> Sentence | None:
    return None if fronts(state) else Sentence("No layer is before a logarithm that others read.")


def fronts(state: State) -> tuple[str, ...]:
    from quantengine.recover.front import open_fronts

    return open_fronts(state)


def front(state: State) -> State:
    from quantengine.recover.front import with_float_fronts

    return with_float_fronts(state, fronts(state))


def no_levels(state: State) -> Sentence | None:
    from quantengine.recover.levels import no_levels

    return no_levels(state)


def takes_levels(model: FloatModel, plan: QuantPlan, table: CalibrationTable) -> bool:
    from quantengine.recover.levels import takes_levels

    return takes_levels(model, plan, table)


def dynamic(state: State) -> State:
    from quantengine.recover.levels import with_dynamic

    return with_dynamic(state)


def equalize(state: State) -> State:
    from quantengine.recover.equalize import equalize

    found = equalize(state.model, state.table, monitor=state.monitor)
    return state.with_model(found.model, found.text)


def equalize_seen(state: State) -> State:
    from quantengine.recover.equalize import equalize

    found = equalize(state.model, state.table, headroom=1.0, monitor=state.monitor)
    return state.with_model(found.model, found.text)


def smooth(state: State) -> State:
    from quantengine.recover.smooth import smooth

    plan = state.resolution.plan
    found = smooth(state.model, state.table, plan, monitor=state.monitor)
    return state.with_model(found.model, found.text, found.changed)


def awq(state: State) -> State:
    from quantengine.recover.awq import weigh

    found = weigh(state.model, state.table, state.resolution.plan, monitor=state.monitor)
    return state.with_model(found.model, found.text, found.changed)


def absorb(state: State) -> State:
    from quantengine.recover.absorb import absorb_high_bias

    found = absorb_high_bias(state.model, state.table, monitor=state.monitor)
    return state.with_model(found.model, found.text)


def asymmetric(state: State) -> State:
    from quantengine.recover.asymmetric import asymmetric_plan

    plan, text = asymmetric_plan(state.resolution)
    return state.said(text) if plan is None else state.with_plan(plan, text)


def ranges(state: State) -> State:
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


def bias(state: State) -> State:
    from quantengine.recover.bias import correct_bias

    found = correct_bias(
        state.model, state.encodings, state.samples, layers=state.layers, monitor=state.monitor
    )
    return _where(bool(found.layers), state, found.encodings, found.text)


def midrise(state: State) -> State:
    from quantengine.recover.midrise import midrise_weights

    found = midrise_weights(state.model, state.resolution)
    return _where(bool(found.layers), state, found.encodings, found.text)


def analytic(state: State) -> State:
    from quantengine.recover.analytic import correct_bias_analytic

    found = correct_bias_analytic(state.model, state.encodings)
    return _where(bool(found.layers), state, found.encodings, found.text)


def round_codes(state: State) -> State:
    return _with_codes(state, _rounding(state))


def _rounding(state: State) -> Rounding:
    from quantengine.recover.rounding import SCALE_RATIOS, Rounding

    few = any(e.dtype.bits < _BYTE for e in state.encodings.weights.values())
    return Rounding(ratios=SCALE_RATIOS if few else (1.0,))


def adaround(state: State) -> State:
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


def tune(state: State) -> State:
    from quantengine.recover.ranges import other_methods
    from quantengine.recover.tune import tune_ranges

    model, resolution, monitor = state.model, state.resolution, state.monitor
    others = other_methods(model, resolution, state.table, narrow=True, monitor=monitor)
    found = tune_ranges(model, resolution, [*others], state.samples, monitor=monitor)
    return _where(bool(found.changed), state, found.encodings, found.text)


def _where(changed: bool, state: State, encodings: Encodings, text: Sentence) -> State:
    return state.with_encodings(encodings, text) if changed else state.said(text)
