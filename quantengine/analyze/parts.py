"""Which quantizers belong to a layer: what "only this layer is quantized" means."""

from __future__ import annotations

from dataclasses import dataclass

from quantengine.analyze.simulate import Active
from quantengine.graph.channels import channels_of
from quantengine.graph.flow import IntegerNode
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.registry import activation_inputs
from quantengine.rewrite.encodings import Encodings


@dataclass(frozen=True)
class LayerParts:
    """The quantizers of one layer.

    Its weights, and the quantizer of its output. `inputs` holds tensors it reads whose quantizer
    has no quantized layer before it (graph inputs, results of float operators): they belong to
    the layers that read them. So every quantizer has an owner, and of the first layer local and
    accumulated error are the same.
    """

    node: IntegerNode
    weights: tuple[str, ...]
    inputs: tuple[str, ...]
    output: str | None
    """The owner tensor of the output's quantizer; None where the output stays float."""
    tensors: frozenset[str]
    """Owner tensors of all of its quantizers."""

    @property
    def name(self) -> str:
        return str(self.node.node.name)

    @property
    def active(self) -> Active:
        """Only this layer."""
        return Active(self.tensors, frozenset(self.weights))

    @property
    def empty(self) -> bool:
        return not self.weights and not self.tensors

    def others(self, encodings: Encodings) -> Active:
        """Every layer but this one."""
        return Active(
            frozenset(encodings.activations) - self.tensors,
            frozenset(encodings.weights) - frozenset(self.weights),
        )


def layer_parts(encodings: Encodings) -> tuple[LayerParts, ...]:
    """The layers that own a quantizer, in order of execution."""
    made = {node.output for node in encodings.flow.nodes.values()}
    found = (_parts(encodings, node, made) for node in encodings.flow.nodes.values())
    return tuple(parts for parts in found if not parts.empty)


def _parts(encodings: Encodings, node: IntegerNode, made: set[str]) -> LayerParts:
    owners = encodings.flow.owners
    weights = tuple(w.tensor for w in node.weights if w.tensor in encodings.weights)
    inputs = tuple(
        name
        for name in dict.fromkeys(activation_inputs(node.node))
        if owners.get(name) in encodings.activations and owners[name] not in made
    )
    has_grid = owners.get(node.output) == node.output and node.output in encodings.activations
    output = node.output if has_grid else None
    tensors = {owners[name] for name in inputs} | ({output} if output else set())
    return LayerParts(node, weights, inputs, output, frozenset(tensors))


def channel_axis(model: FloatModel, tensor: str) -> int | None:
    """The axis of `tensor` that runs over channels; None: no such axis."""
    kind = model.types.get(tensor)
    if kind is None or kind.shape is None or len(kind.shape) < 2:
        return None
    found = channels_of(model, tensor)
    axis = found.axis if found is not None else 2 if len(kind.shape) == 3 else 1
    return axis if isinstance(kind.shape[axis], int) else None
