"""Which layer hurts the result: each quantized alone, and each left float among the others."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from quantengine.analyze.blame import uncorrected
from quantengine.analyze.culprits import Gains
from quantengine.analyze.cures import curing_parts
from quantengine.analyze.gauge import Gauge
from quantengine.analyze.metrics import as_json
from quantengine.analyze.probes import PROBES, Probes, judged_samples
from quantengine.analyze.simulate import ALL, NONE, Active, Simulator
from quantengine.analyze.walk import Traveller, Walk
from quantengine.errors import PlanError
from quantengine.graph.layers import model_layers
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.resolve.resolve import Resolution
from quantengine.rewrite.encodings import Encodings
from quantengine.runtime import Tensors
from quantengine.verdict.figures import Figure, common_figure, gained, value_of
from quantengine.verdict.judge import BY_WORST, Judge, holding
from quantengine.verdict.record import Record
from quantengine.verdict.reference import Reference
from quantengine.verdict.verdict import Verdict

Array = NDArray[Any]

_FLOAT, _QUANTIZED = 0, 1
"""The networks a layer is switched in."""


@dataclass(frozen=True)
class LayerSensitivity:
    """Effect on the outputs: `alone` only this layer is quantized, `without` all but it.

    Its quantizers are those that go when it is kept float (`curing_parts`).
    `gain_db` is what keeping it float brings the worst output, `gain_equal` the same in the share
    of equal integers (None without integer outputs), `gain_own` in a person's metric (None without
    one). A layer that is not quantized changes nothing: +inf dB alone, no gain.
    """

    name: str
    operator: str
    quantized: bool
    alone: Verdict
    without: Verdict
    gain_db: float
    gain_equal: float | None = None
    gain_own: float | None = None

    def gain(self, figure: Figure) -> float:
        """In dB, as a share or of the metric; nan where there is none."""
        gains = {"judged_db": self.gain_db, "equal": self.gain_equal, "own": self.gain_own}
        found = gains[figure]
        return math.nan if found is None else found


@dataclass(frozen=True)
class Sensitivity:
    """Every layer in order of execution, beside the effect of all of them.

    `uncorrected`: of the network whose biases are not corrected (see `uncorrected` in blame).
    """

    model: str
    samples: int
    everything: Verdict
    layers: tuple[LayerSensitivity, ...]
    uncorrected: bool = False

    @property
    def figure(self) -> Figure | None:
        """What ranks the layers; None where nothing does."""
        return common_figure(row.alone for row in self.layers if row.quantized)

    @property
    def ranked(self) -> tuple[LayerSensitivity, ...]:
        """The layers, those that hurt most alone first; in order of execution without a figure."""
        figure = self.figure
        if figure is None:
            return self.layers
        return tuple(sorted(self.layers, key=lambda row: value_of(row.alone, figure)))

    @property
    def gains(self) -> Gains:
        """What each quantized layer brings when it is kept float."""
        figure, rows = self.figure, [row for row in self.layers if row.quantized]
        known = {} if figure is None else {row.name: row.gain(figure) for row in rows}
        missing = self.everything.missing
        return Gains(figure, known, self.samples, len(rows), self.uncorrected, missing)

    @property
    def best(self) -> LayerSensitivity | None:
        """The quantized layer whose floats gain most; None where no gain can be told."""
        ranked = self.gains.ranked
        return self.layer(ranked[0][0]) if ranked else None

    def layer(self, name: str) -> LayerSensitivity:
        return next(row for row in self.layers if row.name == name)

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts; null where no finite number says it."""
        return dict(as_json(self))

    def to_rows(self) -> list[dict[str, Any]]:
        """A flat row a layer."""
        return [
            {
                "layer": row.name,
                "operator": row.operator,
                "quantized": row.quantized,
                "alone_db": row.alone.judged_db,
                "alone_agreement": row.alone.agreement,
                "without_db": row.without.judged_db,
                "without_agreement": row.without.agreement,
                "gain_db": row.gain_db,
                "alone_equal": row.alone.equal,
                "without_equal": row.without.equal,
                **_own_row(row),
            }
            for row in self.layers
        ]


def _own_row(row: LayerSensitivity) -> dict[str, float | None]:
    """In a person's metric, where that is followed."""
    if row.alone.own is None or row.without.own is None:
        return {}
    alone, without = row.alone.own.candidate, row.without.own.candidate
    return {"alone_own": alone, "without_own": without, "gain_own": row.gain_own}


