"""Settings of a plan that change nothing of a network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Set
from itertools import chain
from typing import TYPE_CHECKING

from quantengine.counted import counted
from quantengine.decisions import Decisions, activation_plans, constant_plans
from quantengine.graph.flow import Flow
from quantengine.graph.half import wide_ports
from quantengine.graph.model import FloatModel
from quantengine.patterns import matching
from quantengine.plan import FLOAT
from quantengine.sentence import Sentence

if TYPE_CHECKING:
    from quantengine.plan import Override

_ROLES = ("weights", "activations")
_WIDTHS = ("bits", "dtype", "low", "high")
"""Said of what is float still, they may be why it is."""
_TOLD = 3


def settings_without_effect(
    model: FloatModel, flow: Flow, decisions: Decisions
) -> Iterator[Sentence]:
    """A sentence for each of the first few overrides with such a setting, and one for the rest."""
    overrides = decisions.plan.overrides
    if not overrides:
        return
    names = dict.fromkeys(chain((node.name for node in model.graph.node), model.types))
    inside, reach = wide_ports(model), _Reach(flow, decisions)
    found = []
    for override in overrides:
        pattern = override.pattern
        matched = [pattern] if pattern in names else matching(pattern, names)
        meant = {inside.get(name, name) for name in matched}
        idle = [key for key, _ in override.settings if not reach.has_effect(key, meant)]
        if idle:
            found.append(_sentence(override, idle, _outputs(model, decisions, meant)))
    yield from found[:_TOLD]
    if found[_TOLD:]:
        yield Sentence("The same is so of {0} more.", counted(len(found) - _TOLD, "setting"))


class _Reach:
    """The names, of layers and of tensors, under which something may be said of each role."""

    def __init__(self, flow: Flow, decisions: Decisions) -> None:
        makers = {node.output: name for name, node in flow.nodes.items()}
        activations = activation_plans(flow, decisions)
        constants = constant_plans(flow, decisions)
        readers = flow.readers()
        self._named: dict[tuple[str, bool], set[str]] = defaultdict(set)
        for tensor, plan in activations.items():
            self._add("activations", {tensor, makers.get(tensor, tensor)}, plan.dtype)
        for tensor, plan in constants.items():
            layers = {node.node.name for node, _ in readers[tensor]}
            self._add("weights", {tensor, *layers}, plan.dtype)

    def _add(self, role: str, names: Set[str], dtype: str) -> None:
        self._named[role, True].update(names)
        if dtype != FLOAT:
            self._named[role, False].update(names)

    def has_effect(self, key: str, names: Set[str]) -> bool:
        role, _, setting = key.rpartition(".")
        roles = [role] if role in _ROLES else _ROLES
        return any(not self._named[each, setting in _WIDTHS].isdisjoint(names) for each in roles)


def _outputs(model: FloatModel, decisions: Decisions, names: Set[str]) -> list[str]:
    """Those of the names that are outputs which stay float."""
    return [] if decisions.plan.quantize_outputs else [n for n in model.outputs if n in names]


def _sentence(override: Override, keys: list[str], outputs: list[str]) -> Sentence:
    said = f"{override.pattern}:{','.join(keys)}"
    if outputs:
        return Sentence(
            "The setting '{0}' changes nothing: '{1}' is an output, which stays float unless "
            "--quantize-outputs says otherwise.",
            *(said, outputs[0]),
        )
    return Sentence(
        "The setting '{0}' changes nothing: nothing of that name has codes it could be about.",
        said,
    )
