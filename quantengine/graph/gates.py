"""Outputs that carry an input on: what the gates of a recurrent cell say, whatever the names."""

from __future__ import annotations

from enum import IntEnum

import onnx

from quantengine.graph.model import FloatModel
from quantengine.graph.operators.registry import operator_of

_GATES = ("Sigmoid", "HardSigmoid")


class _Stage(IntEnum):
    """How far an input has come through a cell."""

    OLD = 0
    KEPT = 1
    NEW = 2


def carried_on(model: FloatModel, state: str) -> tuple[str, ...]:
    """Outputs that hold the input `state` as a cell carries it on: gate * old + something new.

    Or the last state of an LSTM, GRU or RNN node that begins with it. Moves may lie between.
    """
    nodes = model.graph.node
    if not any(node.op_type in _GATES or operator_of(node).states for node in nodes):
        return ()
    reached = _Cells(model).reached(state)
    return tuple(name for name in model.outputs if reached.get(name) is _Stage.NEW)


class _Cells:
    def __init__(self, model: FloatModel) -> None:
        self.model = model
        self.gates: set[str] = set()
        for node in model.graph.node:
            if node.op_type in _GATES or (
                (node.op_type == "Sub" or _moves(node)) and self.gates & set(node.input)
            ):
                self.gates.update(node.output)

    def reached(self, state: str) -> dict[str, _Stage]:
        """By tensor: the furthest the values of `state` have come in it."""
        found = {state: _Stage.OLD}
        for node in self.model.graph.node:
            stages = [found[name] for name in node.input if name in found]
            if stages:
                self._pass_on(node, max(stages), found)
        return found

    def _pass_on(self, node: onnx.NodeProto, stage: _Stage, found: dict[str, _Stage]) -> None:
        if operator_of(node).states:
            found.update(dict.fromkeys(self._last_states(node, found), _Stage.NEW))
            return
        after = self._after(node, stage, found)
        if after is not None:
            found.update((name, after) for name in node.output if name)

    def _after(
        self, node: onnx.NodeProto, stage: _Stage, found: dict[str, _Stage]
    ) -> _Stage | None:
        beside = [name for name in node.input if name not in found]
        match node.op_type:
            case "Mul" if stage is _Stage.OLD and self.gates & set(beside):
                return _Stage.KEPT
            case "Sub" if stage is _Stage.OLD:
                return stage
            case "Add" if stage is _Stage.KEPT and not self._constant(node):
                return _Stage.NEW
            case _:
                return stage if _moves(node) else None

    def _constant(self, node: onnx.NodeProto) -> bool:
        return any(name in self.model.initializers for name in node.input)

    def _last_states(self, node: onnx.NodeProto, found: dict[str, _Stage]) -> list[str]:
        return [
            node.output[after]
            for before, outputs in operator_of(node).states.items()
            for after in outputs
            if before < len(node.input)
            and found.get(node.input[before]) is _Stage.OLD
            and after < len(node.output)
            and node.output[after]
        ]


def _moves(node: onnx.NodeProto) -> bool:
    """Whether values reach its output as they are."""
    return operator_of(node).carries != ()
