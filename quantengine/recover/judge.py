"""What a recovery is judged by: the network's outputs on samples it was not fitted to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.analyze.simulate import ALL, Active, Simulator
from quantengine.formats.metrics import Difference, sqnr_db
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.opening.reference import reference_session
from quantengine.recover.samples import Chunk, real_positions
from quantengine.rewrite.encodings import Encodings


class Judge:
    """SQNR of quantized networks against the outputs of the float file."""

    def __init__(
        self, model: FloatModel, held: tuple[Chunk, ...], *, monitor: Monitor = SILENT
    ) -> None:
        self._held = held
        self._names = [name for name, kind in model.outputs.items() if kind.is_float]
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
        if model.digest not in self._simulators:
            self._simulators[model.digest] = Simulator(model)
        simulator = self._simulators[model.digest]
        found = [
            simulator.run(chunk, encodings, active=active, monitor=monitor) for chunk in self._held
        ]
        return self._ratio(found)

    def _ratio(self, found: list[dict[str, NDArray[Any]]]) -> float:
        shares = []
        for name in self._names:
            difference = Difference()
            for feeds, expected, candidate in zip(self._held, self._expected, found, strict=True):
                pair = (real_positions(values[name], feeds) for values in (expected, candidate))
                difference.add(*pair)
            if difference.signal > 0:
                shares.append(difference.noise / difference.signal)
        return sqnr_db(1.0, float(np.mean(shares))) if shares else float("nan")
