"""Plan, statistics and model to encodings: the one place where decisions meet statistics."""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.errors import PlanError
from quantengine.formats.dtype import INT8, IntegerType
from quantengine.formats.encoding import Encoding, encode_range
from quantengine.formats.granularity import (
    PER_TENSOR,
    Granularity,
    PerAxis,
    PerBlock,
    parameter_shape,
    rows,
)
from quantengine.formats.integer_conv import weight_matrix
from quantengine.formats.metrics import sqnr_db
from quantengine.formats.pair_safety import pair_safe_scale
from quantengine.graph.flow import (
    Flow,
    IntegerNode,
    Weight,
    clamped_output,
    integer_flow,
    reachable_range,
)
from quantengine.graph.model import FloatModel
from quantengine.graph.operators import Kind, attribute, kind_of
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.distribution import Doubles
from quantengine.observe.distribution import sqnr_db as distribution_sqnr_db
from quantengine.observe.statistics import TensorStats
from quantengine.observe.table import CalibrationTable
from quantengine.plan import DYNAMIC, Decisions, QuantPlan, TensorPlan, block_size, decide
from quantengine.ranges.choice import RangeChoice, RangeSpec
from quantengine.ranges.registry import choose
from quantengine.ranges.rows import choose_rows
from quantengine.rewrite.bias import least_weight_scale, quantize_bias
from quantengine.rewrite.encodings import Encodings

RUINED_DB = 10.0
"""Below this a tensor has lost its shape: its layer is named to the person."""


@dataclass(frozen=True, eq=False)
class Resolution:
    """The encodings of a plan, and how each came about.

    `choices` holds the range each method chose, by owner tensor; `sqnr_db` what each tensor keeps
    by itself, weights by initializer; `raised` the channels of a weight whose scale had to grow so
    that the int32 bias fits; `clipped_bias` the bias values that were cut off.
    """

    plan: QuantPlan
    decisions: Decisions
    encodings: Encodings
    choices: Mapping[str, RangeChoice]
    sqnr_db: Mapping[str, float]
    raised: Mapping[str, int]
    clipped_bias: Mapping[str, int]
    notes: tuple[str, ...]

    @property
    def flow(self) -> Flow:
        return self.encodings.flow


Memo = dict[Hashable, Any]
"""What was found for tensors under their plans; belongs to one model and one table."""


def plan_decisions(model: FloatModel, plan: QuantPlan) -> Decisions:
    """The plan read against the model's names; raises PlanError for a pattern without a match."""
    layers = [node.name for node in model.graph.node]
    return decide(plan, layers, [*model.types])


def resolve_plan(
    model: FloatModel,
    plan: QuantPlan,
    table: CalibrationTable | None = None,
    *,
    memo: Memo | None = None,
    monitor: Monitor = SILENT,
) -> Resolution:
    """The encodings `plan` means for `model`; `table` may be absent where no activation needs one.

    With a `memo` of earlier calls for the same model and table only what differs is computed.
    Raises PlanError where the plan asks for the impossible or a tensor has no statistics.
    """
    if model.quantized is not None:
        raise PlanError(f"{model.path.name} is quantized already: {model.quantized}")
    if table is not None and table.model_hash != model.digest:
        raise PlanError(
            f"The statistics were collected on another model than {model.path.name}: "
            "calibrate this one."
        )
    return _Resolver(model, plan, table, {} if memo is None else memo, monitor).run()


