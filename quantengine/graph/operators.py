"""What the engine knows of each ONNX operator: how integers may pass through it."""

from __future__ import annotations

from enum import Enum

import onnx


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
    FLOAT = "float"
    """Stays float; quantized neighbours put their pairs around it."""


_KINDS = {
    Kind.CORE: ("Conv", "ConvTranspose", "Gemm", "MatMul"),
    Kind.FLOW: (
        "Add",
        "Sub",
        "Mul",
        "Concat",
        "AveragePool",
        "GlobalAveragePool",
        "LeakyRelu",
        "PRelu",
        "Sigmoid",
        "HardSigmoid",
        "HardSwish",
        "Elu",
        "Tanh",
        "Mish",
        "ReduceMean",
    ),
    Kind.CLAMP: ("Relu", "Clip"),
    Kind.MOVE: (
        "Reshape",
        "Transpose",
        "Flatten",
        "Squeeze",
        "Unsqueeze",
        "Slice",
        "Gather",
        "Pad",
        "MaxPool",
        "GlobalMaxPool",
        "DepthToSpace",
        "SpaceToDepth",
        "Resize",
        "Upsample",
        "Expand",
        "Tile",
        "Split",
        "Identity",
        "Dropout",
    ),
}

_KIND_OF = {op: kind for kind, ops in _KINDS.items() for op in ops}


def kind_of(node: onnx.NodeProto) -> Kind:
    if node.domain not in ("", "ai.onnx"):
        return Kind.FLOAT
    if node.op_type == "Resize" and text_attribute(node, "mode", "nearest") == "cubic":
        return Kind.FLOW  # cubic weights overshoot: the output leaves the range of the input
    return _KIND_OF.get(node.op_type, Kind.FLOAT)


def activation_inputs(node: onnx.NodeProto) -> tuple[str, ...]:
    """The inputs that may carry quantized values, weights included, bias and indices left out."""
    match kind_of(node):
        case Kind.CORE:
            return tuple(node.input[:2])
        case Kind.FLOW if node.op_type in ("ReduceMean", "Resize"):
            return tuple(node.input[:1])
        case Kind.FLOW:
            return tuple(name for name in node.input if name)
        case Kind.CLAMP | Kind.MOVE:
            return tuple(node.input[:1])
        case _:
            return ()


def bias_input(node: onnx.NodeProto) -> str | None:
    """The name of the bias of a Conv, ConvTranspose or Gemm."""
    has_bias = node.op_type in ("Conv", "ConvTranspose", "Gemm") and len(node.input) > 2
    return node.input[2] or None if has_bias else None


def attribute(node: onnx.NodeProto, name: str, default: int) -> int:
    """An integer attribute of a node."""
    return next((int(a.i) for a in node.attribute if a.name == name), default)


def text_attribute(node: onnx.NodeProto, name: str, default: str) -> str:
    """A text attribute of a node."""
    return next((a.s.decode() for a in node.attribute if a.name == name), default)


def weight_axis(node: onnx.NodeProto, rank: int) -> int | None:
    """The axis of the weight (input 1) that runs over output channels; None: no such axis."""
    match node.op_type:
        case "Conv":
            return 0
        case "ConvTranspose":
            return 1
        case "Gemm":
            return 0 if attribute(node, "transB", 0) else 1
        case "MatMul":
            return 1 if rank == 2 else None
        case "Gather":
            return rank - 1
        case _:
            return None


def reduction_axis(node: onnx.NodeProto, rank: int) -> int | None:
    """The axis of the weight that is summed over: blocks run along it."""
    match node.op_type:
        case "Conv":
            return 1
        case "ConvTranspose":
            return 0
        case "Gemm":
            return 1 if attribute(node, "transB", 0) else 0
        case "MatMul":
            return rank - 2 if rank >= 2 else None
        case _:
            return None
