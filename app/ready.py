"""What was made ready to look into a model: kept behind locks, forgotten with the model."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from quantengine.formats.granularity import PerAxis, rows
from quantengine.freed import give_back

from .jobs import Bridge
from .place import WEIGHT, Place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from quantengine.analyze.culprits import Gains
    from quantengine.analyze.error_map import ErrorMap
    from quantengine.analyze.gauge import Gauge
    from quantengine.analyze.simulate import Simulator
    from quantengine.data.dataset import Dataset
    from quantengine.graph.model import FloatModel
    from quantengine.monitor import Monitor
    from quantengine.observe.statistics import TensorStats
    from quantengine.rewrite.encodings import Encodings
    from quantengine.runtime import Tensors
    from quantengine.verdict.judge import Judge
    from quantengine.verdict.verdict import Verdict

    from .outcome import Outcome

PROBES = 16
FEW = 4
"""Samples that the error of every layer is measured on, behind each change."""


class Ready:
    """A job takes it along when it starts: what is made for a closed model goes with the job."""

    def __init__(self) -> None:
        self._measuring, self._comparing, self._reading = Lock(), Lock(), Lock()
        self._gauges: list[tuple[FloatModel, Dataset, Judge, Gauge]] = []
        """Of the samples that choose, and of those that judge."""
        self._simulator: Simulator | None = None
        self._weights: WeakKeyDictionary[FloatModel, dict[object, TensorStats]] = (
            WeakKeyDictionary()
        )

    def rest(self) -> None:
        """Lets sessions go, which keep what they computed in; a new one takes a tenth of a second.

        What they were made for stays: the samples, and what the float network says of them.
        """
        with self._measuring:
            for *_, gauge in self._gauges:
                gauge.rest()
        with self._comparing:
            self._simulator = None
        give_back()

    def verdict(self, outcome: Outcome, dataset: Dataset, monitor: Monitor) -> Verdict:
        """What a plan does to the outputs; for jobs of any lane, one at a time."""
        assert outcome.resolution is not None
        with self._measuring:
            judge = outcome.work.judge
            with judge.held():
                gauge = self._ready_gauge(outcome.model, dataset, judge, monitor)
                return gauge.judge(
                    outcome.model, outcome.resolution.encodings, text="Measuring", monitor=monitor
                )

    def blame(
        self,
        outcome: Outcome,
        dataset: Dataset,
        drops: Mapping[str, float],
        known: Mapping[str, float],
        most: int | None,
        monitor: Bridge,
    ) -> Gains:
        """What single layers cost, told as it is found; on the samples of `verdict`."""
        from quantengine.analyze.blame import blame

        assert outcome.resolution is not None
        with self._measuring:
            gauge = self._ready_gauge(outcome.model, dataset, outcome.work.judge, monitor)
            return blame(
                outcome.model,
                outcome.resolution,
                gauge,
                drops,
                known=known,
                most=most,
                watch=monitor.find,
                monitor=monitor,
            )

    def layer_errors(
        self, outcome: Outcome, dataset: Dataset, monitor: Monitor
    ) -> Mapping[str, float]:
        """SQNR in dB of every layer's output with all before it; one at a time."""
        from quantengine.analyze.layer_errors import layer_errors

        with self._comparing:
            return layer_errors(
                *_networks(outcome),
                dataset,
                limit=FEW,
                simulator=self._ready_simulator(outcome),
                monitor=monitor,
            )

    def error_map(
        self,
        outcome: Outcome,
        output: str,
        feeds: Tensors,
        channel: int | None,
        monitor: Monitor,
    ) -> ErrorMap | None:
        """Where on a sample an output goes wrong, with all before it; one at a time."""
        from quantengine.analyze.error_map import error_map

        with self._comparing:
            return error_map(
                *_networks(outcome),
                output,
                feeds,
                channel=channel,
                simulator=self._ready_simulator(outcome),
                monitor=monitor,
            )

    def stats(
        self, outcome: Outcome, place: Place, channel: int | None = None
    ) -> TensorStats | None:
        """Statistics that are there without work; None where `weight_stats` must be asked."""
        if place.role == WEIGHT:
            with self._reading:
                return self._weights.get(outcome.model, {}).get((place.tensor, channel))
        return None if outcome.table is None else outcome.table.tensors.get(place.tensor)

    def weight_stats(
        self, model: FloatModel, place: Place, channel: int | None = None
    ) -> TensorStats | None:
        """Statistics of a constant, or of one channel of it."""
        from quantengine.observe.collector import stats_of

        values, key = model.constant(place.tensor), (place.tensor, channel)
        if values is None:
            return None
        with self._reading:
            known = self._weights.get(model, {}).get(key)
        if known is None:
            chosen = values if channel is None else rows(values, PerAxis(place.axis or 0))[channel]
            known = stats_of(chosen, place.tensor, place.axis)
            with self._reading:
                known = self._weights.setdefault(model, {}).setdefault(key, known)
        return known

    def rounded(self, outcome: Outcome, tensor: str) -> NDArray[np.float32] | None:
        """The values of a weight as its codes give them, flat; None where it stays float."""
        from quantengine.rewrite.simulation import weight_values

        resolution = outcome.resolution
        if resolution is None or tensor not in resolution.encodings.weights:
            return None
        return weight_values(outcome.model, resolution.encodings, tensor, quantized=True).ravel()

    def _ready_simulator(self, outcome: Outcome) -> Simulator:
        from quantengine.analyze.simulate import Simulator

        if self._simulator is None or self._simulator.model is not outcome.model:
            self._simulator = Simulator(outcome.model, keep_memory=False)
        return self._simulator

    def _ready_gauge(
        self, model: FloatModel, dataset: Dataset, judge: Judge, monitor: Monitor
    ) -> Gauge:
        from quantengine.analyze.gauge import Gauge
        from quantengine.analyze.probes import judged_samples
        from quantengine.verdict.reference import Reference

        for model_, dataset_, judge_, gauge in self._gauges:
            if (model_, dataset_, judge_) == (model, dataset, judge):
                return gauge
        samples = list(judged_samples(dataset, PROBES, monitor, "Reading samples"))
        made = Gauge(Reference.of(model, samples, judge=judge, with_task=True, monitor=monitor))
        self._gauges = [*self._gauges[-1:], (model, dataset, judge, made)]
        return made


def _networks(outcome: Outcome) -> tuple[FloatModel, FloatModel, Encodings]:
    """What layers are held to, and what is held to it."""
    assert outcome.resolution is not None
    return outcome.layer_reference, outcome.model, outcome.resolution.encodings
