"""What can be done with each operator: a table made of the registries that do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import onnx
from onnx import helper

from quantengine.analyze.integer_view import SUMS
from quantengine.errors import QuantError
from quantengine.graph.operators.operator import Kind, Operator
from quantengine.graph.operators.registry import OPERATORS
from quantengine.rewrite.dynamic import FORMS
from quantengine.rewrite.integer_moves import move_obstacle
from quantengine.rewrite.integer_operators import WRITERS, operator_obstacle

SUPPORTED = "supported"
_FLOAT = "it stays float"


@dataclass(frozen=True)
class Stage:
    """One thing that is done with operators: what it means, and why it cannot be with some."""

    text: str
    obstacle: Callable[[Operator], str | None]


def support() -> dict[str, dict[str, str]]:
    """By operator and stage: `SUPPORTED`, or why not as a sentence.

    Operators that stay float have a row where they can be trained.
    """
    rows = {**{name: Operator(name) for name in _trainable() or ()}, **OPERATORS}
    order = {kind: place for place, kind in enumerate(Kind)}
    ranked = sorted(rows.items(), key=lambda row: (order[row[1].kind], row[0]))
    return {name: {word: _cell(STAGES[word], op) for word in STAGES} for name, op in ranked}


def _cell(stage: Stage, operator: Operator) -> str:
    reason = stage.obstacle(operator)
    return SUPPORTED if reason is None else f"{reason}."


def _observe(operator: Operator) -> str | None:
    given = onnx.defs.get_schema(operator.name).outputs[0].types
    return None if "tensor(float)" in given else "it gives no floats"


def _float(operator: Operator) -> str | None:
    return _FLOAT if operator.kind is Kind.FLOAT else None


def _sums(operator: Operator) -> str | None:
    if operator.kind is Kind.CELL:
        return "its sums are floats"
    if operator.kind is not Kind.CORE:
        return _float(operator) or "it adds no products"
    return None if operator.name in SUMS else "how hardware adds its products is not known"


def _recover(operator: Operator) -> str | None:
    if operator.kind is Kind.CELL:
        return "what it gives is no sum of its weights"
    if operator.kind is not Kind.CORE:
        return _float(operator) or "it has no weights that recovery rounds"
    return None if operator.gathers else "none of its results is a whole row of the weight"


def _trainable() -> Mapping[str, object] | None:
    """What training knows, None without torch."""
    try:
        from quantengine.finetune.network import OPERATORS as TRAINABLE
    except QuantError:
        return None
    return TRAINABLE


def _train(operator: Operator) -> str | None:
    known = _trainable()
    if known is None:
        return "training needs torch, which is not installed"
    return None if operator.name in known else "there is no trainable form of it"


def _integer(operator: Operator) -> str | None:
    match operator.kind:
        case Kind.MOVE:
            return move_obstacle(_usual(operator))
        case Kind.CORE | Kind.FLOW:
            known = operator.name in WRITERS
            return None if known else operator_obstacle(_usual(operator))
        case Kind.CELL:
            return "it reads its weights through DequantizeLinear"
        case _:
            return _float(operator)


def _usual(operator: Operator) -> onnx.NodeProto:
    """A node of the operator with as many outputs as one usually has."""
    first = onnx.defs.get_schema(operator.name).outputs[0]
    several = first.option == onnx.defs.OpSchema.FormalParameterOption.Variadic
    return helper.make_node(operator.name, ["x"], ["y", "z"] if several else ["y"])


def _dynamic(operator: Operator) -> str | None:
    if operator.kind not in (Kind.CORE, Kind.CELL):
        return _float(operator) or "it multiplies by no weights: between such layers it stays float"
    return None if operator.name in FORMS else f"{operator.name} has no dynamic form"


STAGES: Mapping[str, Stage] = {
    "observe": Stage("statistics of what it gives, where a plan may give that a range", _observe),
    "quantize": Stage(
        "computes on codes, or moves or bounds them; of a cell: its weights are stored as codes",
        _float,
    ),
    "simulate": Stage("any plan on one network, without writing a file", _float),
    "sums": Stage("its int32 sums are shown, and where they saturate", _sums),
    "recover": Stage("its weights are rounded so that its result fits best", _recover),
    "train": Stage("gradients pass through it", _train),
    "qdq": Stage("written between pairs of QuantizeLinear and DequantizeLinear", _float),
    "qoperator": Stage("written as an operator on 8-bit codes", _integer),
    "dynamic": Stage("written with ranges that are found while running", _dynamic),
}
