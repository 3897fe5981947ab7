"""The demo network: inverted residual blocks like MobileNetV2's, and its ONNX form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from .shapes import CLASS_NAMES, SIDE

Weights = Mapping[str, NDArray[np.float32]]

EPSILON = 1e-5
FEATURES = 96
_OPSET = 17
_IR_VERSION = 8


@dataclass(frozen=True)
class Stage:
    """A convolution without bias, its batch norm and, where `clipped`, ReLU6."""

    name: str
    inputs: int
    outputs: int
    kernel: int = 1
    stride: int = 1
    groups: int = 1
    clipped: bool = True


@dataclass(frozen=True)
class Block:
    """Stages in a row; where `residual`, their result is added to their input."""

    name: str
    stages: tuple[Stage, ...]
    residual: bool = False


def _inverted(name: str, inputs: int, width: int, outputs: int, stride: int) -> Block:
    stages = (
        Stage(f"{name}.expand", inputs, width),
        Stage(f"{name}.depthwise", width, width, 3, stride, width),
        Stage(f"{name}.project", width, outputs, clipped=False),
    )
    return Block(name, stages, residual=stride == 1 and inputs == outputs)


NETWORK = (
    Block("stem", (Stage("stem", 3, 16, kernel=3, stride=2),)),
    _inverted("block1", 16, 48, 16, stride=1),
    _inverted("block2", 16, 64, 24, stride=2),
    _inverted("block3", 24, 96, 24, stride=1),
    _inverted("block4", 24, 96, 40, stride=2),
    _inverted("block5", 40, 160, 40, stride=1),
    Block("top", (Stage("top", 40, FEATURES),)),
)


def to_onnx(weights: Weights) -> onnx.ModelProto:
    """The network as one ONNX model, batch norms of their own, `weights` by their tensor names."""
    constants = dict(weights) | {"relu6.low": np.float32(0), "relu6.high": np.float32(6)}
    graph = helper.make_graph(
        list(_nodes()),
        "demo",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(CLASS_NAMES)])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
        doc_string="Ten drawn shapes; RGB, (x / 255 - mean) / std with ImageNet's mean and std.",
    )
    opset = helper.make_opsetid("", _OPSET)
    model = helper.make_model(
        graph, opset_imports=[opset], ir_version=_IR_VERSION, producer_name="quantscope demo"
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def _nodes() -> Iterator[onnx.NodeProto]:
    tensor = "image"
    for block in NETWORK:
        start = tensor
        for stage in block.stages:
            yield from _stage_nodes(stage, tensor)
            tensor = f"{stage.name}.relu6" if stage.clipped else f"{stage.name}.norm"
        if block.residual:
            yield _node("Add", [start, tensor], f"{block.name}.add")
            tensor = f"{block.name}.add"
    yield _node("GlobalAveragePool", [tensor], "pool")
    yield _node("Flatten", ["pool"], "flatten")
    gemm = _node("Gemm", ["flatten", "classify.weight", "classify.bias"], "classify", transB=1)
    gemm.output[0] = "logits"
    yield gemm


def _stage_nodes(stage: Stage, tensor: str) -> Iterator[onnx.NodeProto]:
    conv, norm = f"{stage.name}.conv", f"{stage.name}.norm"
    yield _node(
        "Conv",
        [tensor, f"{conv}.weight"],
        conv,
        kernel_shape=[stage.kernel] * 2,
        strides=[stage.stride] * 2,
        pads=[stage.kernel // 2] * 4,
        group=stage.groups,
    )
    statistics = [f"{norm}.{part}" for part in ("weight", "bias", "running_mean", "running_var")]
    yield _node("BatchNormalization", [conv, *statistics], norm, epsilon=EPSILON)
    if stage.clipped:
        yield _node("Clip", [norm, "relu6.low", "relu6.high"], f"{stage.name}.relu6")


def _node(op_type: str, inputs: list[str], name: str, **attributes: Any) -> onnx.NodeProto:
    return helper.make_node(op_type, inputs, [name], name, **attributes)
