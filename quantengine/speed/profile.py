"""Two files side by side: what each layer takes, and why the integer one is slow where it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quantengine.analyze.model_file import ModelFile
from quantengine.analyze.model_pair import ModelPair, typed
from quantengine.data.dataset import Dataset
from quantengine.data.evenly import evenly
from quantengine.graph.read import read_model
from quantengine.monitor import SILENT, Monitor
from quantengine.opening.open import open_model
from quantengine.runtime import Tensors, multiplies_exactly
from quantengine.speed.causes import Cause, causes
from quantengine.speed.numbered import numbered
from quantengine.speed.parts import Kind, Network, Owners, Part, total
from quantengine.speed.times import Timed, measure

_SAMPLES = 4


@dataclass(frozen=True)
class LayerTime:
    """A layer, or what belongs to none (""); `float_ms` and `ms` of one sample.

    `ms` is that of the quantized file, `conversion_ms` the part of it that its `conversions` take;
    None without such a file, or where nothing of it is in that file. `runs`: "integer", "float" or
    "both", as kernels compute it.
    """

    layer: str
    operator: str
    float_ms: float | None
    ms: float | None
    conversions: int
    conversion_ms: float
    runs: str

    @property
    def slower_by_ms(self) -> float:
        """Below zero where it became faster."""
        return (self.ms or 0.0) - (self.float_ms or 0.0)

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return {**vars(self)}


@dataclass(frozen=True)
class Profile:
    """All `layers` in order of execution, whole runs in ms, and the `causes`, the dearest first.

    `ms` and `nodes` are those of the quantized file, None and 0 without one.
    """

    layers: tuple[LayerTime, ...]
    causes: tuple[Cause, ...]
    samples: int
    float_ms: float
    float_nodes: int
    ms: float | None = None
    nodes: int = 0

    @property
    def conversions(self) -> int:
        return sum(each.conversions for each in self.layers)

    @property
    def conversion_ms(self) -> float:
        return sum(each.conversion_ms for each in self.layers)

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return {
            "samples": self.samples,
            "float_ms": self.float_ms,
            "float_nodes": self.float_nodes,
            "ms": self.ms,
            "nodes": self.nodes,
            "conversions": self.conversions,
            "conversion_ms": self.conversion_ms,
            "causes": [each.to_json() for each in self.causes],
            "layers": [each.to_json() for each in self.layers],
        }


def profile(
    reference: ModelFile,
    candidate: ModelFile | None,
    dataset: Dataset,
    *,
    threads: int | None = None,
    monitor: Monitor = SILENT,
) -> Profile:
    """Runs both on a few samples, in turns, while onnxruntime notes the time of each node.

    Raises ModelError where they do not take the same inputs, DataError, Cancelled.
    """
    files = [reference]
    if candidate is not None:
        pair = ModelPair.of(reference, candidate)
        files = [pair.reference, pair.candidate]
    chosen = evenly(len(dataset), _SAMPLES)
    samples = [dataset.load(index).feeds for index in chosen]
    found = measure([_timed(file, samples) for file in files], threads=threads, monitor=monitor)
    owners = Owners(open_model(reference.path, compare=False, monitor=monitor))
    networks = [Network(times, owners) for times in found]
    return put_together(networks, owners, len(samples), exact_products=multiplies_exactly())


def _timed(file: ModelFile, samples: Sequence[Tensors]) -> Timed:
    feeds = [file.bare_feeds(typed(each, file)) for each in samples]
    proto = read_model(file.path).proto if file.widened is None else file.widened
    return Timed(numbered(proto), feeds, file.optimized)


def put_together(
    networks: Sequence[Network], owners: Owners, samples: int, *, exact_products: bool
) -> Profile:
    """The float network and, where there is one, the quantized one."""
    ours, *others = networks
    known = _by_layer(ours.parts)
    float_ms = {layer: total(parts) for layer, parts in known.items()}
    if not others:
        rows = tuple(_row(layer, owners, known, {}) for layer in known)
        return Profile(rows, (), samples, ours.times.ms, len(ours.parts))
    (other,) = others
    theirs = _by_layer(other.parts)
    order = [layer for layer in owners.operators if layer in known or layer in theirs]
    order += [layer for layer in dict.fromkeys((*known, *theirs)) if layer not in owners.operators]
    return Profile(
        tuple(_row(layer, owners, known, theirs) for layer in order),
        causes(
            other, dict.fromkeys(owners.operators, 0.0) | float_ms, exact_products=exact_products
        ),
        samples,
        ours.times.ms,
        len(ours.parts),
        other.times.ms,
        len(other.parts),
    )


def _by_layer(parts: Sequence[Part]) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for part in parts:
        found.setdefault(part.layer, []).append(part)
    return found


def _row(
    layer: str, owners: Owners, ours: dict[str, list[Part]], theirs: dict[str, list[Part]]
) -> LayerTime:
    parts = theirs.get(layer, [])
    conversions = [part for part in parts if part.kind is Kind.CONVERSION]
    kinds = {part.kind for part in (parts or ours.get(layer, []))}
    runs = [kind.value for kind in (Kind.INTEGER, Kind.FLOAT) if kind in kinds]
    return LayerTime(
        layer,
        owners.operators.get(layer, ""),
        total(ours[layer]) if layer in ours else None,
        total(parts) if parts else None,
        len(conversions),
        total(conversions),
        "both" if len(runs) > 1 else "".join(runs),
    )


def open_pair(
    reference: Path, candidate: Path | None, threads: int | None, monitor: Monitor
) -> tuple[ModelFile, ModelFile | None]:
    """Raises ModelError."""
    opened = ModelFile.open(reference, threads=threads, monitor=monitor)
    if candidate is None:
        return opened, None
    return opened, ModelFile.open(candidate, threads=threads, monitor=monitor)
