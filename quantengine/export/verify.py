"""Checks a quantized file by running it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.analyze.effect import OutputEffect
from quantengine.errors import ExportError, QuantError
from quantengine.export.node_check import NodeCheck, NodeChecker, run_written
from quantengine.formats.metrics import Difference
from quantengine.monitor import SILENT, Monitor
from quantengine.runtime import Session, Tensors

CHECKED = 2
"""Samples on which every layer is checked by itself."""


@dataclass(frozen=True)
class Verification:
    """What running a file showed: SQNR in dB against the float model and against the simulation.

    `saturated` says that this CPU's int8 kernels cut sums off, so that results here are worse than
    on a CPU with VNNI. `samples` is how many were run, the first two against the simulation too.
    `equal` is the share of equal values of integer outputs, `simulation_equal` that against the
    simulation, None without such; `missing` says why there is no figure against the float model,
    None where there is one. `nodes` is what layers showed one by one: where they agree, the
    distance from the simulation is how much the network amplifies single codes.
    """

    samples: int
    reference_sqnr_db: float
    simulation_sqnr_db: float
    saturated: bool
    equal: float | None = None
    missing: str | None = None
    nodes: NodeCheck = field(default_factory=NodeCheck)
    simulation_equal: float | None = None


def verify(
    path: Path,
    reference: Session,
    checker: NodeChecker,
    probes: Sequence[Tensors],
    *,
    monitor: Monitor = SILENT,
) -> Verification:
    """Checks, loads and runs the file at `path` on `probes` and compares all outputs.

    `reference` runs the float file as it was given; `checker` compares layer by layer on a few.

    Raises ExportError where the file is not valid, does not load, gives NaN where the float model
    does not, or where a layer computes something else than saturation on this CPU explains.
    """
    try:
        onnx.checker.check_model(str(path))
        candidate = Session(path)
    except onnx.checker.ValidationError as error:
        raise ExportError(f"The quantized model is not valid ONNX: {error}") from error
    except QuantError as error:
        raise ExportError(f"The quantized model does not load: {error}") from error
    known = [reference.run(probe, monitor=monitor) for probe in probes[:CHECKED]]
    nodes = checker.check(probes[:CHECKED], monitor=monitor)
    against_float, against_simulation = OutputEffect(), Difference()
    whole = OutputEffect()
    for place, probe in enumerate(monitor.track(probes, "Verifying")):
        expected = known[place] if place < CHECKED else reference.run(probe, monitor=monitor)
        found = run_written(candidate, probe, monitor)
        for name, value in _comparable(expected, found):
            _refuse_nan(name, value, found[name])
        against_float.add(expected, found)
        if place < CHECKED:
            simulated = checker.simulated(probe, monitor)
            whole.add({name: v for name, v in simulated.items() if v.dtype.kind != "f"}, found)
            for name, value in _comparable(simulated, found):
                numbers = ~np.isnan(value)
                against_simulation.add(value[numbers], found[name][numbers])
    effect = against_float.effect
    figures = (effect.sqnr_db, against_simulation.sqnr_db, bool(nodes.saturated))
    equal = whole.effect.equal
    return Verification(len(probes), *figures, effect.equal, effect.missing, nodes, equal)


def _comparable(expected: Tensors, found: Tensors) -> Iterator[tuple[str, NDArray[Any]]]:
    """The float outputs that have the same shape in both."""
    for name, value in expected.items():
        if np.issubdtype(value.dtype, np.floating) and value.shape == found[name].shape:
            yield name, value


def _refuse_nan(name: str, reference: NDArray[Any], candidate: NDArray[Any]) -> None:
    if np.any(np.isnan(candidate) & ~np.isnan(reference)):
        raise ExportError(
            f"The quantized model gives NaN at output '{name}': keep the layers before it float."
        )
