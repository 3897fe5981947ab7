"""What the inputs and outputs of a file hold where that is not as in the network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from quantengine.counted import counted
from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Encoding
from quantengine.sentence import Sentence


@dataclass(frozen=True)
class EdgePort:
    """An input or output of a file that holds codes: value = (code - zero point) * scale.

    `raw`: the codes are the bytes of an image, less 128 where the type has a sign.
    """

    name: str
    type: str
    scale: float
    zero_point: int
    raw: bool = False

    @property
    def encoding(self) -> Encoding:
        scale, zero = np.float32(self.scale), np.int32(self.zero_point)
        return Encoding(IntegerType.parse(self.type), np.array(scale), np.array(zero))

    @property
    def text(self) -> Sentence:
        """What the codes mean."""
        grid = f"{self.scale:.9g}", str(self.zero_point)
        if not self.raw:
            return Sentence(
                "'{0}' is {1}: value = (code - {3}) * {2}.", self.name, self.type, *grid
            )
        if IntegerType.parse(self.type).signed:
            return Sentence(
                "'{0}' is {1}, the bytes of the image less 128: value = (code - {3}) * {2}.",
                *(self.name, self.type, *grid),
            )
        return Sentence(
            "'{0}' is {1}, the bytes of the image: value = (byte - {3}) * {2}.",
            *(self.name, self.type, *grid),
        )


@dataclass(frozen=True)
class WrittenEdges:
    """What a file takes and gives that the network does not; `behind`: outputs it gives no more."""

    inputs: tuple[EdgePort, ...] = ()
    outputs: tuple[EdgePort, ...] = ()
    cut: tuple[str, ...] = ()
    notes: tuple[Sentence, ...] = ()

    @property
    def said(self) -> tuple[Sentence, ...]:
        """What codes mean and what was not possible, a sentence each."""
        return (*(port.text for port in (*self.inputs, *self.outputs)), *self.notes)

    def with_open(self, tensors: tuple[str, ...]) -> WrittenEdges:
        """With a word on tensors whose shape is still open."""
        if not tensors:
            return self
        text = Sentence(
            "Values decide the shapes of {0}, first '{1}': a device that needs fixed ones refuses "
            "these.",
            *(counted(len(tensors), "tensor"), tensors[0]),
        )
        return replace(self, notes=(*self.notes, text))

    def to_json(self) -> dict[str, Any]:
        """A JSON object, without notes."""
        ports = {"inputs": self.inputs, "outputs": self.outputs}
        found: dict[str, Any] = {n: [vars(port) for port in each] for n, each in ports.items()}
        return found | ({"cut": list(self.cut)} if self.cut else {})
