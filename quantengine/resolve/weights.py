"""Weights of a plan: the grid of each, safe for its readers and wide enough for their biases."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.decisions import Decisions, constant_plans
from quantengine.errors import PlanError
from quantengine.formats.dtype import INT8
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import (
    PER_TENSOR,
    Granularity,
    PerChannel,
    along,
    parameter_shape,
    planned,
    rows,
)
from quantengine.formats.metrics import sqnr_db
from quantengine.graph.flow import Flow, IntegerNode, Weight
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of, operator_of
from quantengine.monitor import Monitor
from quantengine.plan import DYNAMIC, GivenScales, TensorPlan
from quantengine.ranges.choice import RangeSpec
from quantengine.ranges.rows import choose_rows
from quantengine.resolve.memo import Memo, known
from quantengine.resolve.powers import nearest_power
from quantengine.resolve.spec import spec_of
from quantengine.rewrite.bias import least_weight_scale
from quantengine.rewrite.pair_codes import pair_safe_encoding
from quantengine.sentence import Sentence
from quantengine.targets import rules_of

_TYPES = {"bits", "dtype", "granularity", "symmetric"}
"""Settings that say what scales are for; all others choose some."""

Readers = Sequence[tuple[IntegerNode, Weight]]


@dataclass(frozen=True, eq=False)
class EncodedWeights:
    """By initializer: the encoding, what the weight keeps in dB, and how many scales were raised.

    A scale is raised where the int32 bias of a reader would not fit.
    """

    encodings: dict[str, Encoding] = field(default_factory=dict)
    sqnr_db: dict[str, float] = field(default_factory=dict)
    raised: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class WeightEncoder:
    """Encodes the weights of one model."""

    model: FloatModel
    flow: Flow
    decisions: Decisions
    pair_safe: bool
    memo: Memo

    def encoded(self, activations: Mapping[str, Encoding], monitor: Monitor) -> EncodedWeights:
        """Weights that meet these activations; raises PlanError where a plan is impossible."""
        found = EncodedWeights()
        plans = constant_plans(self.flow, self.decisions)
        for tensor, plan in monitor.track(plans.items(), "Choosing weight ranges", len(plans)):
            if plan.integer is None:
                self._refuse_dynamic(tensor, plan)
                continue
            granularity = granularity_of(self._readers[tensor], plan)
            if _shared(self._readers[tensor]):
                found.notes.append(
                    f"'{tensor}' is shared by operators that read it along other axes: per tensor."
                )
            elif plan.granularity == PerChannel() and self._is_stack(tensor, granularity):
                found.notes.append(
                    Sentence(
                        "'{0}' is a stack of matrices, which onnxruntime multiplies as integers by "
                        "one scale alone: per tensor.",
                        tensor,
                    )
                )
            chosen = self._chosen(tensor, plan, granularity)
            held = self._hold_biases(tensor, chosen, activations)
            if held is not chosen:
                found.raised[tensor] = int(np.count_nonzero(held.scale != chosen.scale))
            held = self._on_target(tensor, held)
            found.encodings[tensor] = safe = self._hold_pairs(tensor, held)
            found.sqnr_db[tensor] = self._sqnr_db(tensor, safe)
        return found

    def encoding(
        self,
        tensor: str,
        plan: TensorPlan,
        granularity: Granularity,
        activations: Mapping[str, Encoding],
    ) -> Encoding:
        """One weight under a plan of its own; raises PlanError where that is impossible."""
        chosen = self._chosen(tensor, plan, granularity)
        held = self._hold_biases(tensor, chosen, activations)
        return self._hold_pairs(tensor, self._on_target(tensor, held))

    def _on_target(self, tensor: str, encoding: Encoding) -> Encoding:
        """Scales that the target knows: the powers of two that cost a weight least."""
        if not rules_of(self.decisions.plan).power_of_two or not encoding.symmetric:
            return encoding
        values = self.model.weight(tensor)
        found: Encoding = known(
            self.memo,
            ("power", tensor),
            (encoding,),
            lambda: nearest_power(
                encoding, lambda each: weight_sqnr_db(values, each.fake_quantize(values))
            ),
        )
        return found

    @cached_property
    def _readers(self) -> Mapping[str, Readers]:
        return self.flow.readers()

    def _is_stack(self, tensor: str, granularity: Granularity) -> bool:
        """Whether a product reads it as many matrices, which have no axis of channels."""
        reader, weight = self._readers[tensor][0]
        multiplies = operator_of(reader.node).is_product and granularity is PER_TENSOR
        return multiplies and weight.axis is None and len(self.model.initializers[tensor].dims) > 2

    def _refuse_dynamic(self, tensor: str, plan: TensorPlan) -> None:
        flows = kind_of(self._readers[tensor][0][0].node) is Kind.FLOW
        if plan.dtype == DYNAMIC and not flows:
            raise PlanError("'{0}' is a weight: 'dynamic' is for activations only.", tensor)

    def _sqnr_db(self, tensor: str, encoding: Encoding) -> float:
        def ratio() -> float:
            values = self.model.weight(tensor)
            return weight_sqnr_db(values, encoding.fake_quantize(values))

        found: float = known(self.memo, ("sqnr", tensor), (encoding,), ratio)
        return found

    def _chosen(self, tensor: str, plan: TensorPlan, granularity: Granularity) -> Encoding:
        """The encoding of the range that the plan chooses, whoever reads the weight."""
        readers = tuple(node.node.name for node, _ in self._readers[tensor])
        given = self._given(tensor, plan, granularity)
        key = (tensor, plan, granularity, readers, given)
        if key not in self.memo:
            values = self.model.weight(tensor)
            self.memo[key] = (
                encoded_weight(values, plan, granularity)
                if given is None
                else given_encoding(given, plan, granularity, values.shape)
            )
        encoding: Encoding = self.memo[key]
        return encoding

    def _given(self, tensor: str, plan: TensorPlan, granularity: Granularity) -> GivenScales | None:
        """Scales that the plan holds for a weight, where it is asked for as it is planned."""
        found = self._scales.get(tensor)
        if found is None or plan != self._planned[tensor] or plan.dtype != found.dtype:
            return None
        fits = planned(granularity) == found.granularity and plan.symmetric != bool(
            found.zero_point
        )
        chosen = says_of_scales(self.decisions, tensor, self._readers[tensor])
        return found if fits and not chosen else None

    @cached_property
    def _scales(self) -> Mapping[str, GivenScales]:
        return {each.tensor: each for each in self.decisions.plan.given}

    @cached_property
    def _planned(self) -> Mapping[str, TensorPlan]:
        return constant_plans(self.flow, self.decisions)

    def _hold_pairs(self, tensor: str, encoding: Encoding) -> Encoding:
        """Raises the scales at which products could saturate in pairs, where the plan asks so."""
        if not self.pair_safe or encoding.dtype.stored != INT8:
            return encoding
        nodes = [node.node for node, _ in self._readers[tensor]]
        safe: Encoding = known(
            self.memo,
            ("pairs", tensor),
            (encoding,),
            lambda: pair_safe_encoding(nodes, self.model.weight(tensor), encoding),
        )
        return safe

    def _hold_biases(
        self, tensor: str, encoding: Encoding, activations: Mapping[str, Encoding]
    ) -> Encoding:
        """Raises the scales at which a bias would not fit int32."""
        if rules_of(self.decisions.plan).float_bias:
            return encoding
        readers = [node for node, _ in self._readers[tensor]]
        inputs = [activations.get(self.flow.owners.get(n.node.input[0], "")) for n in readers]
        held: Encoding = known(
            self.memo,
            ("bias", tensor),
            (encoding, *inputs),
            lambda: self._with_room(encoding, list(zip(readers, inputs, strict=True))),
        )
        return held

    def _with_room(
        self, encoding: Encoding, readers: list[tuple[IntegerNode, Encoding | None]]
    ) -> Encoding:
        """The encoding with scales at which the bias of every reader fits int32."""
        least = np.zeros_like(encoding.scale, np.float64)
        for node, x in readers:
            bias = None if node.bias is None else self.model.constant(node.bias)
            if x is None or bias is None or encoding.scale.ndim > 1:
                continue
            least = np.maximum(least, least_weight_scale(np.nan_to_num(bias), x, encoding))
        low = encoding.scale < least
        if not np.any(low):
            return encoding
        return replace(encoding, scale=np.maximum(encoding.scale, least).astype(np.float32))


def says_of_scales(decisions: Decisions, tensor: str, readers: Readers) -> bool:
    """Whether a plan says by name how scales of a weight are chosen, so that no given ones hold."""
    names = (tensor, *(node.node.name for node, _ in readers))
    said = {key for name in names for key, _ in decisions.by_name.get(name, ())}
    own = {key.removeprefix("weights.") for key in said if not key.startswith("activations.")}
    return not own <= _TYPES


def granularity_of(readers: Readers, plan: TensorPlan) -> Granularity:
    """How many values of a constant share a scale: what its readers allow of what is planned."""
    if _shared(readers):
        return PER_TENSOR
    reader, weight = readers[0]
    multiplies = operator_of(reader.node).is_product
    return along(plan.granularity, weight.axis, weight.block_axis if multiplies else None)


def weight_sqnr_db(values: NDArray[Any], rounded: NDArray[Any]) -> float:
    """What a weight keeps once it is `rounded`, in what was a finite number before."""
    known = np.isfinite(values)
    reference = values.astype(np.float64)[known]
    error = reference - rounded[known]
    return sqnr_db(float(np.sum(reference**2)), float(np.sum(error**2)))


def _shared(readers: Readers) -> bool:
    return len({(weight.axis, weight.block_axis) for _, weight in readers}) > 1


def given_encoding(
    given: GivenScales, plan: TensorPlan, granularity: Granularity, shape: tuple[int, ...]
) -> Encoding:
    """Scales that were decided elsewhere; raises PlanError where they are not as many."""
    spec = spec_of(plan, weight=True)
    assert spec is not None
    wanted = parameter_shape(granularity, shape)
    if len(given.scale) != math.prod(wanted):
        raise PlanError(
            "The plan gives '{0}' {1} scales, which needs {2}: it was made for another model.",
            *(given.tensor, len(given.scale), math.prod(wanted)),
        )
    zeros = given.zero_point or (spec.dtype.middle,) * len(given.scale)
    return Encoding(
        spec.dtype,
        np.array(given.scale, np.float32).reshape(wanted),
        np.array(zeros, np.int32).reshape(wanted),
        granularity,
        spec.narrow and not given.zero_point,
    )


def encoded_weight(values: NDArray[Any], plan: TensorPlan, granularity: Granularity) -> Encoding:
    """The encoding of a constant under its plan."""
    spec = spec_of(plan, weight=True)
    assert spec is not None
    if plan.low is not None and plan.high is not None:
        shape = parameter_shape(granularity, values.shape)
        low, high = np.full(shape, plan.low), np.full(shape, plan.high)
    elif spec.dtype.is_sign:
        low, high = _sign_range(values, granularity)
    else:
        low, high = _weight_range(values, granularity, spec, plan)
    return _shrink_empty(spec.encode(low, high, granularity), low, high)


def _weight_range(
    values: NDArray[np.generic], granularity: Granularity, spec: RangeSpec, plan: TensorPlan
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    low, high = choose_rows(rows(values, granularity), spec, plan.method, dict(plan.parameters))
    shape = parameter_shape(granularity, values.shape)
    return low.reshape(shape), high.reshape(shape)


def _sign_range(
    values: NDArray[np.generic], granularity: Granularity
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The two values nearest to a group in least squares: -+ its mean size (Rastegari 2016)."""
    sizes = [np.abs(np.nan_to_num(group.astype(np.float64))) for group in rows(values, granularity)]
    means = np.array([size.mean() if size.size else 0.0 for size in sizes])
    means = means.reshape(parameter_shape(granularity, values.shape))
    return -means, means


def _shrink_empty(
    encoding: Encoding, low: NDArray[np.float64], high: NDArray[np.float64]
) -> Encoding:
    """Gives channels of zeros the smallest scale beside them, so that their bias stays fine."""
    empty = (low == 0) & (high == 0)
    if encoding.scale.ndim == 0 or not np.any(empty) or np.all(empty):
        return encoding
    smallest = encoding.scale[~empty].min()
    return replace(encoding, scale=np.where(empty, smallest, encoding.scale).astype(np.float32))
