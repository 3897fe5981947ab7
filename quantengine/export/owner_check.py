"""Whether tensors that share one encoding may."""

from __future__ import annotations

from collections.abc import Mapping

from quantengine.errors import ExportError
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of


def refuse_wrong_owner(model: FloatModel, owners: Mapping[str, str]) -> None:
    """Raises ExportError where a tensor has the encoding of one that it is not moved from.

    `owners`: every tensor of codes -> the tensor that owns its encoding.
    """
    for tensor, owner in owners.items():
        source = tensor
        while source != owner:
            node = model.producers.get(source)
            if node is None or kind_of(node) is not Kind.MOVE:
                layer = model.producers[tensor].name if tensor in model.producers else tensor
                raise ExportError(
                    "The quantized model does not compute what was simulated, first at '{0}': "
                    "'{1}' has the range of '{2}', which it is not moved from. Keep that layer "
                    "float, and please report this model.",
                    layer,
                    tensor,
                    owner,
                )
            source = str(node.input[0])
