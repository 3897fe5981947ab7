"""Methods that have no meaning for some tensors, or for all of a network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from quantengine.counted import counted
from quantengine.errors import PlanError
from quantengine.plan import TensorPlan
from quantengine.ranges.choice import RangeChoice
from quantengine.ranges.registry import METHODS
from quantengine.sentence import Sentence

_NEEDS = {
    "batch norm": Sentence("a batch norm before the tensor"),
    "preparation": Sentence("an input that is made of images"),
    "rows": Sentence("the logits that a network puts out"),
}

Choices = Mapping[str, RangeChoice]
Plans = Mapping[str, TensorPlan]


def needs_more(plan: TensorPlan) -> bool:
    """Whether a range is left to a method that values alone are not enough for."""
    known = METHODS.get(plan.method)
    return known is not None and known.needs in _NEEDS and not plan.by_hand


def refuse_unsuited(choices: Choices, plans: Plans) -> None:
    """Raises PlanError for a method that chose for none of the tensors it was asked for."""
    for method, (asked, left) in _asked(choices, plans).items():
        if len(left) == len(asked):
            raise PlanError(
                "The method '{0}' suits no tensor that it is asked for, first '{1}': it needs {2}.",
                *(method, left[0], _NEEDS[METHODS[method].needs]),
            )


def unsuited_notes(choices: Choices, plans: Plans) -> Iterator[Sentence]:
    """A sentence for each method that another had to choose for."""
    for method, (_, left) in _asked(choices, plans).items():
        if left:
            yield Sentence(
                "'{0}' needs {1}: '{2}' chose the range of {3}, first '{4}'.",
                *(method, _NEEDS[METHODS[method].needs], choices[left[0]].by),
                *(counted(len(left), "tensor"), left[0]),
            )


def _asked(choices: Choices, plans: Plans) -> dict[str, tuple[list[str], list[str]]]:
    """By method: the tensors it is asked for, and those it left."""
    found: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for tensor, plan in plans.items():
        asked, left = found[plan.method]
        asked.append(tensor)
        if choices[tensor].by is not None:
            left.append(tensor)
    return found
