"""Every step of recovery by name, in the order in which they work best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType

from quantengine.errors import PlanError
from quantengine.recover import obstacles, on_state
from quantengine.recover.step import Step

_quick = partial(Step, quick=True, auto=True)
_usual = partial(Step, biases=True)

STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "fold": _quick(
            "Batch norms became part of the layers beside them when opened",
            on_state.fold,
            opened=lambda state: bool(state.model.foldings),
        ),
        "mend": _quick(
            "Gives parts that share a range and differ very much 16 bits, scales them, splits "
            "their layer or leaves them float",
            on_state.mend,
            obstacle=on_state.no_trap,
            by_layer=True,
            places=on_state.shared,
            worth_db=3.0,
        ),
        "front": _quick(
            "Leaves the layers before a logarithm float, as those of sounds, where little is left",
            on_state.front,
            obstacle=on_state.no_front,
            by_layer=True,
            places=on_state.fronts,
            worth_db=10.0,
        ),
        "dynamic": _quick(
            "Finds ranges while running where samples are loud and quiet and little is left of "
            "the quiet ones",
            on_state.dynamic,
            obstacle=on_state.no_levels,
            alone=on_state.takes_levels,
            worth_db=10.0,
        ),
        "equalize": _quick(
            "Evens out the channels of neighbouring layers: for weights per tensor, loud channels",
            on_state.equalize,
            rewrites=True,
            obstacle=obstacles.no_weights,
            spared=obstacles.even,
        ),
        "equalize_seen": _quick(
            "Equalizes channels that come near a Clip too: rarer values than were seen may be cut",
            on_state.equalize_seen,
            rewrites=True,
            obstacle=obstacles.unclamped,
            spared=obstacles.near,
        ),
        "smooth": _quick(
            "Moves outlier channels from activations into weights",
            on_state.smooth,
            rewrites=True,
            obstacle=obstacles.all_float,
        ),
        "awq": _quick(
            "Makes weights larger that meet large inputs, where activations stay float",
            on_state.awq,
            rewrites=True,
            obstacle=obstacles.codes_meet,
            spared=obstacles.fine,
        ),
        "absorb": _quick(
            "Moves high biases into the layer after",
            on_state.absorb,
            rewrites=True,
            obstacle=obstacles.no_weights,
            spared=obstacles.apart,
        ),
        "asymmetric": _quick(
            "Gives weights of 2 to 7 bits zero points of their own",
            on_state.asymmetric,
            shifts=True,
        ),
        "ranges": _quick(
            "Tries other range methods for all activations",
            on_state.ranges,
            obstacle=obstacles.no_ranges,
        ),
        "round": Step(
            "Rounds weights up or down so that the layer's output fits best; slower",
            on_state.round_codes,
            auto=True,
            spared=obstacles.wide,
            biases=True,
            many=True,
        ),
        "bias": _quick(
            "Makes up for what rounding shifts in every output channel",
            on_state.bias,
            spared=obstacles.rounded,
            by_layer=True,
            biases=True,
        ),
        "midrise": Step(
            "Gives weights of 2 bits four levels around zero and none at it, held in 4 bits",
            on_state.midrise,
            obstacle=obstacles.no_weights,
        ),
        "analytic": _usual(
            "Makes up for what rounding shifts as batch norms tell it, without data",
            on_state.analytic,
        ),
        "adaround": Step(
            "Learns which way to round, beside what round finds: layers take the better; slower",
            on_state.adaround,
            biases=True,
            many=True,
        ),
        "tune": Step(
            "Tries every method for every activation on the network; slow",
            on_state.tune,
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
