"""Small networks, each with one thing in its quantized form that makes it slow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from quantengine.speed.causes import Why

CHANNELS, SIDE = 16, 24


class Net:
    """Nodes of a network, in floats or with pairs of Q and DQ where `q` and `weight` ask for it."""

    def __init__(self, *, quantized: bool) -> None:
        self.quantized = quantized
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, np.ndarray] = {}
        self.random = np.random.default_rng(0)

    def op(self, kind: str, *inputs: str, name: str = "", **attributes: object) -> str:
        computed = sum("Linear" not in node.op_type for node in self.nodes)
        output = name or f"{kind.lower()}_{len(self.nodes) if 'Linear' in kind else computed}"
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def q(self, tensor: str, scale: float = 0.03, code: type = np.uint8, zero: int = 128) -> str:
        """The tensor behind a pair; itself in floats."""
        if not self.quantized:
            return tensor
        place = f"{tensor}_{len(self.nodes)}"
        self.constants |= {f"{place}_s": np.float32(scale), f"{place}_z": np.array(zero, code)}
        grid = (f"{place}_s", f"{place}_z")
        return self.op("DequantizeLinear", self.op("QuantizeLinear", tensor, *grid), *grid)

    def weight(self, *shape: int, coded: bool = True) -> str:
        name = f"w{len(self.constants)}"
        codes = self.random.integers(-127, 128, shape).astype(np.int8)
        if not (self.quantized and coded):
            self.constants[name] = (codes * np.float32(0.01)).astype(np.float32)
            return name
        grid = {f"{name}_s": np.float32(0.01), f"{name}_z": np.int8(0)}
        self.constants |= {f"{name}_q": codes, **grid}
        return self.op("DequantizeLinear", f"{name}_q", *grid)

    def conv(self, tensor: str, name: str = "", channels: int = CHANNELS) -> str:
        weight = self.weight(channels, channels, 3, 3)
        return self.op("Conv", tensor, weight, name=name, pads=[1] * 4)

    def constant(self, value: object) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = np.asarray(value)
        return name

    def model(self, output: str) -> onnx.ModelProto:
        shape = [1, CHANNELS, SIDE, SIDE]
        output_shape = [None] * (2 if any(n.op_type == "Flatten" for n in self.nodes) else 4)
        ports = [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, shape),
            helper.make_tensor_value_info(output, TensorProto.FLOAT, output_shape),
        ]
        constants = [numpy_helper.from_array(np.asarray(v), k) for k, v in self.constants.items()]
        graph = helper.make_graph(self.nodes, "slow", ports[:1], ports[1:], constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


@dataclass(frozen=True)
class Case:
    """`of` makes the network; `why` is what is slow in it, at `layer`."""

    why: Why
    layer: str
    of: Callable[[Net], str]

    def models(self) -> tuple[onnx.ModelProto, onnx.ModelProto]:
        """In floats and quantized."""
        nets = [Net(quantized=quantized) for quantized in (False, True)]
        float_, coded = ((net, self.of(net)) for net in nets)
        return float_[0].model(float_[1]), coded[0].model(coded[1])


def clean(net: Net) -> str:
    return net.q(net.conv(net.q(net.conv(net.q("x")))))


def _clamp(net: Net) -> str:
    x = net.q("x")
    for k in range(3):
        total = net.op("Add", x, net.q(net.conv(x)), name=f"add{k}")
        bounds = net.constant(np.float32(0)), net.constant(np.float32(0.5))
        x = net.q(net.op("Clip", total, *bounds))
    return x


def _no_kernel(net: Net) -> str:
    x = net.q("x")
    for k in range(3):
        x = net.q(net.op("Tanh", net.q(net.conv(x)), name=f"tanh{k}"))
    return x


def _wide(net: Net) -> str:
    x = net.q("x", code=np.uint16, zero=32768)
    for k in range(3):
        x = net.q(net.op("Mul", x, x, name=f"mul{k}"), code=np.uint16, zero=32768)
    return x


def _output(net: Net) -> str:
    return net.op("Sqrt", net.op("Abs", net.conv(net.q("x"), "open")))


def _input(net: Net) -> str:
    return net.q(net.conv("x", "bare"))


def _weights(net: Net) -> str:
    return net.conv(net.conv("x", "first"), "second")


def _between(net: Net) -> str:
    coded = net.q(net.conv(net.q("x")))
    mixed = net.op("Add", coded, net.op("Neg", "x"), name="mixed")
    return net.q(net.conv(net.q(mixed)))


def _scales(net: Net) -> str:
    x = net.q(net.conv(net.q("x")))
    for k in range(3):
        other = 0.05 + 0.01 * k
        shape = net.constant(np.array([1, CHANNELS, SIDE, SIDE]))
        x = net.q(net.op("Reshape", net.q(x, other), shape, name=f"reshape{k}"), other)
    return x


def _requantized(net: Net) -> str:
    if not net.quantized:
        return net.op("Flatten", "x", axis=2)
    fine, coarse = (net.constant(np.float32(scale)) for scale in (0.03, 0.05))
    zero = net.constant(np.uint8(128))
    codes = net.op("QuantizeLinear", "x", fine, zero)
    moved = net.op(
        "DequantizeLinear", net.op("Flatten", codes, axis=2, name="flatten_0"), fine, zero
    )
    again = net.op("QuantizeLinear", moved, coarse, zero)
    return net.op("DequantizeLinear", again, coarse, zero)


def _dynamic(net: Net) -> str:
    if not net.quantized:
        return net.op("MatMul", "x", net.weight(SIDE, SIDE), name="product")
    net.constants["wq"] = net.random.integers(-127, 128, (SIDE, SIDE)).astype(np.int8)
    net.nodes.append(helper.make_node("DynamicQuantizeLinear", ["x"], ["xq", "xs", "xz"]))
    whole = net.op("MatMulInteger", "xq", "wq", "xz", name="product_quantized")
    scale = net.op("Mul", "xs", net.constant(np.float32(0.01)))
    return net.op("Mul", net.op("Cast", whole, to=TensorProto.FLOAT), scale)


def _edges(net: Net) -> str:
    return net.q(net.op("Flatten", net.q("x"), name="flat"))


def _layout(net: Net) -> str:
    x = net.q("x")
    for k in range(3):
        x = net.q(net.conv(x, f"conv{k}"))
        shape = net.constant(np.array([1, CHANNELS, SIDE * SIDE, 1]))
        x = net.q(net.op("Reshape", x, shape))
    return x


def _merged(net: Net) -> str:
    x = net.q(net.conv(net.q("x")))
    for k in range(3):
        x = net.q(net.op("Add", net.q(net.conv(x)), x, name=f"add{k}"))
    return x


CASES = {
    "clamp": Case(Why.CLAMP, "add0", _clamp),
    "no kernel": Case(Why.NO_KERNEL, "tanh1", _no_kernel),
    "16 bits": Case(Why.WIDE_CODES, "mul2", _wide),
    "output": Case(Why.OUTPUT_FLOAT, "open", _output),
    "input": Case(Why.INPUT_FLOAT, "bare", _input),
    "weights": Case(Why.WEIGHTS_ALONE, "second", _weights),
    "between": Case(Why.FLOAT_BETWEEN, "mixed", _between),
    "two scales": Case(Why.TWO_SCALES, "reshape0", _scales),
    "requantized": Case(Why.TWO_SCALES, "flatten_0", _requantized),
    "dynamic": Case(Why.DYNAMIC, "product", _dynamic),
    "edges": Case(Why.AT_EDGES, "flat", _edges),
    "layout": Case(Why.LAYOUT, "conv0", _layout),
    "merged": Case(Why.MERGED_IN_FLOAT, "add1", _merged),
}