class _Resolver:
    def __init__(
        self,
        model: FloatModel,
        plan: QuantPlan,
        table: CalibrationTable | None,
        memo: Memo,
        monitor: Monitor,
    ) -> None:
        self.memo = memo
        self.model, self.plan, self.table, self.monitor = model, plan, table, monitor
        self.decisions = plan_decisions(model, plan)
        wiring = ("flow", self.decisions.kept_float, plan.quantize_outputs)
        if wiring not in memo:
            memo[wiring] = integer_flow(model, wiring[1], quantize_outputs=wiring[2])
        self.flow: Flow = memo[wiring]
        self.layer_of = {node.output: name for name, node in self.flow.nodes.items()}
        self.batch_norms = _batch_norms(model)
        self.choices: dict[str, RangeChoice] = {}
        self.sqnr: dict[str, float] = {}
        self.raised: dict[str, int] = {}
        self.clipped_bias: dict[str, int] = {}
        self.notes: list[str] = []

    def run(self) -> Resolution:
        activations = self._activations()
        dynamic = self._dynamic_nodes()
        weights = self._weights(activations)
        encodings = Encodings(
            self.flow,
            activations,
            weights,
            dynamic,
            quantized_outputs=self.plan.quantize_outputs,
        )
        self._count_clipped_bias(encodings)
        self._name_ruined()
        return Resolution(
            self.plan,
            self.decisions,
            encodings,
            self.choices,
            self.sqnr,
            self.raised,
            self.clipped_bias,
            tuple(self.notes),
        )

    def _tensor_plan(self, tensor: str) -> TensorPlan:
        return self.decisions.activations(self.layer_of.get(tensor), tensor)

    def _activations(self) -> dict[str, Encoding]:
        found = {}
        for tensor in self.monitor.track(self.flow.points(), "Choosing ranges"):
            plan = self._tensor_plan(tensor)
            if plan.integer is not None:
                key = (tensor, plan)
                if key not in self.memo:
                    self.memo[key] = self._activation(tensor, plan)
                found[tensor], self.choices[tensor], ratio = self.memo[key]
                if ratio is not None:
                    self.sqnr[tensor] = ratio
        return found

    def _activation(
        self, tensor: str, plan: TensorPlan
    ) -> tuple[Encoding, RangeChoice, float | None]:
        dtype = plan.integer
        assert dtype is not None
        if dtype.is_sign:
            raise PlanError(
                f"'{tensor}' cannot be int1: signs alone are for weights, choose uint1 for "
                "activations."
            )
        stats = self._statistics(tensor, plan.method)
        if plan.low is not None and plan.high is not None:
            choice = RangeChoice(plan.low, plan.high, note="set by hand")
        elif stats is None:
            raise PlanError(
                f"Tensor '{tensor}' has no statistics: calibrate the model with this data first."
            )
        else:
            spec = RangeSpec(dtype, plan.symmetric)
            choice = choose(stats, spec, plan.method, dict(plan.parameters))
            choice = self._within_clamp(tensor, choice)
            low = choice.low if plan.low is None else plan.low
            high = choice.high if plan.high is None else plan.high
            choice = replace(choice, low=low, high=high)
        encoding = encode_range(choice.low, choice.high, dtype, symmetric=plan.symmetric)
        ratio = None if stats is None else distribution_sqnr_db(stats.distribution, encoding)
        return encoding, choice, ratio

    def _statistics(self, tensor: str, method: str) -> TensorStats | None:
        """What was observed of a tensor; `batchnorm` needs the folded batch norm and no data."""
        stats = None if self.table is None else self.table.tensors.get(tensor)
        batch_norm = self.batch_norms.get(tensor)
        if method != "batchnorm" or batch_norm is None:
            return stats
        return replace(stats or TensorStats.of_values([], tensor), batch_norm=batch_norm)

    def _within_clamp(self, tensor: str, choice: RangeChoice) -> RangeChoice:
        """A range no wider than the Relu or Clip before it, so that runtimes can fuse the two."""
        low, high = reachable_range(self.model, tensor)
        return replace(choice, low=max(choice.low, low), high=min(choice.high, high))

    def _dynamic_nodes(self) -> frozenset[str]:
        names = []
        for name, node in self.flow.nodes.items():
            plan = self._tensor_plan(node.node.input[0])
            if kind_of(node.node) is Kind.CORE and plan.dtype == DYNAMIC:
                if node.node.op_type == "ConvTranspose":
                    self.notes.append(f"{name} stays float: ConvTranspose has no dynamic form.")
                else:
                    names.append(name)
        return frozenset(names)

    def _weights(self, activations: Mapping[str, Encoding]) -> dict[str, Encoding]:
        users: dict[str, list[tuple[IntegerNode, Weight]]] = {}
        for node in self.flow.nodes.values():
            for weight in node.weights:
                users.setdefault(weight.tensor, []).append((node, weight))
        found = {}
        for tensor, pairs in self.monitor.track(
            users.items(), "Choosing weight ranges", len(users)
        ):
            encoding = self._weight(tensor, pairs)
            if encoding is not None:
                found[tensor] = self._hold_biases(tensor, encoding, pairs, activations)
        return found

    def _pair_safe(
        self, values: NDArray[Any], encoding: Encoding, pairs: list[tuple[IntegerNode, Weight]]
    ) -> Encoding:
        if not self.plan.pair_safe or encoding.dtype.stored != INT8:
            return encoding
        for node, _ in pairs:
            columns = _product_columns(node.node, values)
            if columns is not None and encoding.scale.ndim < 2:
                lead = (
                    encoding.scale.reshape(columns.shape[0], -1)
                    if columns.ndim == 3 and encoding.scale.ndim
                    else None
                )
                safe = pair_safe_scale(columns, encoding.scale if lead is None else lead)
                scale = safe.reshape(encoding.scale.shape).astype(np.float32)
                encoding = replace(encoding, scale=scale)
        return encoding

    def _weight(self, tensor: str, pairs: list[tuple[IntegerNode, Weight]]) -> Encoding | None:
        node, weight = pairs[0]
        plan = self._weight_plan(node, tensor)
        dtype = plan.integer
        if dtype is None:
            if plan.dtype == DYNAMIC and kind_of(node.node) is not Kind.FLOW:
                raise PlanError(f"'{tensor}' is a weight: 'dynamic' is for activations only.")
            return None
        shared = len({(w.axis, w.block_axis) for _, w in pairs}) > 1
        if shared:
            self.notes.append(
                f"'{tensor}' is shared by operators that read it along other axes: per tensor."
            )
        shape = tuple(self.model.initializers[tensor].dims)
        granularity = PER_TENSOR if shared else _granularity(plan, weight, shape)
        readers = tuple(node.node.name for node, _ in pairs)
        key = (tensor, plan, granularity, self.plan.pair_safe, readers)
        encoding: Encoding
        if key not in self.memo:
            values = self.model.constant(tensor)
            assert values is not None
            encoding = _encoded(values, plan, dtype, granularity)
            encoding = self._pair_safe(values, encoding, pairs)
            self.memo[key] = encoding, _weight_sqnr_db(values, encoding)
        encoding, self.sqnr[tensor] = self.memo[key]
        return encoding

    def _weight_plan(self, node: IntegerNode, tensor: str) -> TensorPlan:
        """A constant that is added or multiplied has the type of the activation it meets."""
        if kind_of(node.node) is not Kind.FLOW:
            return self.decisions.weights(node.node.name, tensor)
        plan = self.decisions.activations(node.node.name, tensor)
        return replace(
            plan, granularity="tensor", method="minmax", parameters=(), low=None, high=None
        )

    def _hold_biases(
        self,
        tensor: str,
        encoding: Encoding,
        pairs: list[tuple[IntegerNode, Weight]],
        activations: Mapping[str, Encoding],
    ) -> Encoding:
        """Raises the scales at which a bias would not fit int32."""
        inputs = [activations.get(self.flow.owners.get(n.node.input[0], "")) for n, _ in pairs]
        readers = [node for node, _ in pairs]
        held: Encoding = self._known(
            ("bias", tensor),
            (encoding, *inputs),
            lambda: self._with_room(encoding, list(zip(readers, inputs, strict=True))),
        )
        if held is not encoding:
            self.raised[tensor] = int(np.count_nonzero(held.scale != encoding.scale))
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
            needed = least_weight_scale(np.nan_to_num(bias), x)
            least = np.maximum(least, needed if encoding.scale.ndim else needed.max(initial=0.0))
        low = encoding.scale < least
        if not np.any(low):
            return encoding
        return replace(encoding, scale=np.maximum(encoding.scale, least).astype(np.float32))

    def _count_clipped_bias(self, encodings: Encodings) -> None:
        for name, node in self.flow.nodes.items():
            if node.bias is None:
                continue
            x = encodings.of(node.node.input[0])
            w = encodings.weights.get(node.node.input[1])
            if x is not None and w is not None and w.scale.ndim < 2:
                clipped = self._known(
                    ("clipped", name), (x, w), partial(self._clipped, node.bias, x, w)
                )
                if clipped:
                    self.clipped_bias[name] = clipped

    def _clipped(self, bias: str, x: Encoding, w: Encoding) -> int:
        values = self.model.constant(bias)
        return 0 if values is None else quantize_bias(values, x, w).clipped

    def _known(self, key: Hashable, inputs: tuple[object, ...], compute: Callable[[], Any]) -> Any:
        """What was computed from these very objects before, or else now."""
        before, found = self.memo.get(key, ((), None))
        same = len(before) == len(inputs) and all(map(operator.is_, before, inputs))
        if not same:
            found = compute()
            self.memo[key] = (inputs, found)
        return found

    def _name_ruined(self) -> None:
        for tensor, value in self.sqnr.items():
            if value < RUINED_DB:
                self.notes.append(
                    f"'{tensor}' keeps only {value:.1f} dB: give it more bits, another range "
                    "method, or keep its layer float."
                )


