"""What is decided of the selected layers, and why something cannot be."""

from __future__ import annotations

from dataclasses import dataclass, replace

from quantengine.decisions import constant_plans
from quantengine.graph.flow import IntegerNode
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.plan import TensorPlan

from .edits import WEIGHTS
from .outcome import Outcome
from .rows import LayerRow
from .subject import producer
from .text import number
from .translation import counted, reason_text, tr

_TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, eq=False)
class Selected:
    """Some layers under a plan."""

    outcome: Outcome
    layers: tuple[str, ...]

    @property
    def rows(self) -> list[LayerRow]:
        wanted = set(self.layers)
        return [row for row in self.outcome.rows if row.name in wanted]

    @property
    def nodes(self) -> list[IntegerNode]:
        """Those that compute on codes."""
        known = self.outcome.flow.nodes
        return [known[name] for name in self.layers if name in known]

    def tensors(self, role: str) -> list[str]:
        """What the settings of a role are kept under: weights, or owners of output ranges."""
        rows = {row.name: row for row in self.rows}
        chosen = [rows[name] for name in self.layers if name in rows]
        names = [row.weight if role == WEIGHTS else row.output for row in chosen]
        return [name for name in dict.fromkeys(names) if name is not None]

    def plans(self, role: str) -> list[TensorPlan]:
        outcome = self.outcome
        if role == WEIGHTS:
            plans = constant_plans(outcome.flow, outcome.decisions)
            return [_as_written(plans[row.weight], row) for row in self.rows if row.weight]
        return [
            outcome.decisions.activations(producer(outcome, tensor), tensor)
            for tensor in self.tensors(role)
        ]

    def found(self) -> tuple[float | None, float | None]:
        """The range of the only layer's output."""
        rows = self.rows
        return (rows[0].low, rows[0].high) if len(rows) == 1 else (None, None)

    def weight_limits(self) -> tuple[str, bool]:
        """Why there is no weight to set, and whether blocks are possible."""
        weights = [weight for node in self.nodes for weight in node.weights]
        if any(node.weights and kind_of(node.node) is Kind.FLOW for node in self.nodes):
            return tr("Its constant takes the type of the activation it meets."), False
        if not weights:
            return self.float_reason(tr("It has no weight.")), False
        ranks = [len(self.outcome.model.initializers[w.tensor].dims) for w in weights]
        blocks = all(
            w.block_axis is not None and rank == 2 for w, rank in zip(weights, ranks, strict=True)
        )
        return "", blocks

    def output_reason(self, role: str) -> str:
        if self.tensors(role):
            return ""
        return self.float_reason(tr("Its output stays float: nothing after it asks for codes."))

    def float_reason(self, otherwise: str) -> str:
        """Why the first layer stays float, if it does."""
        reason = self.outcome.flow.reasons.get(self.layers[0])
        if reason is None:
            return otherwise
        return tr("Stays float: {0}.").format(reason_text(reason))

    def described(self) -> str:
        """Operators, their form, and how many parameters they have."""
        wanted = set(self.layers)
        known = [layer for layer in self.outcome.layers if layer.name in wanted]
        parts = sorted({layer.operator for layer in known})
        if len(self.nodes) == len(self.layers) == 1:
            parts = _form(self.nodes[0], parts[0])
        count = sum(layer.parameters for layer in known)
        return tr("{0}, {1} parameters").format(", ".join(parts), f"{count:,}")

    def range_text(self, role: str) -> str:
        """Method and range of the output in a few words."""
        methods = {plan.method for plan in self.plans(role)}
        method = methods.pop() if len(methods) == 1 else ""
        low, high = self.found()
        ends = "" if low is None else f"{number(low, 3)}..{number(high, 3)}"
        return " \N{MIDDLE DOT} ".join(filter(None, (method, ends)))


def _as_written(plan: TensorPlan, row: LayerRow) -> TensorPlan:
    """The plan with the granularity that the operators allow."""
    return replace(plan, granularity=row.granularity or plan.granularity)


def _form(node: IntegerNode, operator: str) -> list[str]:
    """The window of a convolution, and its groups where it has some."""
    told = {a.name: a for a in node.node.attribute}
    parts = [operator]
    if "kernel_shape" in told:
        parts = [f"{operator} {_TIMES.join(map(str, told['kernel_shape'].ints))}"]
    if "group" in told and told["group"].i > 1:
        parts.append(counted(told["group"].i, "group"))
    return parts
