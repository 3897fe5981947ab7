"""Where a model comes from: the file that was given, and what opening it changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Rewrite:
    """One named change at load: the nodes of the file it took in, the tensors that come of it."""

    name: str
    nodes: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Origin:
    """The file a model was opened from, whatever was done to the model since.

    `files` holds the model file and its external data, `digest` the SHA-256 of all of them.
    """

    path: Path
    files: tuple[Path, ...]
    digest: str
    rewrites: tuple[Rewrite, ...] = field(default=(), repr=False)
