"""Trains a decoder of bytes on the project's own documents and writes it beside this file.

    python -m bench.networks.decoder

A development tool: it needs torch, takes a minute or two, and is seeded. The last eighth of each
document is kept apart for `bench/weights.py`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper
from torch import Tensor, nn
from torch.nn import functional

from .blocks import Block, Writer

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LENGTH, WIDTH, HEADS, LAYERS, BYTES = 64, 128, 4, 2, 256
SEED, STEPS, BATCH, RATE = 7, 400, 16, 3e-3


def texts() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Bytes to learn from and to judge by."""
    files = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    found = [np.frombuffer(path.read_bytes(), np.uint8).astype(np.int64) for path in files]
    ends = [len(each) * 7 // 8 for each in found]
    learn = [each[:end] for each, end in zip(found, ends, strict=True)]
    judge = [each[end:] for each, end in zip(found, ends, strict=True)]
    return np.concatenate(learn), np.concatenate(judge)


def lines(text: NDArray[np.int64], count: int, seed: int) -> NDArray[np.int64]:
    """`[count, LENGTH + 1]` drawn from a text."""
    starts = np.random.default_rng(seed).integers(0, len(text) - LENGTH - 1, count)
    return np.stack([text[start : start + LENGTH + 1] for start in starts])


class Decoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(BYTES, WIDTH)
        self.places = nn.Parameter(torch.randn(LENGTH, WIDTH) * 0.02)
        blocks = (Block(WIDTH, HEADS, before=True, causal=True) for _ in range(LAYERS))
        self.blocks = nn.ModuleList(blocks)
        self.last = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, BYTES)

    def forward(self, x: Tensor) -> Tensor:
        y = self.words(x) + self.places
        for block in self.blocks:
            y = block(y)
        return self.head(self.last(y))


def written(net: Decoder) -> onnx.ModelProto:
    writer = Writer(net.state_dict())
    table = writer.constant("words.weight", writer.state["words.weight"])
    y = writer.node("Gather", [table, "x"], "words")
    y = writer.node("Add", [y, writer.constant("places", writer.state["places"])], "placed")
    for number, block in enumerate(net.blocks):
        assert isinstance(block, Block)
        y = writer.block(f"blocks.{number}", y, block, LENGTH)
    writer.linear("head", writer.normal("last", y))
    given = helper.make_tensor_value_info("x", TensorProto.INT64, ["n", LENGTH])
    return writer.model("decoder", given, "head", ["n", LENGTH, BYTES])


def main() -> None:
    torch.manual_seed(SEED)
    net, (text, _) = Decoder(), texts()
    steps = torch.optim.AdamW(net.parameters(), RATE)
    rate = torch.optim.lr_scheduler.OneCycleLR(steps, RATE, total_steps=STEPS)
    for step in range(STEPS):
        batch = torch.from_numpy(lines(text, BATCH, step))
        loss = functional.cross_entropy(net(batch[:, :-1]).flatten(0, 1), batch[:, 1:].flatten())
        steps.zero_grad()
        loss.backward()
        steps.step()
        rate.step()
    print(f"loss {loss.item():.3f}")
    onnx.save(written(net), HERE / "decoder.onnx")


if __name__ == "__main__":
    main()
