"""What keeps more bits than the plan says of all, and how it is said otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from quantengine.decisions import Decisions
from quantengine.graph.flow import Flow
from quantengine.sentence import Sentence


def kept_states(flow: Flow, decisions: Decisions) -> Iterator[Sentence]:
    """Inputs that are fed back."""
    for tensor in flow.points():
        if decisions.is_kept_state(tensor):
            yield Sentence(
                "'{0}' looks like a state that is fed back from '{1}', so it stays float: "
                "--set '{0}:activations.bits=8' makes it integer.",
                *(tensor, decisions.states[tensor]),
            )


def kept_ends(flow: Flow, decisions: Decisions) -> Iterator[Sentence]:
    """Weights of tables and of scores."""
    for tensor, ((node, _), *_) in flow.readers().items():
        layer = node.node.name
        if decisions.is_kept_end(layer, tensor):
            yield Sentence(
                "The weight '{0}' keeps 8 bits, since {1} gives rows of a table or scores: "
                "--set '{0}:weights.bits=4' gives it fewer.",
                *(tensor, layer),
            )
