"""Training in phases: groups of layers towards their own outputs first, then all together."""

from __future__ import annotations

from dataclasses import dataclass

from quantengine.finetune.fake_network import FakeNetwork
from quantengine.finetune.settings import Settings

SHARE = 0.5
"""How much of the steps the groups take together."""


@dataclass(frozen=True)
class Phase:
    """Steps `start` to `end`: `names` (None: all) learn towards `targets` (none: the outputs)."""

    start: int
    end: int
    names: frozenset[str] | None = None
    targets: tuple[str, ...] = ()

    def layers(self, network: FakeNetwork) -> int:
        """How many layers with weights learn."""
        known = [f"weights:{name}" for name in network.weights]
        return len(known) if self.names is None else len(self.names.intersection(known))

    def enter(self, network: FakeNetwork) -> None:
        """Lets the parameters of this phase learn, and no others."""
        for name, parameter in network.parameters().items():
            parameter.tensor.requires_grad_(self.names is None or name in self.names)


def phases_of(network: FakeNetwork, settings: Settings, total: int) -> tuple[Phase, ...]:
    """One phase, or one for each of `settings.blocks` groups of layers and one for all.

    There are no more groups than layers with a range behind them, nor than steps for them.
    """
    groups = _groups(network, min(settings.blocks, int(total * SHARE)))
    if not groups:
        return (Phase(0, total),)
    each = int(total * SHARE) // len(groups)
    phases, start = [], 0
    for names, target in groups:
        phases.append(Phase(start, start + each, names, (target,)))
        start += each
    return (*phases, Phase(start, total))


def _groups(network: FakeNetwork, count: int) -> list[tuple[frozenset[str], str]]:
    """Layers in graph order, in `count` groups that each end in an output with a range."""
    ends: list[tuple[set[str], str]] = []
    names: set[str] = set()
    known = network.parameters()
    for name, node in network.resolution.flow.nodes.items():
        owners = [f"activation:{node.output}"]
        owners += [f"weight:{weight.tensor}" for weight in node.weights]
        wanted = [f"weights:{weight.tensor}" for weight in node.weights] + [f"biases:{name}"]
        names.update(n for n in known if n in wanted or n.startswith(f"norms:{name}:"))
        names.update(n for n in known if any(n.startswith(f"ranges:{o}:") for o in owners))
        if node.output in network.activation_quantizers and names:
            ends.append((names, node.output))
            names = set()
    count = min(count, len(ends))
    groups = []
    for place in range(count):
        part = ends[len(ends) * place // count : len(ends) * (place + 1) // count]
        groups.append((frozenset().union(*(found for found, _ in part)), part[-1][1]))
    return groups
