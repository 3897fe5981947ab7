"""High-bias absorption: what a channel always carries moves into the bias of the next layer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import onnx

from quantengine.counted import counted
from quantengine.graph.affine import Floats
from quantengine.graph.changed import with_constants
from quantengine.graph.model import FloatModel, Folding
from quantengine.graph.operators.registry import bias_input, operator_of
from quantengine.graph.operators.window import is_padded
from quantengine.graph.weighted import (
    input_factor,
    output_channels,
    sum_over_inputs,
)
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.recover.groups import ChannelGroup, channel_groups
from quantengine.sentence import Sentence, because

_DEVIATIONS = 3.0


@dataclass(frozen=True, eq=False)
class Absorbed:
    """The model after absorption; `refused` says which layers were left out and why."""

    model: FloatModel
    absorbed: int
    refused: tuple[str, ...]

    @property
    def text(self) -> Sentence:
        if self.absorbed:
            moved = counted(self.absorbed, "channel")
            return Sentence("The constant part of {0} moved into the next bias.", moved)
        return because(Sentence("No channel has a constant part to move"), self.refused)


def absorb_high_bias(
    model: FloatModel, table: CalibrationTable | None = None, *, monitor: Monitor = SILENT
) -> Absorbed:
    """c = max(0, beta - 3 gamma): b1 -= c, b2 += W2 c (Nagel 2019; methods.md, section 5).

    Needs the batch norm that was folded into the first layer. Exact where its output never falls
    below c and never reaches the bound of a Clip: with a table c is held within what was seen,
    without one a normal distribution is below it once in 700 values. A padded second layer is
    left out, since its border meets zeros instead of c.
    """
    groups, refused = channel_groups(model)
    foldings = {folding.into: folding for folding in model.foldings if folding.beta is not None}
    biases: dict[str, Floats] = {}
    moved: dict[str, Floats] = {}
    sentences = list(refused)
    for group in monitor.track(groups, "Absorbing high biases"):
        obstacle = _obstacle(model, group, foldings)
        if obstacle is not None:
            sentences.append(obstacle)
            continue
        maker = group.makers[0]
        constant = _constant_part(group, foldings[maker.name], table)
        if not np.any(constant):
            continue
        moved[maker.name] = constant
        biases[maker.name] = _bias(model, maker, biases) - constant
        for reader in group.readers:
            weight = model.weight(reader.input[1])
            product = sum_over_inputs(reader, weight * input_factor(reader, weight, constant))
            biases[reader.name] = _bias(model, reader, biases) + product
    count = sum(int(np.count_nonzero(constant)) for constant in moved.values())
    if not count:
        return Absorbed(model, 0, tuple(sentences))
    changed = [_lowered(folding, moved.get(folding.into)) for folding in model.foldings]
    return Absorbed(with_constants(model, {}, biases, changed), count, tuple(sentences))


def _obstacle(model: FloatModel, group: ChannelGroup, foldings: dict[str, Folding]) -> str | None:
    names = f"{group.makers[0].name} to {group.readers[0].name} absorbs nothing"
    if len(group.makers) > 1 or any(
        not operator_of(node).passes_on
        for tensor in group.tensors
        for node in model.consumers.get(tensor, ())
        if node not in group.readers
    ):
        return f"{names}: more than a Relu or Clip lies between them."
    if group.makers[0].name not in foldings:
        return f"{names}: no batch norm tells how its channels are spread."
    if any(operator_of(node).bias is None for node in group.readers):
        return f"{names}: the second layer takes no bias."
    if any(is_padded(node) for node in group.readers):
        return f"{names}: the second layer is padded with zeros."
    return None


def _constant_part(group: ChannelGroup, folding: Folding, table: CalibrationTable | None) -> Floats:
    """c `[C]`, zero for channels that reach a Clip."""
    assert folding.beta is not None
    assert folding.gamma is not None
    least = folding.beta - _DEVIATIONS * np.abs(folding.gamma)
    constant = np.where(least > 0, least, 0.0)
    for tensor in group.tensors:
        channels = group.seen(tensor, table)
        if channels is not None:
            constant = np.minimum(constant, np.maximum(0.0, np.nan_to_num(channels.low)))
    return np.where(group.free(table), constant, 0.0)


def _bias(model: FloatModel, node: onnx.NodeProto, changed: dict[str, Floats]) -> Floats:
    if node.name in changed:
        return changed[node.name]
    name = bias_input(node)
    values = None if name is None else model.constant(name)
    if values is None:
        weight = model.weight(node.input[1])
        return np.zeros(output_channels(node, weight))
    return values.reshape(-1).astype(np.float64)


def _lowered(folding: Folding, constant: Floats | None) -> Folding:
    if constant is None or folding.beta is None:
        return folding
    return replace(folding, beta=folding.beta - constant)
