"""A few small layers that ruin the result: found by halving, believed once resolved anew."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from quantengine.analyze.blame import uncorrected
from quantengine.analyze.cures import curing_parts
from quantengine.analyze.gauge import Gauge
from quantengine.analyze.layer_report import LayerReport
from quantengine.analyze.parts import LayerParts, layer_parts
from quantengine.analyze.probes import Probes, judged_samples
from quantengine.analyze.report_layers import layer_reports
from quantengine.analyze.simulate import ALL, Active
from quantengine.formats.metrics import sqnr_db
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.patterns import exact
from quantengine.resolve.memo import Memo
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.rewrite.encodings import Encodings
from quantengine.verdict.reference import Reference
from quantengine.verdict.verdict import Verdict, noise_of

POOR_DB = 20.0
"""Below this it is worth asking whether few layers are to blame."""

_GAIN_DB = 10.0
_SHARE = 0.05
_MOST_LAYERS = 8
_SAMPLES, _SCREENED = 8, 2
_MOST_TRIALS = 24
_LITTLE = 1 / 12
"""8 layers that make nine tenths of the noise make more than that each, on average."""
_MOSTLY = 0.75
"""10 dB are nine tenths of the noise; noises of layers add up, though not quite."""
_WORTH_DB = 1.0


@dataclass(frozen=True)
class Rescue:
    """Layers that, kept float, lift the worst output, and what they weigh more.

    Figures of the simulation, on `samples`; `bytes` are of weights, at most 5 % of all.
    """

    layers: tuple[str, ...]
    before_db: float
    after_db: float
    bytes: int
    samples: int

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts."""
        return asdict(self)


def find_rescue(
    model: FloatModel,
    resolution: Resolution,
    table: CalibrationTable | None,
    probes: Probes,
    *,
    monitor: Monitor = SILENT,
) -> Rescue | None:
    """At most 8 layers with at most 5 % of the weight bytes that gain 10 dB or more when float.

    None where there are none, where the worst output has 20 dB or no figure, or where ranges are
    found while running. Raises DataError where no sample can be read, Cancelled.
    """
    if resolution.encodings.dynamic:
        return None
    samples = list(judged_samples(probes, _SAMPLES, monitor, "Reading samples"))
    gauge = Gauge(Reference.of(model, samples, monitor=monitor))
    before = gauge.judge(model, resolution.encodings, monitor=monitor)
    if not before.worst_db < POOR_DB:
        return None
    search = _Search(model, resolution, table, gauge, before, monitor)
    return search.run()


