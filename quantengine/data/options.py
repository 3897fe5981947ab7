"""What a person may say about data beyond its path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from quantengine.data.preprocessing import Layout, Size

Number = int | float


@dataclass(frozen=True)
class DataOptions:
    """Everything left at its default is guessed from the data and the model, and said aloud.

    `images` and `labels` name arrays of an .npz (`labels` of an image folder: a csv file).
    `mapping` gives a model input the key of its array, or a constant. `start` and `stop` cut the
    samples, then `limit` takes that many of them, evenly spaced.
    """

    images: str | None = None
    labels: str | None = None
    mapping: Mapping[str, str | Number] = field(default_factory=dict)
    preset: str | None = None
    resize: Size | None = None
    crop: Size | None = None
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    bgr: bool = False
    grey: bool = False
    luma: bool = False
    layout: Layout | None = None
    start: int | None = None
    stop: int | None = None
    limit: int | None = None
