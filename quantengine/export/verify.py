"""Checks a quantized file by running it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.analyze.effect import OutputEffect
from quantengine.errors import ExportError, QuantError
from quantengine.formats.metrics import Difference
from quantengine.monitor import SILENT, Monitor
from quantengine.runtime import Session, Tensors, multiplies_exactly

AGREES_DB = 20.0
"""Two ways of computing the same integers differ by a few codes where a sum lies on a half."""


@dataclass(frozen=True)
class Verification:
    """What running a file showed: SQNR in dB against the float model and against the simulation.

    `saturated` says that this CPU's int8 kernels cut sums off, so that results here are worse than
    on a CPU with VNNI. `samples` is how many were run. `equal` is the share of equal values of
    integer outputs, None without such; `missing` says why there is no figure against the float
    model, None where there is one.
    """

    samples: int
    reference_sqnr_db: float
    simulation_sqnr_db: float
    saturated: bool
    equal: float | None = None
    missing: str | None = None


def verify(
    path: Path,
    reference: Session,
    simulation: onnx.ModelProto,
    probes: Sequence[Tensors],
    *,
    monitor: Monitor = SILENT,
) -> Verification:
    """Checks, loads and runs the file at `path` on `probes` and compares all outputs.

    `reference` runs the float file as it was given.

    Raises ExportError where the file is not valid, does not load, gives NaN where the float model
    does not, or disagrees with the simulation more than saturation on this CPU explains.
    """
    try:
        onnx.checker.check_model(str(path))
        candidate = Session(path)
    except onnx.checker.ValidationError as error:
        raise ExportError(f"The quantized model is not valid ONNX: {error}") from error
    except QuantError as error:
        raise ExportError(f"The quantized model does not load: {error}") from error
    sessions = (reference, Session(simulation, optimize=False), candidate)
    against_float, against_simulation, own = OutputEffect(), Difference(), Difference()
    for probe in monitor.track(probes, "Verifying"):
        expected, simulated, found = (s.run(probe, monitor=monitor) for s in sessions)
        for name, value in expected.items():
            shapes = {value.shape, simulated[name].shape, found[name].shape}
            if not np.issubdtype(value.dtype, np.floating) or len(shapes) > 1:
                continue
            _refuse_nan(name, value, found[name])
            known = ~np.isnan(value)
            against_simulation.add(simulated[name][known], found[name][known])
            own.add(value[known], simulated[name][known])
        against_float.add(expected, found)
    saturated = _judge(against_simulation, own, len(probes))
    effect = against_float.effect
    figures = (effect.sqnr_db, against_simulation.sqnr_db)
    return Verification(len(probes), *figures, saturated, effect.equal, effect.missing)


def _judge(against_simulation: Difference, own: Difference, samples: int) -> bool:
    """Whether a disagreement comes from saturation; raises ExportError where it cannot."""
    agrees = against_simulation.sqnr_db >= AGREES_DB or against_simulation.noise <= own.noise
    if not samples or agrees:
        return False
    if multiplies_exactly():
        raise ExportError(
            "The quantized model does not compute what was simulated: "
            f"{against_simulation.sqnr_db:.1f} dB apart. Please report this model."
        )
    return True


def _refuse_nan(name: str, reference: NDArray[Any], candidate: NDArray[Any]) -> None:
    if np.any(np.isnan(candidate) & ~np.isnan(reference)):
        raise ExportError(
            f"The quantized model gives NaN at output '{name}': keep the layers before it float."
        )
