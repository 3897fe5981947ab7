"""What is asked: a plan for a model, with the data and the statistics it may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from quantengine.data.dataset import Dataset
from quantengine.decisions import Decisions, activation_plans, plan_taps
from quantengine.errors import DataError
from quantengine.graph.flow import Flow
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table import CalibrationTable
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import plan_decisions
from quantengine.traps.registry import find_traps
from quantengine.traps.trap import Trap
from quantengine.verdict.judge import BY_WORST, Judge


@dataclass(frozen=True, eq=False)
class Work:
    """A plan for a model; `table` None: to be collected on `dataset` where the plan needs any.

    `judge` names the dB that whatever ranks or keeps follows: `worst`, `pooled`, or an output or
    slice. `taken`: what the plan has of a table of another tool and what not, as JSON; else empty.
    """

    model: FloatModel
    plan: QuantPlan
    dataset: Dataset | None = None
    table: CalibrationTable | None = field(default=None, repr=False)
    judge: Judge = BY_WORST
    taken: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def taken_json(self) -> dict[str, Any]:
        """`encodings_taken`, or nothing."""
        return {"encodings_taken": dict(self.taken)} if self.taken else {}

    @property
    def needs_ranges(self) -> bool:
        """Whether some activation is an integer, by the plan's default or by an override."""
        found = activation_plans(self.flow, self.decisions).values()
        return any(tensor.integer is not None for tensor in found)

    @property
    def chooses_ranges(self) -> bool:
        """Whether some range is not said by the plan itself."""
        found = activation_plans(self.flow, self.decisions).values()
        return any(tensor.integer is not None and not tensor.by_hand for tensor in found)

    @cached_property
    def decisions(self) -> Decisions:
        """The plan read against the model; raises PlanError for a pattern without a match."""
        return plan_decisions(self.model, self.plan)

    @cached_property
    def traps(self) -> tuple[Trap, ...]:
        """What the statistics show that the plan falls into; nothing without statistics."""
        if self.table is None:
            return ()
        plans = activation_plans(self.flow, self.decisions)
        types = {name: plan.integer for name, plan in plans.items()}
        bits = {name: each.bits for name, each in types.items() if each is not None}
        found = find_traps(self.model, self.table, self.flow)
        return tuple(trap for trap in found if trap.bites(bits))

    @cached_property
    def flow(self) -> Flow:
        """Where integers may flow under the plan."""
        return self.decisions.flow(self.model)


def _fits(work: Work) -> bool:
    """Whether there are statistics, and of the kind that is asked for or none can be collected."""
    if work.table is None:
        return False
    return work.dataset is None or work.table.quantized_inputs == work.plan.observe_quantized


def observed(
    work: Work,
    *,
    workers: int | None = None,
    memory_bytes: int | None = None,
    monitor: Monitor = SILENT,
) -> Work:
    """The work with statistics where its plan or model needs some and it has none of the kind.

    Raises DataError where there is no data to collect them on, and what `calibrate` raises.
    """
    model = work.model
    taps = plan_taps(model, work.plan)
    if _fits(work) or not work.needs_ranges or not taps:
        return work
    if work.dataset is None and not work.chooses_ranges:
        return work
    if work.dataset is None:
        raise DataError(
            "Ranges of activations are chosen from data: give --data or --stats, or quantize "
            "weights only with --activations float."
        )
    table = calibrate(
        model,
        work.dataset,
        taps,
        quantized_inputs=work.plan.observe_quantized,
        workers=workers,
        memory_bytes=memory_bytes,
        monitor=monitor,
    )
    return replace(work, table=table)
