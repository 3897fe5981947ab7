"""Trains the small networks and writes them beside this file: `python -m bench.networks.make`.

A development tool: it needs torch, takes a few minutes on one core, and is seeded. Each network
has a difficulty for quantization:

detector: boxes in pixels and scores in 0..1 in one Concat, before another convolution.
masks: a class that has one pixel of a hundred.
reader: a channel that its normalisation makes 50 times larger, which the next layer undoes.
vectors: the data to calibrate on has an outlier (see `bench/tasks.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from resources.demo.training import train

from .drawn import CELLS, PATTERNS, RARE, SHAPES, SIDE, lines, patterns, scenes

HERE = Path(__file__).parent
SEED, COUNT, BATCH, RATE = 7, 2000, 50, 4e-3
LOUD = 50.0
CHANNELS = 4 + SHAPES


def layer(inputs: int, outputs: int, stride: tuple[int, int] = (1, 1)) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


def chain(widths: tuple[int, ...], strides: tuple[tuple[int, int], ...]) -> nn.Sequential:
    pairs = zip(widths, widths[1:], strides, strict=False)
    return nn.Sequential(*(layer(*each) for each in pairs))


ONE, HALF, ROWS = (1, 1), (2, 2), (2, 1)


class Detector(nn.Module):
    """`[N, 7, 64]`: middle and size in pixels, then a score a class, of every cell."""

    def __init__(self) -> None:
        super().__init__()
        self.body = chain((3, 16, 32, 48, 48), (HALF, HALF, HALF, ONE))
        self.head = nn.Conv2d(48, CHANNELS, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x)).flatten(2)


class Masks(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.down = layer(3, 16, HALF), chain((16, 24, 32), (HALF, HALF))
        self.up, self.last = layer(32, 16), layer(16, 16)
        self.head = nn.Conv2d(16, RARE + 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        near = self.first(x)
        far = functional.interpolate(self.up(self.down(near)), scale_factor=4, mode="nearest")
        return functional.interpolate(self.head(self.last(near + far)), scale_factor=2)


class Read(nn.Module):
    """`[N, 24, 11]`: scores of blank and ten digits along the line."""

    def __init__(self) -> None:
        super().__init__()
        self.body = chain((1, 16, 32, 48, 48), (HALF, HALF, ROWS, ONE))
        self.head = nn.Conv2d(48, 11, (2, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x))[:, :, 0].transpose(1, 2)


class Vectors(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = chain((3, 16, 32, 64), (HALF, HALF, HALF))
        self.head = nn.Linear(64 * 16, 32)
        self.kinds = nn.Parameter(torch.randn(PATTERNS, 32))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x).flatten(1))


def cells() -> tuple[np.ndarray, np.ndarray]:
    """What a share becomes in pixels: `share * scale + offset`, of every cell `[1, 4, 64]`."""
    rows, columns = np.mgrid[:CELLS, :CELLS]
    step = SIDE / CELLS
    offset = np.zeros((1, 4, CELLS * CELLS), np.float32)
    offset[0, :2] = (np.stack([columns, rows]).reshape(2, -1) - 0.5) * step
    scale = np.array([2 * step, 2 * step, 40, 40], np.float32).reshape(1, 4, 1)
    return scale, offset


def detector() -> onnx.ModelProto:
    drawn = scenes(3000, SEED)
    scale, offset = cells()
    wanted = np.zeros((len(drawn), CHANNELS, CELLS * CELLS), np.float32)
    for target, scene in zip(wanted, drawn, strict=True):
        middle = (scene.corners[:, :2] + scene.corners[:, 2:]) / 2
        place = (middle // (SIDE / CELLS)).astype(int)
        cell = place[:, 1] * CELLS + place[:, 0]
        box = np.concatenate([middle, scene.corners[:, 2:] - scene.corners[:, :2]], axis=1).T
        target[:4, cell] = (box - offset[0][:, cell]) / scale[0]
        target[4 + scene.classes, cell] = 1

    def loss(raw: Tensor, target: Tensor) -> Tensor:
        held = target[:, 4:].amax(1, keepdim=True)
        scores = functional.binary_cross_entropy_with_logits(
            raw[:, 4:], target[:, 4:], reduction="sum"
        )
        boxes = (torch.sigmoid(raw[:, :4]) - target[:, :4]).abs() * held
        return scores / 50 + boxes.sum() / 5

    network = trained(Detector(), np.stack([s.image for s in drawn]), wanted, loss, epochs=20)
    write = Writer("x", (3, SIDE, SIDE))
    raw = write.plain(network.head, write.chain(network.body, "x"))
    raw = write("Reshape", raw, write.constant(np.array([0, CHANNELS, CELLS * CELLS])))
    parts = write("Split", raw, write.constant(np.array([4, SHAPES])), outputs=2, axis=1)
    shares = write("Mul", write("Sigmoid", parts[0]), write.constant(scale))
    boxes = write("Add", shares, write.constant(offset))
    both = write("Concat", boxes, write("Sigmoid", parts[1]), axis=1)
    same = write.constant(np.eye(CHANNELS, dtype=np.float32)[:, :, None])
    return write.model(write("Conv", both, same), "output0", (CHANNELS, CELLS * CELLS))


def masks() -> onnx.ModelProto:
    drawn = scenes(COUNT, SEED + 10)
    weights = torch.tensor([1.0, 2, 2, 2, 8])

    def loss(raw: Tensor, target: Tensor) -> Tensor:
        return functional.cross_entropy(raw, target, weights)

    pictures, right = np.stack([s.image for s in drawn]), np.stack([s.mask for s in drawn])
    network = trained(Masks(), pictures, right, loss, epochs=8)
    write = Writer("x", (3, SIDE, SIDE))
    near = write.layer(network.first, "x")
    far = write.layer(network.up, write.chain(network.down, near))
    near = write("Add", near, write.enlarged(far, 4))
    raw = write.enlarged(write.plain(network.head, write.layer(network.last, near)), 2)
    return write.model(raw, "logits", (RARE + 1, SIDE, SIDE))


def reader() -> onnx.ModelProto:
    pictures, texts = lines(COUNT, SEED + 20)
    wanted = np.array([[int(c) + 1 for c in text.ljust(6, "0")] for text in texts])
    sizes = np.array([[len(text)] for text in texts])

    def loss(raw: Tensor, target: Tensor) -> Tensor:
        chances = raw.log_softmax(2).transpose(0, 1)
        times = torch.full((len(raw),), raw.shape[1])
        return functional.ctc_loss(chances, target[:, :6], times, target[:, 6], zero_infinity=True)

    network = trained(Read(), pictures, np.concatenate([wanted, sizes], 1), loss, epochs=25)
    with torch.no_grad():
        network.body[1][1].weight[3] *= LOUD
        network.body[1][1].bias[3] *= LOUD
        network.body[2][0].weight[:, 3] /= LOUD
    write = Writer("x", pictures.shape[1:])
    raw = write.plain(network.head, write.chain(network.body, "x"))
    line = write("Transpose", write("Squeeze", raw, write.constant(np.array([2]))), perm=[0, 2, 1])
    return write.model(write("Softmax", line, axis=2), "text", (24, 11), character="0123456789")


def vectors() -> onnx.ModelProto:
    pictures, labels = patterns(COUNT, SEED + 30)
    network = Vectors()

    def loss(raw: Tensor, target: Tensor) -> Tensor:
        alike = functional.normalize(raw) @ functional.normalize(network.kinds).T
        return functional.cross_entropy(16 * alike, target)

    trained(network, pictures, labels, loss, epochs=12)
    write = Writer("x", pictures.shape[1:])
    flat = write("Flatten", write.chain(network.body, "x"))
    weight, bias = (write.constant(v.detach().numpy()) for v in network.head.parameters())
    return write.model(write("Gemm", flat, weight, bias, transB=1), "embedding", (32,))


def trained(
    network: nn.Module,
    inputs: np.ndarray,
    wanted: np.ndarray,
    loss: Callable[[Tensor, Tensor], Tensor],
    epochs: int,
) -> nn.Module:
    x, y = torch.from_numpy(inputs), torch.from_numpy(wanted)
    optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=1e-3)
    train(lambda batch: loss(network(x[batch]), y[batch]), optimizer, len(x), epochs, BATCH)
    return network.eval()


class Writer:
    """ONNX nodes one after the other; a call adds one and gives the name of what it makes."""

    def __init__(self, name: str, shape: tuple[int, ...]) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.input = helper.make_tensor_value_info(name, 1, ["n", *shape])

    def __call__(self, operator: str, *inputs: str, outputs: int = 1, **attributes: object):
        number = len(self.nodes)
        names = [f"{operator.lower()}{number}_{k}" for k in range(outputs)]
        self.nodes.append(
            helper.make_node(
                operator, list(inputs), names, f"{operator.lower()}{number}", **attributes
            )
        )
        return names[0] if outputs == 1 else names

    def constant(self, values: np.ndarray) -> str:
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def plain(self, conv: nn.Conv2d, x: str) -> str:
        weight, bias = (self.constant(v.detach().numpy()) for v in (conv.weight, conv.bias))
        return self("Conv", x, weight, bias)

    def layer(self, module: nn.Sequential, x: str) -> str:
        conv, norm = module[0], module[1]
        weight = self.constant(conv.weight.detach().numpy())
        y = self("Conv", x, weight, strides=list(conv.stride), pads=[1, 1, 1, 1])
        parts = (norm.weight, norm.bias, norm.running_mean, norm.running_var)
        named = (self.constant(part.detach().numpy()) for part in parts)
        return self("Relu", self("BatchNormalization", y, *named, epsilon=norm.eps))

    def enlarged(self, x: str, times: int) -> str:
        sizes = self.constant(np.array([1, 1, times, times], np.float32))
        how = {"mode": "nearest", "nearest_mode": "floor"}
        return self("Resize", x, "", sizes, coordinate_transformation_mode="asymmetric", **how)

    def chain(self, layers: nn.Sequential, x: str) -> str:
        for module in layers:
            x = self.layer(module, x)
        return x

    def model(
        self, made: str, name: str, shape: tuple[int, ...], **metadata: str
    ) -> onnx.ModelProto:
        self.nodes.append(helper.make_node("Identity", [made], [name], "output"))
        output = helper.make_tensor_value_info(name, 1, ["n", *shape])
        graph = helper.make_graph(self.nodes, "small", [self.input], [output], self.constants)
        opset = helper.make_opsetid("", 17)
        found = helper.make_model(graph, opset_imports=[opset], ir_version=8)
        helper.set_model_props(found, metadata)
        onnx.checker.check_model(found, full_check=True)
        return found


NETWORKS = {"detector": detector, "masks": masks, "reader": reader, "vectors": vectors}


def main() -> None:
    torch.set_num_threads(1)
    for name in sys.argv[1:] or NETWORKS:
        torch.manual_seed(SEED)
        onnx.save(NETWORKS[name](), HERE / f"{name}.onnx")


if __name__ == "__main__":
    main()