def _batch_norms(model: FloatModel) -> dict[str, tuple[Doubles, Doubles]]:
    """(gamma, beta) by the tensor behind the clamp that follows the layer they were folded into."""
    nodes = {node.name: node for node in model.graph.node}
    return {
        clamped_output(model, nodes[folding.into]): (
            np.asarray(folding.gamma, np.float64),
            np.asarray(folding.beta, np.float64),
        )
        for folding in model.foldings
        if folding.gamma is not None and folding.beta is not None and folding.into in nodes
    }


def _product_columns(node: onnx.NodeProto, values: NDArray[Any]) -> NDArray[Any] | None:
    """A weight as `[..., K, N]` in the order its products are added, None: not in pairs."""
    if node.op_type == "MatMul" or (node.op_type == "Gemm" and not attribute(node, "transB", 0)):
        return values
    if node.op_type == "Gemm":
        return values.T
    group = attribute(node, "group", 1)
    if node.op_type == "Conv" and values.shape[:2] != (group, 1):
        return weight_matrix(values, group, channels_last=True)
    return None


def _granularity(plan: TensorPlan, weight: Weight, shape: tuple[int, ...]) -> Granularity:
    size = block_size(plan.granularity)
    if size is not None and weight.block_axis is not None and len(shape) == 2:
        return PerBlock(weight.block_axis, size)
    if plan.granularity == "tensor" or weight.axis is None:
        return PER_TENSOR
    return PerAxis(weight.axis)


def _encoded(
    values: NDArray[Any], plan: TensorPlan, dtype: IntegerType, granularity: Granularity
) -> Encoding:
    """The encoding of a constant under its plan."""
    spec = RangeSpec(dtype, plan.symmetric, narrow=plan.symmetric)
    if plan.low is not None and plan.high is not None:
        shape = parameter_shape(granularity, values.shape)
        low, high = np.full(shape, plan.low), np.full(shape, plan.high)
    elif dtype.is_sign:
        low, high = _sign_range(values, granularity)
    else:
        low, high = _weight_range(values, granularity, spec, plan)
    encoding = encode_range(
        low, high, dtype, symmetric=plan.symmetric, narrow=spec.narrow, granularity=granularity
    )
    return _shrink_empty(encoding, low, high)


def _weight_sqnr_db(values: NDArray[Any], encoding: Encoding) -> float:
    reference = np.nan_to_num(values.astype(np.float64))
    error = reference - encoding.fake_quantize(values)
    return sqnr_db(float(np.sum(reference**2)), float(np.sum(error**2)))


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