@holding
def sensitivity(
    model: FloatModel,
    resolution: Resolution,
    probes: Probes,
    *,
    limit: int | None = PROBES,
    judge: Judge = BY_WORST,
    simulator: Simulator | None = None,
    monitor: Monitor = SILENT,
) -> Sensitivity:
    """Effects of every layer on at most `limit` samples (None: all), ranked by what `judge` names.

    Raises PlanError for a plan with ranges found while running, DataError, Cancelled.
    """
    encodings = uncorrected(resolution.encodings)
    if encodings.dynamic:
        raise PlanError(
            "Layers whose ranges are found while running cannot be switched one by one: give the "
            "activations a type such as uint8 for this analysis."
        )
    samples = list(judged_samples(probes, limit, monitor, "Reading samples"))
    reference = Reference.of(model, samples, judge=judge, monitor=monitor)
    layers = _Layers(reference, len(samples), encodings is not resolution.encodings)
    if any(sample.steps for sample in samples):
        layers.through(model, resolution, monitor)
        return layers.result(model, encodings)
    simulator = simulator or Simulator(model)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        walk = Walk(model, simulator, encodings, (NONE, ALL), samples, pool)
        parts = sorted(curing_parts(model, resolution), key=walk.place)
        places = [*map(walk.place, parts), walk.end]
        for step in walk.visits(places, "Switching layers", monitor):
            if step == len(parts):
                layers.add(None, walk.travellers, _QUANTIZED, monitor=monitor)
                continue
            part = parts[step]
            for network, active in ((_FLOAT, part.active), (_QUANTIZED, part.others(encodings))):
                steering = simulator.feeds(walk.simulation, encodings, active)
                results = walk.results(network, steering, monitor)
                layers.add(part.name, walk.travellers, network, results, monitor=monitor)
    return layers.result(model, encodings)


class _Layers:
    """Records of the outputs: by layer, of it alone and of all but it; of all under None."""

    def __init__(self, reference: Reference, samples: int, uncorrected: bool) -> None:
        self.reference, self.samples, self.uncorrected = reference, samples, uncorrected
        self.records: dict[tuple[str | None, int], list[Record]] = {}

    def add(
        self,
        layer: str | None,
        travellers: Sequence[Traveller],
        network: int,
        results: Sequence[Tensors] | None = None,
        *,
        monitor: Monitor,
    ) -> None:
        """Outputs made before the layer are those of the network it is in."""
        records = self.records.setdefault((layer, network), [])
        for traveller, found in zip(travellers, results or [{}] * len(travellers), strict=True):
            outputs = {**traveller.values[network], **found}
            records += self.reference.records(traveller.number, outputs, monitor=monitor)

    def through(self, model: FloatModel, resolution: Resolution, monitor: Monitor) -> None:
        """Sequences run as a whole for each layer: what one does comes back in the next step."""
        gauge, encodings = Gauge(self.reference), uncorrected(resolution.encodings)
        networks: list[tuple[str | None, int, Active]] = [(None, _QUANTIZED, ALL)]
        for part in curing_parts(model, resolution):
            networks.append((part.name, _FLOAT, part.active))
            networks.append((part.name, _QUANTIZED, part.others(encodings)))
        for name, network, active in monitor.track(networks, "Switching layers"):
            self.records[name, network] = gauge.records(model, encodings, active, monitor)

    def result(self, model: FloatModel, encodings: Encodings) -> Sensitivity:
        everything = self._verdict(None, _QUANTIZED)
        rows = []
        for layer in model_layers(model, encodings.flow):
            quantized = (layer.name, _FLOAT) in self.records
            if quantized:
                alone, without = (self._verdict(layer.name, n) for n in (_FLOAT, _QUANTIZED))
            elif layer.minor:
                continue
            else:
                alone, without = everything.unchanged, everything
            rows.append(
                LayerSensitivity(
                    layer.name,
                    layer.operator,
                    quantized,
                    alone,
                    without,
                    gained("judged_db", everything, without),
                    _known(gained("equal", everything, without)),
                    _known(gained("own", everything, without)),
                )
            )
        return Sensitivity(model.path.name, self.samples, everything, tuple(rows), self.uncorrected)

    def _verdict(self, layer: str | None, network: int) -> Verdict:
        return self.reference.verdict(self.records.get((layer, network), []))


def _known(gain: float) -> float | None:
    return None if math.isnan(gain) else gain
