"""What our own encodings of the same types reach: the yardstick of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from quantengine.analyze.local_run import LocalRun
from quantengine.analyze.parts import layer_parts
from quantengine.analyze.simulate import Simulator
from quantengine.data.dataset import Dataset
from quantengine.data.evenly import evenly
from quantengine.diff.coded import Coded
from quantengine.diff.places import Place
from quantengine.diff.reading import Other, is_whole
from quantengine.errors import PlanError
from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import InBlocks, PerBlock
from quantengine.graph.masks import mask_limits
from quantengine.graph.model import FloatModel
from quantengine.monitor import Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.distribution import sqnr_db
from quantengine.observe.table import CalibrationTable
from quantengine.observe.tap import Tap
from quantengine.observe.taps import model_taps
from quantengine.patterns import exact
from quantengine.plan import FLOAT, QuantPlan, TensorPlan
from quantengine.ranges.registry import choose
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.resolve.spec import spec_of
from quantengine.targets import plan_for

_WIDEST = 16
_PROBES = 8


@dataclass(frozen=True)
class OwnRange:
    """The range our statistics choose for a value, and what it keeps."""

    low: float
    high: float
    db: float


class Yardstick:
    """Statistics of the float network, and our encodings of the types that a file uses."""

    def __init__(
        self,
        model: FloatModel,
        other: Other,
        places: Sequence[Place],
        data: Dataset,
        monitor: Monitor,
        table: CalibrationTable | None = None,
    ) -> None:
        self.model, self.other, self.data = model, other, data
        self.plan = own_plan(other, places)
        self.table = table
        if table is None and self.plan.activations.integer is not None:
            self.table = _statistics(model, places, data, monitor)
        self.resolution: Resolution = resolve_plan(model, self.plan, self.table, monitor=monitor)

    def range(self, place: Place, encoding: Encoding) -> OwnRange | None:
        """What our default method chooses for the type of a grid; None without statistics."""
        known = self.resolution.encodings.activations.get(place.tensor)
        kept = self.resolution.sqnr_db.get(place.tensor)
        same = known is not None and (known.dtype, known.symmetric) == _kind(encoding)
        if known is not None and kept is not None and same:
            return OwnRange(float(known.low), float(known.high), kept)
        stats = None if self.table is None else self.table.tensors.get(place.tensor)
        if stats is None:
            return None
        plan = replace(
            self.plan.activations, dtype=encoding.dtype.name, symmetric=encoding.symmetric
        )
        spec = spec_of(plan, weight=False)
        assert spec is not None
        try:
            found = choose(stats, spec, plan.method, dict(plan.parameters))
        except PlanError:
            return None
        own = spec.encode(found.low, found.high)
        return OwnRange(float(own.low), float(own.high), sqnr_db(stats.distribution, own))

    def rounds(self, place: Place) -> bool:
        """Whether our encoding makes codes of a value."""
        return self.resolution.encodings.of(place.tensor) is not None

    def kept_db(self, place: Place, encoding: Encoding) -> float | None:
        """What values keep by a grid alone, mask constants left out; None without statistics."""
        stats = None if self.table is None else self.table.tensors.get(place.tensor)
        return None if stats is None else sqnr_db(stats.distribution, encoding)

    def local(self, layers: Iterable[str], monitor: Monitor) -> Mapping[str, float]:
        """By layer: dB of its result alone, on a few samples."""
        wanted = set(layers)
        parts = [p for p in layer_parts(self.resolution.encodings) if p.name in wanted]
        if not parts:
            return {}
        taps: dict[str, int | None] = {part.node.output: None for part in parts}
        encodings, simulator = self.resolution.encodings, Simulator(self.model)
        run = LocalRun(self.model, encodings, parts, taps, simulator)
        for place in evenly(len(self.data), _PROBES):
            monitor.check()
            run.add(self.data.load(place).feeds, monitor)
        return {part.name: run.of(part)[2].whole.sqnr_db for part in parts}


def _kind(encoding: Encoding) -> tuple[IntegerType, bool]:
    return encoding.dtype, encoding.symmetric


def own_plan(other: Other, places: Sequence[Place]) -> QuantPlan:
    """Our defaults at the types that most of a file has; values of another type have theirs."""
    usual = plan_for("onnxruntime-cpu")
    weights = _usual_weights(usual.weights, other.coded.values())
    grids = {p.tensor: other.grids[p.other] for p in places if p.other in other.grids}
    grids = {name: e for name, e in grids.items() if is_whole(e) and e.dtype.bits <= _WIDEST}
    if not grids:
        dtype = "float" if not other.dynamic else usual.activations.dtype
        activations = replace(usual.activations, dtype=dtype)
        return replace(usual, weights=weights, activations=activations)
    kinds = Counter((e.dtype.name, e.symmetric) for e in grids.values())
    (dtype, symmetric), _ = kinds.most_common(1)[0]
    plan = replace(
        usual,
        weights=weights,
        activations=replace(usual.activations, dtype=dtype, symmetric=symmetric),
    )
    for name, encoding in grids.items():
        if encoding.dtype.name != dtype:
            settings = {"activations.dtype": encoding.dtype.name}
            plan = plan.with_override(exact(name), **settings)
    return plan


def _usual_weights(usual: TensorPlan, coded: Iterable[Coded]) -> TensorPlan:
    kept = [c.encoding for c in coded if c.codes.ndim > 1 and c.encoding.dtype.bits <= _WIDEST]
    if not kept:
        return replace(usual, dtype=FLOAT)
    kinds = Counter((e.dtype.name, e.symmetric, _block(e)) for e in kept)
    (dtype, symmetric, size), _ = kinds.most_common(1)[0]
    granularity = usual.granularity if not size else InBlocks(size)
    return replace(usual, dtype=dtype, symmetric=symmetric, granularity=granularity)


def _block(encoding: Encoding) -> int:
    return encoding.granularity.size if isinstance(encoding.granularity, PerBlock) else 0


def _statistics(
    model: FloatModel, places: Sequence[Place], data: Dataset, monitor: Monitor
) -> CalibrationTable:
    taps = list(model_taps(model))
    known, masks = {tap.tensor for tap in taps}, mask_limits(model)
    more = (place.tensor for place in places if place.tensor not in known)
    taps += [Tap(tensor, mask_limit=masks.get(tensor)) for tensor in more]
    return calibrate(model, data, taps, monitor=monitor)
