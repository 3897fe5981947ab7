"""A plan, statistics and a model resolved to encodings, and how each came about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from quantengine.decisions import Decisions, activation_plans, constant_plans, decide, weight_plans
from quantengine.errors import PlanError
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import Granularity
from quantengine.graph.cut import behind, cut_obstacle
from quantengine.graph.ends import ends_of
from quantengine.graph.flow import Flow, IntegerNode
from quantengine.graph.half import wide_ports
from quantengine.graph.lift import repeated
from quantengine.graph.missing import broken_constants
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.graph.states import looped_states
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.set_aside import set_aside
from quantengine.observe.table import CalibrationTable
from quantengine.plan import DYNAMIC, QuantPlan, TensorPlan
from quantengine.ranges.choice import RangeChoice
from quantengine.resolve.activations import ActivationEncoder
from quantengine.resolve.beside import constants_beside
from quantengine.resolve.conform import conformed
from quantengine.resolve.kept import kept_ends, kept_states
from quantengine.resolve.memo import Memo, known
from quantengine.resolve.of_statistics import of_statistics
from quantengine.resolve.unsuited import needs_more, refuse_unsuited, unsuited_notes
from quantengine.resolve.untaken import untaken_nodes
from quantengine.resolve.weights import WeightEncoder, weight_sqnr_db
from quantengine.resolve.without_effect import settings_without_effect
from quantengine.rewrite.dynamic import dynamic_obstacle
from quantengine.rewrite.encodings import Encodings
from quantengine.targets import rules_of
from quantengine.traps.registry import find_traps
from quantengine.traps.trap import Trap

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
    traps: tuple[Trap, ...] = ()
    """Those that the statistics show for what has codes under this plan; `notes` say them too."""

    @property
    def flow(self) -> Flow:
        return self.encodings.flow

    @property
    def weight_plans(self) -> dict[str, TensorPlan]:
        """What is decided for each weight that is multiplied and becomes integer."""
        found = weight_plans(self.flow, self.decisions)
        return {name: plan for name, plan in found.items() if name in self.encodings.weights}

    @property
    def activation_plans(self) -> dict[str, TensorPlan]:
        """What is decided for each activation that has a range."""
        found = activation_plans(self.flow, self.decisions)
        return {name: plan for name, plan in found.items() if name in self.encodings.activations}


def plan_decisions(model: FloatModel, plan: QuantPlan) -> Decisions:
    """The plan read against the model's names; raises PlanError for a pattern without a match."""
    layers = [node.name for node in model.graph.node]
    states, inside = looped_states(model), wide_ports(model)
    found = decide(plan, layers, [*model.types], states, inside, ends_of(model))
    cut = plan.edges.outputs
    if not cut:
        return found
    obstacle = cut_obstacle(model.graph, cut)
    if obstacle is not None:
        raise PlanError("The network cannot end at {0}: {1}.", ", ".join(cut), obstacle)
    return replace(found, kept_float=found.kept_float | behind(model.graph, cut))


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
        raise PlanError("{0}: {1}", model.path, model.quantized)
    if table is not None and table.model_hash != model.digest:
        raise PlanError(
            "The statistics were collected on another model than {0}: calibrate this one.",
            model.path.name,
        )
    return _Resolver(model, plan, table, {} if memo is None else memo, monitor).run()


def weight_encoding(
    model: FloatModel,
    resolution: Resolution,
    tensor: str,
    granularity: Granularity,
    plan: TensorPlan | None = None,
) -> Encoding:
    """The encoding a weight would have at another granularity, or under another plan too.

    Its own where nothing differs. Raises PlanError where the plan is impossible.
    """
    flow, decisions, encodings = resolution.flow, resolution.decisions, resolution.encodings
    own, planned = encodings.weights.get(tensor), constant_plans(flow, decisions)[tensor]
    if own is not None and own.granularity == granularity and plan in (None, planned):
        return own
    encoder = WeightEncoder(model, flow, decisions, resolution.plan.pair_safe, {})
    return encoder.encoding(tensor, plan or planned, granularity, encodings.activations)


def activation_encoding(
    model: FloatModel,
    resolution: Resolution,
    table: CalibrationTable | None,
    tensor: str,
    plan: TensorPlan,
) -> tuple[Encoding, RangeChoice]:
    """The encoding an activation would have under another plan, an integer.

    Raises PlanError, also for a method without a meaning for it.
    """
    encoder = ActivationEncoder(model, resolution.flow, resolution.decisions, table, {})
    encoding, choice, _ = encoder.encode(tensor, plan)
    refuse_unsuited({tensor: choice}, {tensor: plan} if needs_more(plan) else {})
    return encoding, choice


def with_encodings(
    model: FloatModel,
    resolution: Resolution,
    table: CalibrationTable | None,
    encodings: Encodings,
) -> Resolution:
    """The resolution with other encodings of `model`; what they keep and cut off is theirs."""
    encoder = ActivationEncoder(model, encodings.flow, resolution.decisions, table, {})
    ratios = {
        **{name: encoder.sqnr_db(name, e) for name, e in encodings.activations.items()},
        **{name: _weight_sqnr_db(model, encodings, name) for name in encodings.weights},
    }
    return replace(
        resolution,
        encodings=encodings,
        sqnr_db={name: ratio for name, ratio in ratios.items() if ratio is not None},
        clipped_bias=_clipped_biases(model, encodings, {}),
    )


