"""An ONNX operator as a value: all that rules about quantizing ask of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import onnx
from numpy.typing import NDArray

from quantengine.graph.model import Dimension, FloatModel
from quantengine.graph.reason import Reason

DOMAINS = ("", "ai.onnx")
Shape = tuple[int, ...]
Sides = tuple[Dimension, ...] | None
"""A shape as far as it is known before data is there."""
Lookup = Callable[[str], NDArray[Any] | None]
"""The array of a constant by name, or None."""


class Kind(Enum):
    """How an operator takes part in integer inference."""

    CORE = "core"
    """Multiplies by weights: integers pay off here, so it asks for quantized inputs."""
    FLOW = "flow"
    """Computes on integers when its inputs already are, with a new output encoding."""
    CLAMP = "clamp"
    """Relu or Clip: becomes part of the output encoding of the operator before it."""
    MOVE = "move"
    """Only moves values: input and output share one encoding."""
    CELL = "cell"
    """Computes in floats, on weights that are stored as codes."""
    FLOAT = "float"
    """Stays float; quantized neighbours put their pairs around it."""


@dataclass(frozen=True)
class Axes:
    """The axes of a weight that run over output channels and over what is summed up.

    None: no such axis. `groups` divide axis 0, whichever of the two that is.
    """

    output: int | None = None
    reduction: int | None = None
    groups: int = 1


def always(_: FloatModel, __: onnx.NodeProto) -> bool:
    """What holds of every node of an operator."""
    return True


@dataclass(frozen=True)
class Operator:
    """One ONNX operator; what differs from node to node is a function of the node."""

    name: str
    kind: Kind = Kind.FLOAT
    inputs: int | None = 1
    """How many inputs, from the first, may carry codes, weights included; None: all."""
    obstacle: Callable[[FloatModel, onnx.NodeProto], Reason | None] = lambda _, __: None
    """Why a node has no integer form; None where it has one."""
    wrong: Callable[[onnx.NodeProto, Sequence[Sides]], str | None] = lambda _, __: None
    """What contradicts itself in a node whose inputs have these shapes; None where nothing does."""
    variant: Callable[[onnx.NodeProto], Operator | None] = lambda _: None
    """The operator that a node with other attributes amounts to, None: this one."""

    # with weights
    axes: Callable[[onnx.NodeProto, int], Axes] = lambda _, __: Axes()
    """The axes of a weight of that rank."""
    depthwise: Callable[[onnx.NodeProto, Shape], int | None] = lambda _, __: None
    """The axis of a weight of that shape along which each channel has its own, if not `axes`."""
    bias: int | None = None
    """The place of the bias among the inputs."""
    biased: str | None = None
    """The operator that computes the same of two matrices and takes a bias."""
    channels: int | None = None
    """The axis of data and result along which channels lie."""
    gathers: bool = False
    """Each value of the result is a whole row of the weight times what that meets."""
    gives_codes: bool = False
    """Its result becomes codes though nothing behind it asks for them."""
    multiplications: Callable[[Shape, Shape, Shape], int] = lambda *_: 0
    """How many a node does, by the shapes of data, weight and result."""
    is_table: Callable[[FloatModel, onnx.NodeProto], bool] = lambda _, __: False
    """Whether a node gives rows of a constant, worth storing as codes."""

    stored: tuple[int, ...] = ()
    """The inputs of a cell that hold its weights."""

    # without
    bounds: Callable[[onnx.NodeProto, Lookup], tuple[float, float] | None] = lambda _, __: None
    """Between which values a node holds what passes; None where they are no constants."""
    keeps_zero: Callable[[FloatModel, onnx.NodeProto], bool] = always
    """Whether all that a node adds to what it moves is zero."""
    scales_through: Callable[[FloatModel, onnx.NodeProto], bool] = lambda _, __: False
    """Whether y / s is a node's result for x / s, channel by channel, s > 0."""
    passes_on: bool = False
    """Gives what it reads, held between bounds at most."""
    cuts: bool = False
    """Gives a part of what it reads."""
    carries: tuple[int, ...] | None = ()
    """The inputs whose values reach the result as they are; None: all."""
    states: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """By input that holds a state to begin with: the outputs that hold it in the end."""

    @property
    def slides(self) -> bool:
        """Whether it multiplies by a window that slides over an image."""
        return self.kind is Kind.CORE and self.channels == 1

    @property
    def is_product(self) -> bool:
        """Whether it multiplies two matrices, or stacks of them."""
        return self.kind is Kind.CORE and self.channels == -1
