"""What is to be said of the statistics that ranges are chosen from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from quantengine.observe.coverage import few_samples
from quantengine.observe.table import CalibrationTable
from quantengine.plan import QuantPlan
from quantengine.sentence import Sentence


def of_statistics(
    plan: QuantPlan, table: CalibrationTable | None, activations: Iterable[str]
) -> Iterator[Sentence]:
    """That they are of few samples, or of another kind than the plan asks for."""
    if table is None:
        return
    yield from few_samples(table, activations)
    if table.quantized_inputs == plan.observe_quantized:
        return
    if plan.observe_quantized:
        yield Sentence("Statistics are of the float network, not of inference on rounded inputs.")
    else:
        yield Sentence("Statistics are of inference on rounded inputs, not of the float network.")
