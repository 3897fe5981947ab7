"""A plan read against one model: what is decided of each layer and tensor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from quantengine.errors import PlanError
from quantengine.formats.dtype import INT8, UINT8, IntegerType
from quantengine.formats.granularity import PER_TENSOR
from quantengine.graph.flow import Flow, IntegerNode, integer_flow
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.observe.tap import Tap
from quantengine.observe.taps import model_taps
from quantengine.patterns import matching
from quantengine.plan import FLOAT, QuantPlan, Setting, TensorPlan, apply_settings
from quantengine.sentence import Sentence
from quantengine.targets import rules_of

_BYTE = 8
_WIDTH = ("bits", "dtype", "low", "high")
"""Settings that say of a tensor that it is an integer, or that it is not."""


@dataclass(frozen=True)
class Decisions:
    """A plan read against the names of one model.

    `states` holds the inputs that are fed back, by name the output they come from: their rounding
    would come back too, so they are float unless the plan says of what width they are. `ends` are
    the layers that give rows of a table or the scores of words: where weights alone are codes, of
    fewer bits than 8, those of `ends` keep 8 unless the plan says of what width they are.
    """

    plan: QuantPlan
    kept_float: frozenset[str]
    by_name: Mapping[str, tuple[tuple[str, Setting], ...]] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    ends: frozenset[str] = frozenset()

    def flow(
        self,
        model: FloatModel,
        *,
        untaken: frozenset[str] = frozenset(),
        also_float: frozenset[str] = frozenset(),
    ) -> Flow:
        """Where integers flow in `model` as it is decided; `also_float` names further layers."""
        return integer_flow(
            model,
            self.kept_float | also_float,
            quantize_outputs=self.plan.quantize_outputs,
            untaken=untaken,
            cut=self.plan.edges.outputs,
            whole=rules_of(self.plan).whole,
        )

    def weights(self, layer: str, tensor: str) -> TensorPlan:
        found = self._settled(self.plan.weights, "weights", layer, tensor)
        if found.integer is None or not self.is_kept_end(layer, tensor):
            return found
        return replace(found, dtype=IntegerType(_BYTE, found.integer.signed).name)

    def is_kept_end(self, layer: str, tensor: str) -> bool:
        """Whether a weight has 8 bits for where its layer stands, not for what the plan says."""
        usual = self.plan.weights.integer
        few = usual is not None and usual.bits < _BYTE and self.plan.activations.dtype == FLOAT
        return few and layer in self.ends and not self.says_width("weights", layer, tensor)

    def activations(self, layer: str | None, tensor: str) -> TensorPlan:
        found = self._settled(self.plan.activations, "activations", layer, tensor)
        return replace(found, dtype=FLOAT) if self.is_kept_state(tensor) else found

    def is_kept_state(self, tensor: str) -> bool:
        """Whether a tensor is float for being a state, not for what the plan says."""
        if tensor not in self.states or self.plan.activations.integer is None:
            return False
        return not self.says_width("activations", tensor)

    def says_width(self, role: str, *names: str) -> bool:
        """Whether the plan says of one of the names of what width its weights or values are."""
        said = (key for name in names for key, _ in self.by_name.get(name, ()))
        return any(key.removeprefix(f"{role}.") in _WIDTH for key in said)

    def _settled(self, base: TensorPlan, role: str, layer: str | None, tensor: str) -> TensorPlan:
        if layer is not None:
            base = apply_settings(base, self.by_name.get(layer, ()), role)
        return apply_settings(base, self.by_name.get(tensor, ()), role)


def plan_taps(model: FloatModel, plan: QuantPlan) -> tuple[Tap, ...]:
    """What has to be observed for a plan: more where its target rounds everything."""
    return model_taps(model, plan.edges.outputs, whole=rules_of(plan).whole)


def activation_plans(flow: Flow, decisions: Decisions) -> dict[str, TensorPlan]:
    """What is decided for each tensor that could own a range, overrides included."""
    makers = {node.output: name for name, node in flow.nodes.items()}
    return {tensor: decisions.activations(makers.get(tensor), tensor) for tensor in flow.points()}


def constant_plans(flow: Flow, decisions: Decisions) -> dict[str, TensorPlan]:
    """What is decided for each constant that may have codes, by its first reader.

    One that is added or multiplied has the type of the activation it meets.
    """
    return {
        tensor: _constant_plan(decisions, node, tensor)
        for tensor, ((node, _), *_) in flow.readers().items()
    }


def weight_plans(flow: Flow, decisions: Decisions) -> dict[str, TensorPlan]:
    """What is decided for each weight that a layer multiplies by, overrides included."""
    plans, readers = constant_plans(flow, decisions), flow.readers()
    return {t: p for t, p in plans.items() if kind_of(readers[t][0][0].node) is not Kind.FLOW}


def decide(
    plan: QuantPlan,
    layers: Iterable[str],
    tensors: Iterable[str],
    states: Mapping[str, str] | None = None,
    inside: Mapping[str, str] | None = None,
    ends: frozenset[str] = frozenset(),
) -> Decisions:
    """Matches every pattern; raises PlanError for one that matches no layer and no tensor.

    What is said of a tensor in `inside` holds for the one that has its values inside the network.
    """
    layers, tensors = tuple(layers), tuple(tensors)
    kept: set[str] = set()
    for pattern in plan.keep_float:
        kept.update(_matching(pattern, layers, Sentence("layer")))
    by_name: dict[str, tuple[tuple[str, Setting], ...]] = {}
    for override in plan.overrides:
        found = _matching(override.pattern, (*layers, *tensors), Sentence("layer or tensor"))
        for name in dict.fromkeys((inside or {}).get(name, name) for name in found):
            by_name[name] = (*by_name.get(name, ()), *override.settings)
    return Decisions(plan, frozenset(kept), by_name, states or {}, ends)


def _constant_plan(decisions: Decisions, node: IntegerNode, tensor: str) -> TensorPlan:
    if kind_of(node.node) is not Kind.FLOW:
        plan = decisions.weights(node.node.name, tensor)
        if node.node.op_type in rules_of(decisions.plan).per_tensor:
            plan = replace(plan, granularity=PER_TENSOR)
        return _as_left(decisions, node, tensor, plan)
    plan = decisions.activations(node.node.name, tensor)
    plan = replace(plan, granularity=PER_TENSOR, method="minmax", parameters=())
    return replace(plan, low=None, high=None)


def _as_left(decisions: Decisions, node: IntegerNode, tensor: str, plan: TensorPlan) -> TensorPlan:
    """A left factor is unsigned where the right one is, unless the plan says so of its name.

    Measured: onnxruntime multiplies no signed codes by unsigned ones.
    """
    inputs = node.node.input
    if len(inputs) < 2 or inputs[0] != tensor or kind_of(node.node) is not Kind.CORE:
        return plan
    said = decisions.says_width("weights", tensor)
    right = decisions.activations(None, inputs[1]).integer
    unsigned = right is not None and not right.signed
    if said or not unsigned or plan.integer != INT8:
        return plan
    return replace(plan, dtype=UINT8.name)


def _matching(pattern: str, names: tuple[str, ...], what: Sentence) -> list[str]:
    found = matching(pattern, names)
    if not found:
        raise PlanError(
            "'{0}' matches no {1} of this model: see `quantengine inspect`.", pattern, what
        )
    return found
