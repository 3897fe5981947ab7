"""Checks a quantized file by running it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.errors import ExportError, QuantError
from quantengine.export.node_check import NodeCheck, NodeChecker, run_written
from quantengine.files import native
from quantengine.formats.metrics import Difference, equal_values
from quantengine.graph.model import FloatModel
from quantengine.graph.read import model_files
from quantengine.monitor import SILENT, Monitor
from quantengine.rewrite.edge_session import written_session
from quantengine.runtime import Tensors
from quantengine.verdict.record import Record
from quantengine.verdict.reference import Reference

CHECKED = 2
"""Samples on which every layer is checked by itself."""


@dataclass(frozen=True)
class Verification:
    """What running a file showed: SQNR in dB against the float model and against the simulation.

    `saturated` says that this CPU's int8 kernels cut sums off, so that results here are worse than
    on a CPU with VNNI. `samples` is how many were run, the first two against the simulation too.
    `equal` is the share of equal values of integer outputs, `simulation_equal` that against the
    simulation, None without such; `missing` says why there is no figure against the float model,
    None where there is one; `unknown` is an output that is NaN in the float network, if any.
    `nodes` is what layers showed one by one: where they agree, the distance from the simulation is
    how much the network amplifies single codes.
    """

    samples: int
    reference_sqnr_db: float
    simulation_sqnr_db: float
    saturated: bool
    equal: float | None = None
    missing: str | None = None
    nodes: NodeCheck = field(default_factory=NodeCheck)
    simulation_equal: float | None = None
    unknown: str | None = None


def verify(
    path: Path,
    reference: Reference,
    checker: NodeChecker,
    model: FloatModel | None = None,
    *,
    monitor: Monitor = SILENT,
) -> Verification:
    """Checks, loads and runs the file at `path` on the samples of `reference`.

    `checker` compares layer by layer on a few; what the file of `model` has behind the end of this
    one is run in floats.

    Raises ExportError where the file is not valid, does not load, gives NaN where the float model
    does not, or where a layer computes something else than saturation on this CPU explains.
    """
    try:
        with native(path, lambda: model_files(path)[1:]) as name:
            onnx.checker.check_model(name)
        candidate = written_session(path, model)
    except onnx.checker.ValidationError as error:
        raise ExportError("The quantized model is not valid ONNX: {0}", error) from error
    except QuantError as error:
        raise ExportError("The quantized model does not load: {0}", error) from error
    probes = [sample.feeds for sample in reference.samples]
    nodes = checker.check(probes[:CHECKED], monitor=monitor)
    records: list[Record] = []
    simulation = _AgainstSimulation()
    for place, sample in enumerate(monitor.track(reference.samples, "Verifying")):
        found = run_written(candidate, sample.feeds, monitor)
        for name, value in _comparable(reference.expected(place, sample), found):
            _refuse_nan(name, value, found[name])
        records += reference.records(place, found)
        if place < CHECKED:
            simulation.add(checker.simulated(sample.feeds, monitor), found)
    verdict = reference.verdict(records)
    return Verification(
        len(probes),
        verdict.sqnr_db,
        simulation.difference.sqnr_db,
        bool(nodes.saturated),
        verdict.equal,
        verdict.missing,
        nodes,
        simulation.share,
        verdict.unknown,
    )


@dataclass
class _AgainstSimulation:
    """Whether the file computes what was simulated, padding and all: floats pooled, and others."""

    difference: Difference = field(default_factory=Difference)
    values: int = 0
    equal: int = 0

    def add(self, simulated: Tensors, found: Tensors) -> None:
        for name, value in _comparable(simulated, found):
            numbers = ~np.isnan(value)
            self.difference.add(value[numbers], found[name][numbers])
        for name, value in simulated.items():
            if value.dtype.kind != "f":
                self.values += max(value.size, found[name].size)
                self.equal += equal_values(value, found[name])

    @property
    def share(self) -> float | None:
        return self.equal / self.values if self.values else None


def _comparable(expected: Tensors, found: Tensors) -> Iterator[tuple[str, NDArray[Any]]]:
    """The float outputs that have the same shape in both."""
    for name, value in expected.items():
        if np.issubdtype(value.dtype, np.floating) and value.shape == found[name].shape:
            yield name, value


def _refuse_nan(name: str, reference: NDArray[Any], candidate: NDArray[Any]) -> None:
    if np.any(np.isnan(candidate) & ~np.isnan(reference)):
        raise ExportError(
            "The quantized model gives NaN at output '{0}': keep the layers before it float.", name
        )
