"""What single layers cost, those looked at first that are suspected most."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from quantengine.analyze.culprits import Gains
from quantengine.analyze.cures import curing_parts
from quantengine.analyze.gauge import Gauge
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.resolve.resolve import Resolution
from quantengine.rewrite.encodings import Encodings
from quantengine.verdict.figures import common_figure, gained

Watch = Callable[[Gains], None]


def suspects(drops: Mapping[str, float], layers: Sequence[str]) -> tuple[str, ...]:
    """`layers` by how many dB the error grows in them (negative), the rest in their order."""
    return tuple(sorted(layers, key=lambda name: drops.get(name, 0.0)))


def blame(
    model: FloatModel,
    resolution: Resolution,
    gauge: Gauge,
    drops: Mapping[str, float],
    *,
    known: Mapping[str, float] | None = None,
    most: int | None = None,
    watch: Watch | None = None,
    monitor: Monitor = SILENT,
) -> Gains:
    """Keeps one layer after the other float, on the samples of `gauge`; `watch` gets each result.

    Of those that are not `known` from a run before, so many as `most` says (None: all).

    `drops` are those of `introduced`. Ranges found while running cannot be switched: then no layer
    is tried. Raises DataError, MetricError, Cancelled.
    """
    encodings = uncorrected(resolution.encodings)
    parts = {} if encodings.dynamic else {p.name: p for p in curing_parts(model, resolution)}
    with gauge.reference.judge_by.held():
        everything = gauge.judge(model, encodings, monitor=monitor)
        figure = common_figure((everything.unchanged, everything))
        gains = Gains(
            figure,
            {name: gain for name, gain in (known or {}).items() if name in parts},
            len(gauge.reference.samples),
            len(parts),
            encodings is not resolution.encodings,
            everything.missing,
        )
        if figure is None:
            return gains
        left = [name for name in suspects(drops, tuple(parts)) if name not in gains.layers]
        for name in monitor.track(left[:most], "Looking for the layers that cost most"):
            without = gauge.judge(model, encodings, parts[name].others(encodings), monitor=monitor)
            gain = gained(figure, everything, without)
            gains = replace(gains, layers={**gains.layers, name: gain})
            if watch is not None:
                watch(gains)
    return gains


def uncorrected(encodings: Encodings) -> Encodings:
    """Without corrected biases: they make up for every layer before them as it was quantized.

    Measured on mobilenetv2: switching off its worst layer alone loses 3.3 dB where the biases
    behind it are corrected, and gains 3.8 dB where they are not; made anew without it the
    network gains 2.7 dB.
    """
    corrected = encodings.biases or encodings.constants
    return replace(encodings, biases={}, constants={}) if corrected else encodings
