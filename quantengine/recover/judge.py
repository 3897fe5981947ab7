"""What a recovery is judged by: the network's outputs on samples it was not fitted to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.analyze.positions import comparable, real_positions
from quantengine.analyze.simulate import ALL, Active, Simulator
from quantengine.formats.metrics import Difference, equal_values, sqnr_db
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.opening.reference import reference_session
from quantengine.recover.samples import Chunk
from quantengine.rewrite.encodings import Encodings


@dataclass(frozen=True)
class Judgement:
    """SQNR of the float outputs; `equal`: the share of equal integers where no output is float.

    nan and None where there is none.
    """

    sqnr_db: float = math.nan
    equal: float | None = None

    @property
    def known(self) -> bool:
        return self.equal is not None or self.sqnr_db > -math.inf

    def no_worse_than(self, before: Judgement) -> bool:
        """Whether a figure says so: what cannot be judged is no better than anything."""
        if self.equal is not None:
            return before.equal is None or self.equal >= before.equal
        better = self.sqnr_db >= before.sqnr_db or math.isnan(before.sqnr_db)
        return better and self.sqnr_db > -math.inf

    def better_than(self, before: Judgement, worth_db: float = 0.0) -> bool:
        """Whether a figure is higher, of dB by more than `worth_db`."""
        if self.equal is not None:
            return before.equal is not None and self.equal > before.equal
        return self.sqnr_db > before.sqnr_db + worth_db


class Judge:
    """Quantized networks against the outputs of the float file.

    Values that the float network itself gives as NaN judge nothing.
    """

    def __init__(
        self, model: FloatModel, held: tuple[Chunk, ...], *, monitor: Monitor = SILENT
    ) -> None:
        self._held = held
        floats = [name for name, kind in model.outputs.items() if kind.is_float]
        self._exact = not floats
        self._names = floats or list(model.outputs)
        session = reference_session(model)
        self._expected = [session.run(chunk, self._names, monitor=monitor) for chunk in held]
        self._simulators: dict[str, Simulator] = {}

    def sqnr_db(
        self,
        model: FloatModel,
        encodings: Encodings,
        active: Active = ALL,
        *,
        monitor: Monitor = SILENT,
    ) -> float:
        """Of all float outputs, each weighing the same; nan where all are zero throughout."""
        return self.judge(model, encodings, active, monitor=monitor).sqnr_db

    def judge(
        self,
        model: FloatModel,
        encodings: Encodings,
        active: Active = ALL,
        *,
        monitor: Monitor = SILENT,
    ) -> Judgement:
        """The figure of the outputs; of integers where none is float."""
        if model.digest not in self._simulators:
            self._simulators[model.digest] = Simulator(model)
        simulator = self._simulators[model.digest]
        found = [
            simulator.run(chunk, encodings, active=active, monitor=monitor) for chunk in self._held
        ]
        return Judgement(equal=self._equal(found)) if self._exact else Judgement(self._ratio(found))

    def _ratio(self, found: list[dict[str, NDArray[Any]]]) -> float:
        shares = []
        for name in self._names:
            difference = Difference()
            for feeds, expected, candidate in zip(self._held, self._expected, found, strict=True):
                difference.add(*comparable(expected[name], candidate[name], feeds))
            if difference.signal > 0:
                shares.append(difference.noise / difference.signal)
        return sqnr_db(1.0, float(np.mean(shares))) if shares else float("nan")

    def _equal(self, found: list[dict[str, NDArray[Any]]]) -> float | None:
        same, count = 0, 0
        for feeds, expected, candidate in zip(self._held, self._expected, found, strict=True):
            for name in self._names:
                pair = [real_positions(values[name], feeds) for values in (expected, candidate)]
                same += equal_values(*pair)
                count += max(values.size for values in pair)
        return same / count if count else None