class _Search:
    def __init__(
        self,
        model: FloatModel,
        resolution: Resolution,
        table: CalibrationTable | None,
        gauge: Gauge,
        before: Verdict,
        monitor: Monitor,
    ) -> None:
        self.model, self.resolution, self.table = model, resolution, table
        self.gauge, self.before_db, self.monitor = gauge, before.worst_db, monitor
        self.worst = _worst_name(before)
        self.layers = {layer.name: layer for layer in layer_reports(model, resolution)}
        self.most_bytes = _SHARE * sum(map(_weight_bytes, self.layers.values()))
        self.memo: Memo = {}
        self.trials = 0
        self.plain = uncorrected(resolution.encodings)

    def run(self) -> Rescue | None:
        names: list[str] = []
        best = self.before_db
        culprits = self._culprits()
        if not self._may_gain(culprits):
            return None
        for culprit in culprits:
            for name in self._ways(culprit):
                if self.trials >= _MOST_TRIALS or not self._may_add(names, name):
                    continue
                after = self._after([*names, name])
                if after > best + _WORTH_DB:
                    names, best = [*names, name], after
                    break
            if names and best >= self.before_db + _GAIN_DB:
                return self._told(self._pruned(names, best))
        return None

    def _culprits(self) -> list[LayerParts]:
        """Those that disturb the worst output most by themselves: the noisiest group is halved.

        None once the loudest that there can be make too little of the noise together.
        """
        small = [part for part in layer_parts(self.resolution.encodings) if self._is_small(part)]
        groups = [(self._alone(small), small)] if small else []
        whole = groups[0][0] if groups else 0.0
        depth = len(small).bit_length()
        found: list[LayerParts] = []
        heard = 0.0
        runs = 0
        while groups and len(found) < _MOST_LAYERS:
            groups.sort(key=lambda group: group[0])
            loud = [noise for noise, _ in groups if noise > _LITTLE * whole]
            if heard + sum(loud[len(found) - _MOST_LAYERS :]) < _MOSTLY * whole:
                return []
            loudest, group = groups.pop()
            if not loudest > _LITTLE * whole:
                break
            if len(group) == 1:
                found.append(group[0])
                heard += loudest
            elif runs >= 2 * depth + 2 + depth * len(found):
                break
            else:
                runs += 2
                middle = len(group) // 2
                halves = (group[:middle], group[middle:])
                groups.extend((self._alone(half), half) for half in halves)
        return found

    def _may_gain(self, culprits: Sequence[LayerParts]) -> bool:
        """Whether the result is much better with all of these switched off: nothing less can be."""
        if not culprits:
            return False
        encodings, quiet = self.plain, _together(culprits)
        others = Active(
            frozenset(encodings.activations) - (quiet.tensors or set()),
            frozenset(encodings.weights) - (quiet.weights or set()),
        )
        without, before = self._screened(others), self._screened(ALL)
        return sqnr_db(before, without) >= _GAIN_DB - _WORTH_DB

    def _alone(self, group: Sequence[LayerParts]) -> float:
        return self._screened(_together(group))

    def _screened(self, active: Active) -> float:
        """Noise by signal of the worst output, on the few samples that screen.

        Of biases as they were: one that makes up for a quantizer disturbs where that is off.
        """
        found = self.gauge.judge(
            self.model, self.plain, active, samples=_SCREENED, monitor=self.monitor
        )
        noise = noise_of(found.db_of(self.worst))
        return 0.0 if math.isnan(noise) else noise

    def _ways(self, culprit: LayerParts) -> Iterator[str]:
        """The layer itself, a move that makes values of its own size share its range, or a layer
        that asks for the codes.
        """
        yield culprit.name
        owners = self.resolution.flow.owners
        for name, node in self.resolution.flow.nodes.items():
            is_move = kind_of(node.node) is Kind.MOVE
            if is_move and owners.get(node.node.input[0]) in culprit.tensors:
                yield name
        yield from (part.name for part in self._curing if culprit.tensors & part.tensors)

    @cached_property
    def _curing(self) -> tuple[LayerParts, ...]:
        return curing_parts(self.model, self.resolution)

    def _may_add(self, names: Sequence[str], name: str) -> bool:
        weight = sum(_weight_bytes(self.layers[layer]) for layer in (*names, name))
        return name not in names and len(names) < _MOST_LAYERS and weight <= self.most_bytes

    def _is_small(self, part: LayerParts) -> bool:
        return _weight_bytes(self.layers[part.name]) <= self.most_bytes

    def _after(self, names: Sequence[str]) -> float:
        """The worst output with these layers float, recovered or not: whichever is better."""
        self.trials += 1
        plan = self.resolution.plan.with_float(*map(exact, names))
        found = resolve_plan(
            self.model, plan, self.table, memo=self.memo, monitor=self.monitor
        ).encodings
        ways = [found, _recovered(found, self.resolution.encodings)]
        return max(
            self.gauge.judge(self.model, way, monitor=self.monitor).worst_db
            for way in ways
            if way is not None
        )

    def _pruned(self, names: list[str], best: float) -> tuple[list[str], float]:
        """Without those that the rest does not need."""
        for name in names[:-1]:
            fewer = [other for other in names if other != name]
            after = self._after(fewer)
            if after >= max(best - _WORTH_DB, self.before_db + _GAIN_DB):
                names, best = fewer, after
        return names, best

    def _told(self, found: tuple[list[str], float]) -> Rescue:
        names, best = found
        grown = sum(
            self.layers[name].bytes_before - self.layers[name].bytes_after for name in names
        )
        return Rescue(tuple(names), self.before_db, best, grown, len(self.gauge.reference.samples))


def _worst_name(found: Verdict) -> str:
    """The worst slice, or the worst output where none is judged."""
    worst = found.worst_output
    if worst is None:
        return ""
    return worst.name if worst.worst_slice is None else worst.worst_slice.name


def _together(group: Sequence[LayerParts]) -> Active:
    """Only the quantizers of these layers."""
    tensors = frozenset(name for part in group for name in part.tensors)
    return Active(tensors, frozenset(name for part in group for name in part.weights))


def _weight_bytes(layer: LayerReport) -> int:
    return layer.bytes_before if layer.weights is not None else 0


def _recovered(new: Encodings, old: Encodings) -> Encodings | None:
    """`new` with the biases and codes that recovery chose for what is integer still."""
    if not old.biases and not old.codes and not old.constants:
        return None
    codes = {
        name: codes
        for name, codes in old.codes.items()
        if name in new.weights and np.array_equal(new.weights[name].scale, old.weights[name].scale)
    }
    biases = {name: values for name, values in old.biases.items() if name in new.flow.nodes}
    return replace(new, codes=codes, biases=biases, constants=old.constants)
