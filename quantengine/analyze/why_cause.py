"""A sentence on what is wrong with a layer, and what mends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from quantengine.sentence import Sentence

Remedy = Literal["", "bias", "channel", "method", "bits", "equalize", "show"]
"""Correct the bias, a scale for each channel, another method, more bits, recover's equalize, look
at another layer; nothing where nothing mends it for sure."""

REMEDIES: Mapping[Remedy, Sentence] = {
    "": Sentence(""),
    "bias": Sentence("Correct its bias."),
    "channel": Sentence("Give each channel a scale."),
    "method": Sentence("Try another range method."),
    "bits": Sentence("Give it more bits."),
    "equalize": Sentence("Recover with the step equalize."),
    "show": Sentence("Look at that layer."),
}
"""What each says to do."""


@dataclass(frozen=True)
class Cause:
    """`layer` is the one to look at where that is the remedy.

    `hidden`: the figures of a whole tensor do not show it, what is large in them hides the rest.
    """

    text: Sentence
    remedy: Remedy = ""
    layer: str | None = None
    hidden: bool = False

    def to_json(self) -> dict[str, str | None]:
        return {"text": str(self.text), "remedy": self.remedy or None, "layer": self.layer}
