"""Every range method by name, with its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from quantengine.errors import PlanError
from quantengine.observe.statistics import TensorStats
from quantengine.ranges import extremes, moments, robust, scale
from quantengine.ranges.choice import RangeChoice, RangeSpec
from quantengine.ranges.divergence import divergence
from quantengine.ranges.entropy import entropy
from quantengine.ranges.least import Choose, ChooseRows, power_method, scale_method
from quantengine.ranges.logits import cross_entropy
from quantengine.ranges.lopsided import lopsided, lopsided_rows
from quantengine.ranges.words import checked


@dataclass(frozen=True)
class Parameter:
    """A number a person may set, from `low` to `high`; without a default it is left out."""

    default: float | None
    low: float
    high: float
    text: str


@dataclass(frozen=True)
class Method:
    """One way to choose a range; `rows` is None where it makes no sense for weights."""

    text: str
    choose: Choose
    rows: ChooseRows | None = None
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    needs: str = "values"
    """What statistics must hold: `values`, `rows` of the output, `batch norm`, `preparation`."""
    extremes: bool = False
    """Means the extremes as they are: also what nothing behind the tensor tells apart."""
    leans: bool = False
    """Weights that a plan wants symmetric may have their zero one code off the middle."""

    @property
    def for_weights(self) -> bool:
        return self.rows is not None

    @property
    def defaults(self) -> dict[str, float]:
        return {
            name: parameter.default
            for name, parameter in self.parameters.items()
            if parameter.default is not None
        }


_PERCENTILE = {
    "p": Parameter(0.99999, 0.5, 1.0, "share of the values kept on each side"),
    "p_low": Parameter(None, 0.5, 1.0, "the same for the low end alone"),
    "p_high": Parameter(None, 0.5, 1.0, "the same for the high end alone"),
}
_SEARCH = {
    "p": Parameter(0.99999, 0.5, 1.0, "share of the values within the range that is scaled"),
    "bins": Parameter(2048, 2, 65536, "bins of the histograms"),
    "search_start_scale": Parameter(0.3, 0.001, 100.0, "first ratio to the range"),
    "search_end_scale": Parameter(1.0, 0.001, 100.0, "last ratio to the range"),
    "search_step": Parameter(0.01, 0.0001, 100.0, "distance of the ratios"),
}
_WIDE = _SEARCH | {
    name: replace(_SEARCH[name], default=default)
    for name, default in (("bins", 150), ("search_end_scale", 1.7))
}
"""The 141 candidates as they were documented first."""
_ENTROPY = {
    "bins": Parameter(2048, 2, 65536, "bins of the histogram of |x|"),
    "start_bins": Parameter(128, 1, 65536, "bins below the first threshold"),
}
_START = {
    "start": Parameter(0, 0, 1, "from the best of a ladder of scales, or from the full range"),
}
_DESCENT = {"iterations": Parameter(16, 1, 1000, "steps at most")} | _START
_SLOPES = {"iterations": Parameter(12, 1, 1000, "steps at most")} | _START
_HALVES = {
    "p": Parameter(0.7, 0.1, 1.0, "power of the error: the less, the less a large one counts"),
    "beta": Parameter(10.0, 0.1, 1000.0, "what holds errors of their own down at first"),
    "growth": Parameter(1.01, 1.0, 2.0, "what beta is multiplied by each time"),
    "iterations": Parameter(20, 1, 1000, "steps at most"),
}
_SECTIONS = {"iterations": Parameter(10, 1, 1000, "sections, each 0.62 of the one before")} | _START


class _Divergence(NamedTuple):
    name: str
    text: str
    label: str


_DIVERGENCES = (
    _Divergence("kl", "Least Kullback-Leibler divergence of the histograms", "KL divergence"),
    _Divergence(
        "symmetric_kl", "Least mean of both Kullback-Leibler divergences", "symmetric KL divergence"
    ),
    _Divergence("js", "Least Jensen-Shannon divergence of the histograms", "JS divergence"),
)
"""In the order of their metrics."""


def _divergences(ending: str, said: str, parameters: Mapping[str, Parameter]) -> dict[str, Method]:
    """The three searches, which differ in the metric alone."""
    return {
        each.name + ending: Method(
            each.text + said,
            partial(divergence, metric=metric, label=each.label),
            parameters=parameters,
        )
        for metric, each in enumerate(_DIVERGENCES)
    }


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "minmax": Method(
            "The smallest and the largest value seen",
            extremes.minmax,
            extremes.minmax_rows,
            extremes=True,
        ),
        "moving_average": Method(
            "The extremes of the samples, averaged with fading memory",
            extremes.moving_average,
            parameters={"c": Parameter(0.9, 0.0, 0.99999, "share kept at each sample")},
            extremes=True,
        ),
        "percentile": Method(
            "The k-th smallest and largest value, k = round(N (1 - p))",
            extremes.percentile,
            extremes.percentile_rows,
            _PERCENTILE,
        ),
        **_divergences("", "", _SEARCH),
        **_divergences("_wide", ", over few bins and beyond the extremes", _WIDE),
        "entropy": Method(
            "Least KL divergence over thresholds of |x|, outliers in the last bin",
            entropy,
            parameters=_ENTROPY,
        ),
        "mse": Method("Least squared error", *power_method(2.0, "mean squared error")),
        "mae": Method("Least absolute error", *power_method(1.0, "mean absolute error")),
        "lp": Method(
            "Least error to the power p",
            *power_method(None, "mean |error|^p"),
            {"p": Parameter(3.0, 0.1, 8.0, "power of the error")},
        ),
        "admm": Method(
            "Least squared error: codes and scale in turn", *scale_method(scale.admm), _DESCENT
        ),
        "gradient": Method(
            "Least squared error: gradient descent", *scale_method(scale.gradient), _SLOPES
        ),
        "golden": Method(
            "Least squared error: golden-section search", *scale_method(scale.golden), _SECTIONS
        ),
        "hqq": Method(
            "Half-quadratic: most values near their code, few may lie far",
            robust.half_quadratic,
            robust.half_quadratic_rows,
            _HALVES,
        ),
        "lopsided": Method(
            "Least squared error, one step more on the larger side: few bits, no zero points",
            lopsided,
            lopsided_rows,
            leans=True,
        ),
        "cross_entropy": Method(
            "Least change of the class probabilities", cross_entropy, needs="rows"
        ),
        "batchnorm": Method(
            "From the batch norm before, without data",
            moments.batchnorm,
            parameters={"alpha": Parameter(6.0, 0.1, 100.0, "standard deviations on each side")},
            needs="batch norm",
        ),
        "pixels": Method(
            "From the preparation of images, black to white, without data",
            moments.pixels,
            needs="preparation",
        ),
        "mean_std": Method(
            "Mean and standard deviation",
            moments.mean_std,
            moments.mean_std_rows,
            {"k": Parameter(4.0, 0.1, 100.0, "standard deviations on each side")},
        ),
    }
)


FALLBACK = "mse"
"""Chooses where a method has no meaning: mean squared error needs values alone."""


def suits(method: str, stats: TensorStats) -> bool:
    """Whether the statistics hold what a known method needs."""
    needs = METHODS[method].needs
    return not (
        (needs == "batch norm" and stats.batch_norm is None)
        or (needs == "preparation" and stats.prepared is None)
        or (needs == "rows" and stats.kept is None)
    )


def choose(
    stats: TensorStats,
    spec: RangeSpec,
    method: str,
    parameters: Mapping[str, float] = MappingProxyType({}),
) -> RangeChoice:
    """The range `method` chooses for a tensor; it contains zero.

    Raises PlanError for an unknown method or parameter, and where the statistics lack what the
    method needs.
    """
    settings = settings_of(method, parameters)
    seen = stats.distribution
    if METHODS[method].needs not in ("batch norm", "preparation"):
        if not seen.total:
            return RangeChoice(0.0, 0.0, note="No values were seen: any range will do.")
        if seen.low == seen.high:
            return _with_zero(RangeChoice(seen.low, seen.high, note="Every value is the same."))
    return _with_zero(METHODS[method].choose(stats, spec, settings))


def settings_of(method: str, parameters: Mapping[str, float]) -> dict[str, float]:
    """All parameters of a method, the given ones over the defaults; raises PlanError."""
    known = METHODS.get(method)
    if known is None:
        raise PlanError("There is no range method '{0}': choose {1}.", method, ", ".join(METHODS))
    for name, value in parameters.items():
        limits = known.parameters.get(name)
        if limits is None:
            allowed = ", ".join(known.parameters) or "none"
            raise PlanError(
                "The method '{0}' has no parameter '{1}': it has {2}.", method, name, allowed
            )
        checked(name, value)
        if not limits.low <= value <= limits.high:
            raise PlanError(
                "The parameter '{0}' of '{1}' cannot be {2}: choose {3} to {4}.",
                name,
                method,
                f"{value:g}",
                f"{limits.low:g}",
                f"{limits.high:g}",
            )
    return known.defaults | {name: float(value) for name, value in parameters.items()}


def _with_zero(choice: RangeChoice) -> RangeChoice:
    low, high = min(float(choice.low), 0.0), max(float(choice.high), 0.0)
    return replace(choice, low=low, high=high)
