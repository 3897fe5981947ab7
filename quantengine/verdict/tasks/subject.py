"""What a task is guessed from: float outputs of some samples, and what the file tells of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.graph.channel_moves import Channels
from quantengine.graph.model import FloatModel

Array = NDArray[Any]
Arrays = Mapping[str, Array]

_MOVES = ("Identity", "Reshape", "Transpose", "Flatten", "Squeeze", "Unsqueeze", "Cast", "Slice")
_DEPTH = 16


@dataclass(frozen=True, eq=False)
class Told:
    """What a file tells of its outputs: by name the operator that makes each, `channels` as the
    graph has them, the texts that its exporter left, which are `lists`, and which are `ranked`, so
    many at a time. The best of the scores in `decoded` is fed back step by step.
    """

    makers: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, Channels] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    decoded: str | None = None
    lists: frozenset[str] = frozenset()
    ranked: Mapping[str, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Subject:
    """Float `runs` (feeds, outputs) of some samples; `outputs` in the order of the model."""

    outputs: tuple[str, ...]
    runs: Sequence[tuple[Arrays, Arrays]]
    told: Told = field(default_factory=Told)

    def values(self, output: str) -> list[Array]:
        """An output of each sample."""
        return [found[output] for _, found in self.runs]

    def rows(self, output: str) -> Array | None:
        """`[rows, width]` of all samples along the last axis; None where its length changes."""
        values = self.values(output)
        widths = {each.shape[-1:] for each in values}
        if len(widths) != 1 or () in widths or (0,) in widths:
            return None
        return np.concatenate([each.reshape(-1, each.shape[-1]) for each in values])

    def shape(self, output: str) -> tuple[int, ...]:
        """Of the sample where it is largest: what is found may be nothing."""
        return tuple(max(self.values(output), key=lambda each: each.size).shape)

    def is_float(self, output: str) -> bool:
        return self.runs[0][1][output].dtype.kind == "f"

    @property
    def floats(self) -> tuple[str, ...]:
        """The outputs that hold floats."""
        return tuple(name for name in self.outputs if self.is_float(name))

    def named(self, output: str, *words: str) -> bool:
        """Whether the name of an output holds one of the words."""
        return re.search("|".join(words), output.lower()) is not None

    def made_by(self, output: str, *operators: str) -> bool:
        return self.told.makers.get(output) in operators

    @property
    def image_size(self) -> tuple[int, int] | None:
        """(height, width) of what looks like an image among the feeds; None where nothing does."""
        return image_size(self.runs[0][0])

    @property
    def class_names(self) -> int | None:
        """How many classes the exporter named: text such as {0: 'person', 1: 'car'} or a list."""
        text = self.told.metadata.get("names", "")
        try:
            names = json.loads(text)
        except (ValueError, RecursionError):
            return text.count(":") or None
        return len(names) if isinstance(names, list | dict) else None

    @property
    def reads_tokens(self) -> bool:
        """Whether integers `[N, L]` are fed, as texts are."""
        return any(v.ndim == 2 and v.dtype.kind in "iu" for v in self.runs[0][0].values())


def image_size(feeds: Arrays) -> tuple[int, int] | None:
    """(height, width) of the first feed `[N, C, H, W]` or `[N, H, W, C]`; None without one."""
    for values in feeds.values():
        if values.ndim == 4:
            _, first, second, last = values.shape
            return (first, second) if last in (1, 3, 4) and first > 4 else (second, last)
    return None


def makers_of(model: FloatModel) -> dict[str, str]:
    """The operator that makes each output, followed back through what only moves its values."""
    found = {}
    for name in model.outputs:
        node = model.producers.get(name)
        for _ in range(_DEPTH):
            if node is None or node.op_type not in _MOVES:
                break
            node = model.producers.get(node.input[0])
        if node is not None:
            found[name] = node.op_type
    return found
