"""Where a model comes from: the file that was given, and what opening it changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import onnx

from quantengine.graph.walk import first_made


@dataclass(frozen=True)
class Rewrite:
    """One node of the file that opening wrote otherwise.

    `tensors` pairs each tensor the node makes in the file with the one that stands for it now.
    """

    name: str
    node: str
    tensors: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Origin:
    """The file a model was opened from, whatever was done to the model since.

    `files` holds the model file and its external data, `digest` the SHA-256 of all of them.
    `random` names the nodes that draw numbers, so that no two runs give the same.
    """

    path: Path
    files: tuple[Path, ...]
    digest: str
    rewrites: tuple[Rewrite, ...] = field(default=(), repr=False)
    random: tuple[str, ...] = ()


def rewritten(name: str, node: onnx.NodeProto) -> Rewrite:
    """A node whose tensors keep their names."""
    made = tuple((output, output) for output in node.output if output)
    return Rewrite(name, label(node), made)


def label(node: onnx.NodeProto) -> str:
    """What a node is called: its name, or what it will be called without one."""
    output = first_made(node)
    return node.name or f"{node.op_type}_{output}"
