"""Which layers ruin the result: those that cost most of it by themselves, in a sentence."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from quantengine.analyze.layer_report import LayerReport
from quantengine.counted import counted
from quantengine.sentence import Sentence
from quantengine.verdict.figures import Figure

_MOST = 3
_SHARE = 0.2
"""Of what the worst layer costs: one that costs less does not stand out beside it."""
_WORTH = {"judged_db": 0.5, "equal": 0.001, "own": 0.0}


@dataclass(frozen=True)
class Gains:
    """What each layer brings to the result when it alone is kept float, on `samples`.

    In the unit of `figure`: dB, a share of equal integers, or of a person's metric; None: nothing
    tells (`missing` says why). `layers` holds those that were tried, of `quantized` in all.
    `uncorrected`: in the network whose biases are not corrected, since a correction makes up for
    the layer that is switched.
    """

    figure: Figure | None
    layers: Mapping[str, float]
    samples: int
    quantized: int
    uncorrected: bool = False
    missing: str | None = None

    @property
    def ranked(self) -> tuple[tuple[str, float], ...]:
        """Those of which a gain is known, the most first."""
        known = [(name, gain) for name, gain in self.layers.items() if not math.isnan(gain)]
        return tuple(sorted(known, key=lambda pair: -pair[1]))


@dataclass(frozen=True)
class Culprit:
    """A layer, what it costs, and how many bytes of weights keeping it float takes."""

    name: str
    gain: float
    bytes: int


@dataclass(frozen=True)
class Culprits:
    """The layers that stand out, at most 3, the worst first; none where none does.

    Gains of single layers do not add up: what keeping all of them float brings is known once
    that was run.
    """

    layers: tuple[Culprit, ...]
    gains: Gains = field(repr=False)

    @classmethod
    def of(cls, gains: Gains, reports: Iterable[LayerReport] = ()) -> Culprits:
        """`reports`, of the same plan, tell what the layers weigh."""
        if gains.figure is None:
            return cls((), gains)
        grown = {each.name: each.bytes_before - each.bytes_after for each in reports}
        least = max(_WORTH[gains.figure], _SHARE * max((g for _, g in gains.ranked), default=0.0))
        found = [(name, gain) for name, gain in gains.ranked if gain >= least and gain > 0]
        layers = (Culprit(name, gain, max(grown.get(name, 0), 0)) for name, gain in found[:_MOST])
        return cls(tuple(layers), gains)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.layers)

    @property
    def bytes(self) -> int:
        """What all of them take more when they are float."""
        return sum(each.bytes for each in self.layers)

    def said(self, named: Callable[[str], str] = str) -> Sentence:
        """Who costs how much, from how many samples; `named` says how a layer is called."""
        gains = self.gains
        samples = counted(gains.samples, "sample")
        if gains.uncorrected:
            samples = Sentence("{0}, before biases are corrected", samples)
        if not gains.quantized:
            return Sentence("No layer is quantized, so none changes the result.")
        if gains.figure is None or not gains.ranked:
            why = gains.missing or Sentence("the result without any layer is no number")
            return Sentence("No layer can be ranked: {0}.", why)
        if not self.layers:
            return self._none(named, samples)
        if self.layers[0].gain == math.inf:
            first = named(self.layers[0].name)
            return Sentence("With {0} float it is equal to the float model ({1}).", first, samples)
        pairs = ((named(each.name), self._amount(each.gain)) for each in self.layers)
        words = [*(word for pair in pairs for word in pair), self._of, samples]
        match len(self.layers):
            case 1:
                return Sentence("{0} costs {1} of the {2} ({3}).", *words)
            case 2:
                return Sentence("{0} costs {1}, {2} {3} of the {4} ({5}).", *words)
        return Sentence("{0} costs {1}, {2} {3}, {4} {5} of the {6} ({7}).", *words)

    def _none(self, named: Callable[[str], str], samples: Sentence) -> Sentence:
        name, gain = self.gains.ranked[0]
        if not gain > 0:
            return Sentence("Keeping any one layer float gains nothing ({0}).", samples)
        amount = self._amount(gain)
        return Sentence(
            "No layer stands out: {0} costs most, {1} ({2}).", named(name), amount, samples
        )

    def _amount(self, gain: float) -> str:
        match self.gains.figure:
            case "judged_db":
                return Sentence("{0} dB", f"{gain:.1f}")
            case "equal":
                return Sentence("{0} points", f"{100 * gain:.2g}")
        return f"{gain:.2g}"

    @property
    def _of(self) -> Sentence:
        return Sentence("metric") if self.gains.figure == "own" else Sentence("output")
