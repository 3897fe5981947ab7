"""Blocks of attention twice: as torch learns them, and as nodes of ONNX with the same weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

EPSILON = 1e-5


class Attention(nn.Module):
    def __init__(self, width: int, heads: int, *, causal: bool = False) -> None:
        super().__init__()
        self.heads, self.causal = heads, causal
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        many, length, width = x.shape

        def split(layer: nn.Linear) -> Tensor:
            return layer(x).view(many, length, self.heads, -1).transpose(1, 2)

        scores = split(self.query) @ split(self.key).transpose(2, 3)
        scores = scores / math.sqrt(width // self.heads)
        if self.causal:
            scores = scores + torch.full((length, length), -1e4).triu(1)
        found = scores.softmax(-1) @ split(self.value)
        return self.out(found.transpose(1, 2).reshape(many, length, width))


class Block(nn.Module):
    """`before`: normalizes what a part reads, else what comes of it."""

    def __init__(self, width: int, heads: int, *, before: bool, causal: bool = False) -> None:
        super().__init__()
        self.before = before
        self.attention = Attention(width, heads, causal=causal)
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def mixed(self, x: Tensor) -> Tensor:
        return self.down(functional.gelu(self.up(x)))

    def forward(self, x: Tensor) -> Tensor:
        if self.before:
            x = x + self.attention(self.first(x))
            return x + self.mixed(self.second(x))
        x = self.first(x + self.attention(x))
        return self.second(x + self.mixed(x))


class Writer:
    """Nodes and constants of a model; layers are named as torch names them."""

    def __init__(self, state: Mapping[str, Tensor]) -> None:
        self.state = {name: value.detach().numpy() for name, value in state.items()}
        self.nodes: list[Any] = []
        self.constants: list[TensorProto] = []

    def constant(self, name: str, values: NDArray[Any]) -> str:
        if all(known.name != name for known in self.constants):
            self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, op: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def linear(self, name: str, x: str) -> str:
        weight = self.constant(f"{name}.weight", self.state[f"{name}.weight"].T)
        product = self.node("MatMul", [x, weight], f"{name}.product")
        bias = self.constant(f"{name}.bias", self.state[f"{name}.bias"])
        return self.node("Add", [product, bias], name)

    def normal(self, name: str, x: str) -> str:
        words = ("weight", "bias")
        parts = [self.constant(f"{name}.{w}", self.state[f"{name}.{w}"]) for w in words]
        return self.node("LayerNormalization", [x, *parts], name, axis=-1, epsilon=EPSILON)

    def gelu(self, name: str, x: str) -> str:
        number = [self.constant(k, np.float32(v)) for k, v in _GELU.items()]
        part = self.node("Div", [x, number[0]], f"{name}.part")
        curve = self.node("Erf", [part], f"{name}.erf")
        moved = self.node("Add", [curve, number[1]], f"{name}.moved")
        product = self.node("Mul", [x, moved], f"{name}.double")
        return self.node("Mul", [product, number[2]], name)

    def attention(self, name: str, x: str, part: Attention, length: int) -> str:
        width = part.query.in_features
        shape = self.constant(f"{name}.heads", np.array([0, 0, part.heads, width // part.heads]))

        def split(word: str, order: list[int]) -> str:
            found = self.node(
                "Reshape", [self.linear(f"{name}.{word}", x), shape], f"{name}.{word}4"
            )
            return self.node("Transpose", [found], f"{name}.{word}T", perm=order)

        keys = split("key", [0, 2, 3, 1])
        scores = self.node("MatMul", [split("query", [0, 2, 1, 3]), keys], f"{name}.scores")
        step = self.constant(f"{name}.step", np.float32(math.sqrt(width // part.heads)))
        scores = self.node("Div", [scores, step], f"{name}.scaled")
        if part.causal:
            mask = np.triu(np.full((length, length), -1e4, np.float32), 1)
            scores = self.node("Add", [scores, self.constant("mask", mask)], f"{name}.masked")
        shares = self.node("Softmax", [scores], f"{name}.shares", axis=-1)
        found = self.node("MatMul", [shares, split("value", [0, 2, 1, 3])], f"{name}.context")
        found = self.node("Transpose", [found], f"{name}.contextT", perm=[0, 2, 1, 3])
        whole = self.constant(f"{name}.whole", np.array([0, 0, width]))
        found = self.node("Reshape", [found, whole], f"{name}.joined")
        return self.linear(f"{name}.out", found)

    def block(self, name: str, x: str, block: Block, length: int) -> str:
        def mixed(y: str) -> str:
            return self.linear(
                f"{name}.down", self.gelu(f"{name}.gelu", self.linear(f"{name}.up", y))
            )

        first, second = f"{name}.first", f"{name}.second"
        if block.before:
            y = self.attention(f"{name}.attention", self.normal(first, x), block.attention, length)
            x = self.node("Add", [x, y], f"{name}.sum1")
            return self.node("Add", [x, mixed(self.normal(second, x))], f"{name}.sum2")
        y = self.attention(f"{name}.attention", x, block.attention, length)
        x = self.normal(first, self.node("Add", [x, y], f"{name}.sum1"))
        return self.normal(second, self.node("Add", [x, mixed(x)], f"{name}.sum2"))

    def model(self, name: str, given: Any, output: str, shape: list[Any]) -> ModelProto:
        made = helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)
        graph = helper.make_graph(self.nodes, name, [given], [made], self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


_GELU = {"root": math.sqrt(2), "one": 1.0, "half": 0.5}
