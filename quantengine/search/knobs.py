"""What a search may turn: the width of each layer's weights and of each activation."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from quantengine.analyze.report_layers import layer_reports
from quantengine.analyze.simulate import Active
from quantengine.graph.flow import Flow
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import is_table, kind_of, operator_of
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.patterns import exact
from quantengine.plan import FLOAT, Override, QuantPlan, TensorPlan, apply_settings
from quantengine.resolve.memo import Memo
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.search.operations import tensor_shape
from quantengine.targets import Widths

_FLOAT_BYTES = 4

State = tuple[int, ...]
"""The level each knob stands at."""


@dataclass(frozen=True)
class Level:
    """One setting of a knob: `bits`, None is float.

    `resolution` is the place in `Space.resolutions` that holds its encoding, None is float.
    `stored_bytes` is what it adds to the file, `moved_bytes` what it moves for one sample.
    """

    bits: int | None
    resolution: int | None
    stored_bytes: int
    moved_bytes: float


@dataclass(frozen=True)
class Knob:
    """The weights that a group of layers reads, or one activation; levels from few bits to many.

    `fixed`: the plan decided before the search. `asking`: who reads an activation as codes; without
    them it has none, unless its `maker` gives them.
    """

    layers: tuple[str, ...]
    weights: tuple[str, ...]
    tensor: str | None
    levels: tuple[Level, ...]
    fixed: bool
    asking: frozenset[str] = frozenset()
    maker: frozenset[str] = frozenset()

    @property
    def active(self) -> Active:
        """Only what this knob sets is quantized."""
        tensors = frozenset() if self.tensor is None else frozenset({self.tensor})
        return Active(tensors, frozenset(self.weights))


@dataclass(frozen=True, eq=False)
class Space:
    """Everything a search can try; `other_bytes` are weights that no knob sets.

    `memo` remembers what was resolved.
    """

    plan: QuantPlan
    resolutions: tuple[Resolution, ...]
    knobs: tuple[Knob, ...]
    other_bytes: int
    float_bytes: int
    memo: Memo

    @property
    def lowest(self) -> State:
        return (0,) * len(self.knobs)

    def stored_bytes(self, state: State) -> int:
        """All weights of a state, as `layer_reports` counts them."""
        return self.other_bytes + sum(level.stored_bytes for level in self.levels(state))

    def noise(self, noise: Sequence[Sequence[float]], state: State) -> float:
        """What the knobs add up to; an activation whose layers are all float has no codes."""
        kept = {
            layer
            for knob, level in zip(self.knobs, self.levels(state), strict=True)
            if level.bits is None
            for layer in knob.layers
        }
        return sum(
            row[level]
            for knob, row, level in zip(self.knobs, noise, state, strict=True)
            if not (users := knob.asking | knob.maker) or not users <= kept
        )

    def levels(self, state: State) -> Iterator[Level]:
        return (knob.levels[place] for knob, place in zip(self.knobs, state, strict=True))

    def plan_of(self, state: State) -> QuantPlan:
        """An ordinary plan; what the person set for a layer comes later and wins."""
        kept: list[str] = []
        overrides: list[Override] = []
        for knob, level in zip(self.knobs, self.levels(state), strict=True):
            if knob.fixed:
                continue
            if knob.tensor is None and level.bits is None:
                kept += map(exact, knob.layers)
            else:
                overrides += _overrides(self.plan, knob, level)
        return replace(
            self.plan,
            keep_float=(*self.plan.keep_float, *kept),
            overrides=(*overrides, *self.plan.overrides),
        )


def search_space(
    model: FloatModel,
    plan: QuantPlan,
    table: CalibrationTable | None,
    widths: Widths,
    *,
    monitor: Monitor = SILENT,
) -> Space:
    """The knobs of a model within `widths`; raises PlanError where the plan cannot be resolved."""
    memo: Memo = {}
    resolutions = tuple(
        resolve_plan(model, uniform, table, memo=memo, monitor=monitor)
        for uniform in _uniform_plans(plan, widths)
    )
    reports = [{r.name: r for r in layer_reports(model, found)} for found in resolutions]
    before = {name: report.bytes_before for name, report in reports[0].items()}
    sizes = [{name: r.bytes_after for name, r in rows.items()} for rows in reports]
    build = _Builder(model, table, widths, resolutions, before, sizes)
    knobs = (*build.weight_knobs(), *build.tensor_knobs())
    covered = {layer for knob in knobs for layer in knob.layers}
    other = sum(size for name, size in sizes[0].items() if name not in covered)
    return Space(plan, resolutions, knobs, other, sum(before.values()), memo)


def _overrides(plan: QuantPlan, knob: Knob, level: Level) -> Iterator[Override]:
    role = "weights" if knob.tensor is None else "activations"
    base = plan.weights if knob.tensor is None else plan.activations
    names = knob.layers if knob.tensor is None else (knob.tensor,)
    if base.integer is not None and base.integer.bits == level.bits:
        return
    for name in names:
        if level.bits is None:
            yield Override(exact(name), ((f"{role}.dtype", FLOAT),))
        else:
            yield Override(exact(name), ((f"{role}.bits", level.bits),))


def _uniform_plans(plan: QuantPlan, widths: Widths) -> Iterator[QuantPlan]:
    """The plan at the first width of weights and activations, at the second, and so on."""
    for place in range(max(len(widths.weights), len(widths.activations))):
        yield replace(
            plan,
            weights=_with_bits(plan.weights, widths.weights, place, "weights"),
            activations=_with_bits(plan.activations, widths.activations, place, "activations"),
        )


def _with_bits(base: TensorPlan, bits: Sequence[int], place: int, role: str) -> TensorPlan:
    if base.integer is None:
        return base
    return apply_settings(base, [("bits", bits[min(place, len(bits) - 1)])], role)


@dataclass(frozen=True, eq=False)
class _Builder:
    """Makes knobs of what the uniform plans resolved to."""

    model: FloatModel
    table: CalibrationTable | None
    widths: Widths
    resolutions: tuple[Resolution, ...]
    before: dict[str, int]
    sizes: list[dict[str, int]]

    @property
    def flow(self) -> Flow:
        return self.resolutions[0].flow

    def weight_knobs(self) -> Iterator[Knob]:
        """One for each group of layers that reads the same weights."""
        users: dict[str, list[str]] = {}
        for name, node in self.flow.nodes.items():
            for weight in node.weights:
                users.setdefault(weight.tensor, []).append(name)
        groups: dict[tuple[str, ...], list[str]] = {}
        for tensor, layers in users.items():
            multiplied = all(kind_of(self.flow.nodes[x].node) is not Kind.FLOW for x in layers)
            if multiplied and tensor in self.resolutions[0].encodings.weights:
                groups.setdefault(tuple(dict.fromkeys(layers)), []).append(tensor)
        for group, tensors in groups.items():
            yield self._weight_knob(group, tuple(tensors))

    def _weight_knob(self, layers: tuple[str, ...], weights: tuple[str, ...]) -> Knob:
        found = [
            [resolution.encodings.weights[w].dtype.bits for w in weights]
            for resolution in self.resolutions
        ]
        sizes = [sum(rows[layer] for layer in layers) for rows in self.sizes]
        if any(found[0] != other for other in found[1:]) or self._asked(found[0]):
            legal = self._weight_widths(layers)
            levels = [
                Level(bits, place, sizes[place], sizes[place])
                for place, bits in enumerate(self.widths.weights)
                if bits in legal.weights
            ]
            if legal.keep_float:
                size = sum(self.before[layer] for layer in layers)
                levels.append(Level(None, None, size, size))
            return Knob(layers, weights, None, tuple(levels), fixed=False)
        level = Level(found[0][0], 0, sizes[0], sizes[0])
        return Knob(layers, weights, None, (level,), fixed=True)

    def _asked(self, bits: list[int]) -> bool:
        """Whether a single legal width is what the uniform plan asked for, not an override."""
        return len(self.widths.weights) == 1 and set(bits) == set(self.widths.weights)

    def _weight_widths(self, layers: tuple[str, ...]) -> Widths:
        tables = any(is_table(self.model, self.flow.nodes[layer].node) for layer in layers)
        return self.widths.for_table() if tables else self.widths

    def tensor_knobs(self) -> Iterator[Knob]:
        """One for each activation that owns a range."""
        for tensor in self.resolutions[0].encodings.activations:
            found = [r.encodings.activations[tensor].dtype.bits for r in self.resolutions]
            count = math.prod(tensor_shape(self.model, self.table, tensor) or ())
            fixed = any(
                bits != self.widths.activations[min(place, len(self.widths.activations) - 1)]
                for place, bits in enumerate(found)
            )
            legal = (found[0],) if fixed else self.widths.activations
            levels = [Level(bits, place, 0, count * bits / 8) for place, bits in enumerate(legal)]
            if self.widths.float_tensors and not fixed:
                levels.append(Level(None, None, 0, _FLOAT_BYTES * count))
            asking, maker = self._asking(tensor), self._maker(tensor)
            yield Knob((), (), tensor, tuple(levels), fixed, asking, maker)

    def _maker(self, tensor: str) -> frozenset[str]:
        nodes = (node for node in self.flow.nodes.values() if node.output == tensor)
        return frozenset(n.node.name for n in nodes if operator_of(n.node).gives_codes)

    def _asking(self, tensor: str) -> frozenset[str]:
        """The layers that read a tensor, or what integer operators make of it."""
        found, waiting, seen = set[str](), [tensor], set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in self.model.outputs and self.resolutions[0].plan.quantize_outputs:
                return frozenset({name})  # who reads the network asks for them too
            for reader in self.model.consumers.get(name, ()):
                integer = self.flow.nodes.get(reader.name)
                if integer is not None and kind_of(reader) is Kind.CORE:
                    found.add(reader.name)
                elif integer is not None:
                    waiting += (*reader.output, integer.output)
        return frozenset(found)
