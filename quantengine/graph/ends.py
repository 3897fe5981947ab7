"""Where words, classes and the like become numbers, and where numbers become them again."""

from __future__ import annotations

import onnx

from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import is_table, kind_of, operator_of

_SCORES = ("Add", "Mul", "Div", "Softmax", "LogSoftmax", "Cast")
"""What may stand between a layer and the scores that a network gives, beside moves."""


def ends_of(model: FloatModel) -> frozenset[str]:
    """Layers that give rows of a table, and those whose many sums are an output of the network.

    Many: more than what each of them sums up, as the scores of all words are.
    """
    nodes = model.graph.node
    return frozenset(n.name for n in nodes if is_table(model, n) or _gives_scores(model, n))


def _gives_scores(model: FloatModel, node: onnx.NodeProto) -> bool:
    operator = operator_of(node)
    weight = model.initializers.get(node.input[1]) if operator.is_product else None
    if weight is None or len(weight.dims) != 2:
        return False
    axes = operator.axes(node, 2)
    if axes.output is None or axes.reduction is None:
        return False
    return weight.dims[axes.output] > weight.dims[axes.reduction] and _leads_out(model, node)


def _leads_out(model: FloatModel, node: onnx.NodeProto) -> bool:
    """Whether its result is an output, rescaled or moved at most."""
    waiting, seen = [*node.output], set[str]()
    while waiting:
        tensor = waiting.pop()
        if tensor in model.outputs:
            return True
        for reader in model.consumers.get(tensor, ()):
            passes = kind_of(reader) is Kind.MOVE or reader.op_type in _SCORES
            if passes and reader.name not in seen:
                seen.add(reader.name)
                waiting += reader.output
    return False
