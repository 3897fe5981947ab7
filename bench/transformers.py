"""Transformers under the default plan: accuracy beside float, with a difficulty planted in each.

    python -m bench.transformers [--network vit,bert,whisper] [--planted none,loud,massive]

A development tool: it needs torch and trains small networks, seeded, in a minute each. `loud`:
channel 3 of normalizations is 50 times as large, which the layers behind undo. `massive`:
one unit of the first block gives some hundreds at the first token alone, and so does one channel of
the sum behind it. What `quantize` makes without a flag is run as onnxruntime runs it.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn
from torch.nn import functional

from bench.networks.blocks import Block, Writer
from quantengine.data.open import in_memory
from quantengine.opening.open import open_model
from quantengine.rewrite.qdq import qdq_form
from quantengine.runtime import Session
from quantengine.targets import plan_for, target_of_this_cpu
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work

Array = NDArray[Any]
WIDTH, HEADS, LAYERS, STEPS, BATCH, RATE, SEED = 32, 4, 2, 300, 64, 3e-3, 7
CALIB, JUDGED = 128, 1000
LOUD, LOUD_CHANNEL = 50.0, 3
SINK, GAIN, SHIFT, WRITES = 30.0, 150.0, -600.0, 5.0
SIDE, PATCH, SHAPES = 16, 4, 8
WORDS, LENGTH, MARK, SORTS = 32, 16, 1, 8
MELS, FRAMES, TONES = 16, 32, 8


def pictures(count: int, seed: int) -> tuple[Array, Array]:
    """Stripes of eight directions in noise: `[count, 1, 16, 16]`, which it is."""
    draw = np.random.default_rng(seed)
    which = draw.integers(0, SHAPES, count)
    turn = which * np.pi / SHAPES
    rows, columns = np.mgrid[:SIDE, :SIDE]
    along = np.cos(turn)[:, None, None] * rows + np.sin(turn)[:, None, None] * columns
    phase = draw.uniform(0, 2 * np.pi, (count, 1, 1))
    found = np.sin(along * 1.2 + phase) + draw.normal(0, 0.9, along.shape)
    return found[:, None].astype(np.float32), which


def sentences(count: int, seed: int) -> tuple[Array, Array]:
    """Words after a first one that is always the same; asked is of what kind each word is, and
    whether the mark is anywhere among them.
    """
    draw = np.random.default_rng(seed)
    words = draw.integers(2, WORDS, (count, LENGTH))
    words[:, 0] = 0
    marked = draw.integers(0, 2, count)
    place = draw.integers(1, LENGTH, count)
    words[np.arange(count), place] = np.where(marked, MARK, words[np.arange(count), place])
    return words, words % SORTS + SORTS * marked[:, None]


def sounds(count: int, seed: int) -> tuple[Array, Array]:
    """Tones that last four frames, in noise: `[count, mels, frames]`, the tone of each pair."""
    draw = np.random.default_rng(seed)
    tones = draw.integers(0, TONES, (count, FRAMES // 4)).repeat(4, axis=1)
    found = draw.normal(0, 0.8, (count, MELS, FRAMES))
    lines = np.arange(MELS)[None, :, None]
    found += 2.0 * np.exp(-((lines - 2.0 * tones[:, None, :]) ** 2) / 2)
    return found.astype(np.float32), tones[:, ::2]


class Net(nn.Module):
    """`given` makes tokens, blocks mix them, `answers` reads them."""

    def __init__(self, length: int, classes: int, *, before: bool, sink: bool) -> None:
        super().__init__()
        self.length, self.before, self.sink = length, before, sink
        self.places = nn.Parameter(torch.randn(length, WIDTH) * 0.1)
        self.blocks = nn.ModuleList(Block(WIDTH, HEADS, before=before) for _ in range(LAYERS))
        self.last = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, classes)

    def plant(self) -> None:
        """What one token alone makes massive."""
        if not self.sink:
            return
        first = self.blocks[0]
        assert isinstance(first, Block)
        with torch.no_grad():
            self.places[0, 0] = SINK
            first.up.weight[0], first.up.bias[0] = 0.0, SHIFT
            first.up.weight[0, 0] = GAIN
            first.down.weight[:, 0] = 0.0
            first.down.weight[0, 0] = WRITES

    def tokens(self, x: Tensor) -> Tensor:
        raise NotImplementedError

    def answers(self, y: Tensor) -> Tensor:
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        y = self.tokens(x) + self.places
        for block in self.blocks:
            y = block(y)
        return self.head(self.last(self.answers(y)))

    def write(self, writer: Writer) -> str:
        """The nodes, and the tensor of tokens before their places."""
        raise NotImplementedError

    def read(self, writer: Writer, y: str) -> str:
        raise NotImplementedError


class Vit(Net):
    def __init__(self, *, sink: bool) -> None:
        super().__init__((SIDE // PATCH) ** 2 + 1, SHAPES, before=True, sink=sink)
        self.patches = nn.Conv2d(1, WIDTH, PATCH, PATCH)
        self.first = nn.Parameter(torch.zeros(1, 1, WIDTH))

    def tokens(self, x: Tensor) -> Tensor:
        found = self.patches(x).flatten(2).transpose(1, 2)
        return torch.cat([self.first.expand(len(x), 1, WIDTH), found], 1)

    def answers(self, y: Tensor) -> Tensor:
        return y[:, 1:].mean(1)

    def write(self, writer: Writer) -> str:
        parts = [
            writer.constant(f"patches.{w}", writer.state[f"patches.{w}"])
            for w in ("weight", "bias")
        ]
        y = writer.node(
            "Conv", ["x", *parts], "patches", kernel_shape=[PATCH] * 2, strides=[PATCH] * 2
        )
        shape = writer.constant("flat", np.array([0, WIDTH, -1]))
        y = writer.node(
            "Transpose", [writer.node("Reshape", [y, shape], "flat2")], "rows", perm=[0, 2, 1]
        )
        pads = writer.constant("room", np.array([0, 1, 0, 0, 0, 0]))
        return writer.node("Pad", [y, pads], "tokens")

    def read(self, writer: Writer, y: str) -> str:
        ends = [
            writer.constant(k, np.array([v])) for k, v in (("from", 1), ("far", 99), ("axis", 1))
        ]
        y = writer.node("Slice", [y, *ends], "others")
        return writer.node("ReduceMean", [y], "mean", axes=[1], keepdims=0)


class Bert(Net):
    def __init__(self, *, sink: bool) -> None:
        super().__init__(LENGTH, 2 * SORTS, before=False, sink=sink)
        self.words = nn.Embedding(WORDS, WIDTH)

    def tokens(self, x: Tensor) -> Tensor:
        return self.words(x)

    def answers(self, y: Tensor) -> Tensor:
        return y

    def write(self, writer: Writer) -> str:
        return writer.node(
            "Gather", [writer.constant("words.weight", writer.state["words.weight"]), "x"], "words"
        )

    def read(self, writer: Writer, y: str) -> str:
        return writer.node("Identity", [y], "every")


class Whisper(Net):
    def __init__(self, *, sink: bool) -> None:
        super().__init__(FRAMES // 2, TONES, before=True, sink=sink)
        self.conv1 = nn.Conv1d(MELS, WIDTH, 3, 1, 1)
        self.conv2 = nn.Conv1d(WIDTH, WIDTH, 3, 2, 1)

    def tokens(self, x: Tensor) -> Tensor:
        return functional.gelu(self.conv2(functional.gelu(self.conv1(x)))).transpose(1, 2)

    def answers(self, y: Tensor) -> Tensor:
        return y

    def write(self, writer: Writer) -> str:
        y = "x"
        for name, stride in (("conv1", 1), ("conv2", 2)):
            parts = [
                writer.constant(f"{name}.{w}", writer.state[f"{name}.{w}"])
                for w in ("weight", "bias")
            ]
            y = writer.node(
                "Conv", [y, *parts], name, kernel_shape=[3], strides=[stride], pads=[1, 1]
            )
            y = writer.gelu(f"{name}.gelu", y)
        return writer.node("Transpose", [y], "rows", perm=[0, 2, 1])

    def read(self, writer: Writer, y: str) -> str:
        return writer.node("Identity", [y], "every")


@dataclass(frozen=True)
class Kind:
    net: type[Net]
    draw: Any
    shape: tuple[Any, ...]
    element: int
    skip: int = 0
    """Answers that are not judged."""


KINDS = {
    "vit": Kind(Vit, pictures, ("n", 1, SIDE, SIDE), TensorProto.FLOAT),
    "bert": Kind(Bert, sentences, ("n", LENGTH), TensorProto.INT64, skip=1),
    "whisper": Kind(Whisper, sounds, ("n", MELS, FRAMES), TensorProto.FLOAT, skip=1),
}


def trained(kind: Kind, *, sink: bool) -> Net:
    torch.manual_seed(SEED)
    net = kind.net(sink=sink)  # type: ignore[call-arg]
    net.plant()
    steps = torch.optim.AdamW(net.parameters(), RATE)
    rate = torch.optim.lr_scheduler.OneCycleLR(steps, RATE, total_steps=STEPS)
    for step in range(STEPS):
        x, wanted = (torch.from_numpy(values) for values in kind.draw(BATCH, step))
        found = net(x)
        loss = functional.cross_entropy(found.flatten(0, -2), wanted.flatten())
        steps.zero_grad()
        loss.backward()
        steps.step()
        rate.step()
        net.plant()
    return net.eval()


def make_loud(net: Net) -> None:
    """In place: the same function."""
    with torch.no_grad():
        for block in net.blocks:
            attention = block.attention
            if net.before:
                readers = [attention.query, attention.key, attention.value]
                pairs = [(block.first, readers), (block.second, [block.up])]
            else:
                pairs = []  # what a part gives is added to as well
            for normal, layers in pairs:
                normal.weight[LOUD_CHANNEL] *= LOUD
                normal.bias[LOUD_CHANNEL] *= LOUD
                for layer in layers:
                    layer.weight[:, LOUD_CHANNEL] /= LOUD
        net.last.weight[LOUD_CHANNEL] *= LOUD
        net.last.bias[LOUD_CHANNEL] *= LOUD
        net.head.weight[:, LOUD_CHANNEL] /= LOUD


def written(net: Net, kind: Kind) -> onnx.ModelProto:
    writer = Writer(net.state_dict())
    y = net.write(writer)
    places = writer.state["places"].copy()
    if isinstance(net, Vit):
        places[0] += writer.state["first"][0, 0]
    y = writer.node("Add", [y, writer.constant("places", places)], "placed")
    for number, block in enumerate(net.blocks):
        assert isinstance(block, Block)
        y = writer.block(f"blocks.{number}", y, block, net.length)
    writer.linear("head", writer.normal("last", net.read(writer, y)))
    given = helper.make_tensor_value_info("x", kind.element, list(kind.shape))
    shape = ["n", "t", "c"] if kind.skip else ["n", "c"]
    return writer.model("net", given, "head", shape)


def right(session: Session, kind: Kind, x: Array, wanted: Array) -> Array:
    """Which answers are right."""
    found = session.run({"x": x})["head"].argmax(-1)
    return np.asarray((found == wanted)[..., kind.skip :] if kind.skip else found == wanted)


def measured(name: str, planted: str, net: Net) -> list[str]:
    kind = KINDS[name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.onnx"
        onnx.save(written(net, kind), path)
        model = open_model(path)
        calib, (x, wanted) = kind.draw(CALIB, 900)[0], kind.draw(JUDGED, 901)
        with torch.no_grad():
            same = net(torch.from_numpy(x[:8])).numpy()
        assert np.allclose(Session(path).run({"x": x[:8]})["head"], same, atol=1e-2, rtol=1e-3)
        before = right(Session(path), kind, x, wanted)
        plan = plan_for(target_of_this_cpu())
        figures = []
        for recipe in (Recipe(), None):
            made = make(Work(model, plan, in_memory({"x": calib})), recipe)
            proto = qdq_form(made.model, made.resolution.encodings).proto
            figures.append(right(Session(proto), kind, x, wanted))
        kept = [report.step for report in made.reports if report.kept]
    lost = (figures[1].astype(float) - before).reshape(-1) * 100
    spread = 1.96 * lost.std() / math.sqrt(lost.size)
    shares = [f"{each.mean():.2%}" for each in (before, *figures)]
    return [name, planted, *shares, f"{lost.mean():+.2f} ± {spread:.2f}", " ".join(kept)]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--network", default=",".join(KINDS))
    parser.add_argument("--planted", default="none,loud,massive")
    args = parser.parse_args()
    table = Table("network", "planted", "float", "plan alone", "by default", "points", "steps kept")
    for name in args.network.split(","):
        plain = None
        for planted in args.planted.split(","):
            if planted == "massive":
                net = trained(KINDS[name], sink=True)
            else:
                plain = plain or trained(KINDS[name], sink=False)
                net = plain
            if planted == "loud":
                make_loud(net)
            row = measured(name, planted, net)
            print(*row, flush=True)
            table.add_row(*row)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
