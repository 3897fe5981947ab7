"""Trains the demo network and writes its files: `python -m resources.demo.make`.

A development tool: it needs torch 2.13, takes a few minutes on one core, and is seeded, so that a
second run on the same software gives the same files.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from .network import EPSILON, FEATURES, NETWORK, Block, Stage, to_onnx
from .shapes import CLASS_NAMES, draw
from .training import train

HERE = Path(__file__).parent
SEED = 20
TRAIN, CALIB, EVAL, FOLDER = 16000, 128, 500, 40
EPOCHS, BATCH, RATE, DECAY = 14, 128, 0.2, 5e-4
SPREAD = 1.2

_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_STD = np.array([0.229, 0.224, 0.225], np.float32)


class _Stage(nn.Module):
    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            stage.inputs,
            stage.outputs,
            stage.kernel,
            stage.stride,
            stage.kernel // 2,
            groups=stage.groups,
            bias=False,
        )
        nn.init.normal_(self.conv.weight, 0, math.sqrt(2 / self.conv.weight[0].numel()))
        self.norm = nn.BatchNorm2d(stage.outputs, EPSILON)
        self.clipped = stage.clipped
        if stage.name.endswith("expand"):
            _spread(self.norm)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.conv(x))
        return functional.relu6(y) if self.clipped else y


def _spread(norm: nn.BatchNorm2d) -> None:
    """Starts the channels at scales that differ, as long training with weight decay leaves them.

    The next batch norm divides that scale out again, so accuracy does not suffer; but once it is
    folded, the depthwise kernels differ as widely from channel to channel, and a single scale for
    the whole weight tensor cannot hold them.
    """
    nn.init.normal_(norm.weight, -SPREAD, SPREAD)
    with torch.no_grad():
        norm.weight.exp_().clamp_(max=1)


class _Block(nn.Sequential):
    def __init__(self, block: Block) -> None:
        super().__init__(*(_Stage(stage) for stage in block.stages))
        self.residual = block.residual

    def forward(self, x: Tensor) -> Tensor:
        y = x
        for stage in self:
            y = stage(y)
        return x + y if self.residual else y


class _Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*(_Block(block) for block in NETWORK))
        self.classify = nn.Linear(FEATURES, len(CLASS_NAMES))

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.classify(self.blocks(x).mean(dim=(2, 3)))
        return logits

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Weights and batch norm statistics under the names `to_onnx` reads."""
        named: dict[str, nn.Module] = {"classify": self.classify}
        for block, module in zip(NETWORK, self.blocks, strict=True):
            named |= {s.name: part for s, part in zip(block.stages, module.children(), strict=True)}
        return {
            f"{name}.{key}": value.numpy()
            for name, module in named.items()
            for key, value in module.state_dict().items()
            if value.is_floating_point()
        }


def _tensor(images: NDArray[np.uint8]) -> Tensor:
    x = (images.astype(np.float32) / 255 - _MEAN) / _STD
    return torch.from_numpy(np.ascontiguousarray(x.transpose(0, 3, 1, 2)))


def _train() -> _Network:
    images, labels = draw(TRAIN, SEED)
    x, y = _tensor(images), torch.from_numpy(labels)
    network = _Network()
    optimizer = torch.optim.SGD(network.parameters(), RATE, 0.9, weight_decay=DECAY, nesterov=True)

    def loss(batch: Tensor) -> Tensor:
        flipped = x[batch].flip(3) if torch.rand(()) < 0.5 else x[batch]
        return functional.cross_entropy(network(flipped), y[batch])

    train(loss, optimizer, TRAIN, EPOCHS, BATCH)
    return network.eval()


def _write_images(images: NDArray[np.uint8], labels: NDArray[np.int64]) -> None:
    """Writes PNG files and labels.csv, since folder names sort otherwise than the classes."""
    lines = ["filename,label_index,class_name"]
    for index, (image, label) in enumerate(zip(images, labels, strict=True)):
        name = f"{CLASS_NAMES[label]}/{index:02d}.png"
        path = HERE / "images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(path, optimize=True)
        lines.append(f"{name},{label},{CLASS_NAMES[label]}")
    (HERE / "images" / "labels.csv").write_text("\n".join(lines) + "\n")


def main() -> None:
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    network = _train()
    calib_images, calib_labels = draw(CALIB, SEED + 1)
    eval_images, eval_labels = draw(EVAL, SEED + 2)
    with torch.no_grad():
        top1 = (network(_tensor(eval_images)).argmax(1).numpy() == eval_labels).mean()
    sys.stdout.write(f"top-1 {top1:.1%}\n")
    onnx.save(to_onnx(network.arrays()), HERE / "demo.onnx")
    (HERE / "data").mkdir(exist_ok=True)
    np.savez_compressed(
        HERE / "data" / "demo.npz",
        calib_images=calib_images,
        calib_labels=calib_labels,
        eval_images=eval_images,
        eval_labels=eval_labels,
        class_names=np.array(CLASS_NAMES),
    )
    _write_images(calib_images[:FOLDER], calib_labels[:FOLDER])


if __name__ == "__main__":
    main()