def _weight_sqnr_db(model: FloatModel, encodings: Encodings, weight: str) -> float:
    values = model.weight(weight)
    return weight_sqnr_db(values, encodings.weight_of(weight, values))


class _Resolver:
    def __init__(
        self,
        model: FloatModel,
        plan: QuantPlan,
        table: CalibrationTable | None,
        memo: Memo,
        monitor: Monitor,
    ) -> None:
        self.model, self.plan, self.memo, self.monitor = model, plan, memo, monitor
        self.decisions = plan_decisions(model, plan)
        untaken = untaken_nodes(model, table)
        outputs, cut, whole = plan.quantize_outputs, plan.edges.outputs, rules_of(plan).whole
        wiring = ("flow", self.decisions.kept_float, outputs, untaken, cut, whole)
        if wiring not in memo:
            memo[wiring] = self.decisions.flow(model, untaken=untaken)
        self.flow: Flow = memo[wiring]
        self.activations = ActivationEncoder(model, self.flow, self.decisions, table, memo)
        self.notes: list[str] = []

    def run(self) -> Resolution:
        activations, told = conformed(self.activations, self.activations.encoded(self.monitor))
        encoder = WeightEncoder(
            self.model, self.flow, self.decisions, self.plan.pair_safe, self.memo
        )
        weights = encoder.encoded(activations.encodings, self.monitor)
        target = rules_of(self.plan)
        dynamic = self._dynamic_nodes(weights.encodings)
        encodings = Encodings(
            self.flow,
            activations.encodings,
            weights.encodings,
            dynamic,
            quantized_outputs=self.plan.quantize_outputs,
            float_biases=target.float_bias,
            whole=target.whole,
            as_written=target.is_asking,
            beside=self._beside(activations.encodings) if target.whole else {},
        )
        ratios = {**activations.sqnr_db, **weights.sqnr_db}
        traps = self._traps(activations.encodings)
        return Resolution(
            self.plan,
            self.decisions,
            encodings,
            activations.choices,
            ratios,
            weights.raised,
            _clipped_biases(self.model, encodings, self.memo),
            (
                *self.notes,
                *told,
                *of_statistics(self.plan, self.activations.table, activations.encodings),
                *unsuited_notes(activations.choices, activations.asking),
                *settings_without_effect(self.model, self.flow, self.decisions),
                *kept_states(self.flow, self.decisions),
                *kept_ends(self.flow, self.decisions),
                *(trap.text for trap in traps),
                *set_aside(self.activations.observed(activations.encodings)),
                *weights.notes,
                *self._broken(),
                *_ruined(ratios),
            ),
            traps,
        )

    def _beside(self, activations: Mapping[str, Encoding]) -> dict[str, Encoding]:
        plan = self.decisions.plan.activations
        inputs = (self.flow, *activations.values())
        find = partial(constants_beside, self.model, self.flow, activations, plan)
        found: dict[str, Encoding] = known(self.memo, ("beside",), inputs, find)
        return found

    def _traps(self, activations: Mapping[str, Encoding]) -> tuple[Trap, ...]:
        """Those about tensors that have codes here, few enough of them to matter."""
        table, flow = self.activations.table, self.flow
        if table is None or not activations:
            return ()
        find = partial(find_traps, self.model, table, flow)
        found: tuple[Trap, ...] = known(self.memo, ("traps", *flow.nodes), (table, flow), find)
        bits = {name: encoding.dtype.bits for name, encoding in activations.items()}
        return tuple(trap for trap in found if trap.bites(bits))

    def _broken(self) -> tuple[str, ...]:
        found: tuple[str, ...] = known(
            self.memo, ("broken",), (self.model,), partial(broken_constants, self.model)
        )
        return found

    def _dynamic_nodes(self, weights: Mapping[str, Encoding]) -> frozenset[str]:
        names = []
        again = repeated(self.model.graph.node)
        for name, node in self.flow.nodes.items():
            plan = self.activations.plan_of(node.node.input[0])
            if kind_of(node.node) in (Kind.CORE, Kind.CELL) and plan.dtype == DYNAMIC:
                obstacle = dynamic_obstacle(node.node, weights)
                if again.get(name) or (name in again and kind_of(node.node) is Kind.CELL):
                    obstacle = "it stands in a body that repeats, whose ranges nothing can check"
                if obstacle is None:
                    names.append(name)
                else:
                    self.notes.append(f"{name} multiplies floats: {obstacle}.")
        return frozenset(names)


def _clipped_biases(model: FloatModel, encodings: Encodings, memo: Memo) -> dict[str, int]:
    """How many values of each bias int32 cuts off, where there are any."""
    found: dict[str, int] = {}
    for name, node in encodings.flow.nodes.items():
        inputs = (
            encodings.of(node.node.input[0]),
            encodings.weights.get(node.node.input[1]) if len(node.node.input) > 1 else None,
            encodings.biases.get(name),
        )
        count = partial(_clipped, model, encodings, node)
        clipped = known(memo, ("clipped", name), inputs, count)
        if clipped:
            found[name] = clipped
    return found


def _clipped(model: FloatModel, encodings: Encodings, node: IntegerNode) -> int:
    codes = encodings.bias_of(model, node)
    return 0 if codes is None else codes.clipped


def _ruined(ratios: Mapping[str, float]) -> Iterator[str]:
    for tensor, value in ratios.items():
        if value < RUINED_DB:
            yield (
                f"'{tensor}' keeps only {value:.1f} dB: give it more bits, another range "
                "method, or keep its layer float."
            )
