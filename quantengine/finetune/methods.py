"""Which method each tensor learns by."""

from __future__ import annotations

from quantengine.errors import PlanError
from quantengine.finetune.settings import Method, Settings
from quantengine.graph.model import FloatModel
from quantengine.patterns import matching
from quantengine.resolve.resolve import Resolution


class Methods:
    """Which method each tensor learns by, and whether its zero point stays in the middle."""

    def __init__(self, model: FloatModel, resolution: Resolution, settings: Settings) -> None:
        self.resolution, self.settings = resolution, settings
        nodes = resolution.flow.nodes
        self.layer_of = {node.output: name for name, node in nodes.items()}
        self.reader_of = {w.tensor: name for name, node in nodes.items() for w in node.weights}
        self.chosen = chosen_methods(model, settings)

    def of_weight(self, name: str) -> Method:
        return self._of(self.reader_of.get(name), name)

    def of_activation(self, owner: str) -> Method:
        return self._of(self.layer_of.get(owner), owner)

    def symmetric(self, owner: str) -> bool:
        return self.resolution.decisions.activations(self.layer_of.get(owner), owner).symmetric

    def _of(self, layer: str | None, tensor: str) -> Method:
        found = [method for names, method in self.chosen if names & {layer, tensor}]
        return found[-1] if found else self.settings.method


def chosen_methods(
    model: FloatModel, settings: Settings
) -> list[tuple[frozenset[str | None], Method]]:
    """Layers and tensors with a method of their own, later ones win.

    Raises PlanError where a pattern of the settings matches nothing.
    """
    names = [*(node.name for node in model.graph.node), *model.types]
    found = [
        (frozenset[str | None](matching(pattern, names)), method)
        for pattern, method in settings.methods
    ]
    for (pattern, _), (chosen, _) in zip(settings.methods, found, strict=True):
        if not chosen:
            raise PlanError("'{0}' matches no layer or tensor of this model.", pattern)
    return found
