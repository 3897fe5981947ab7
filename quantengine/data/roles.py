"""Decide which stored arrays are images to prepare and which are masks or plain numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from quantengine.data import guess
from quantengine.data.dataset import Array, shape_text
from quantengine.data.input import Input
from quantengine.data.options import DataOptions, InputOptions
from quantengine.data.preprocessing import PIXEL_MAX, Preprocessing
from quantengine.errors import DataError
from quantengine.sentence import Sentence

Content = Literal["image", "mask", "black and white", "numbers"]

_ZERO_ONE = frozenset({0, 1})
_BLACK_WHITE = frozenset({0, PIXEL_MAX})
_UNUSED = (
    "The data holds no images to prepare: its values pass as they are, and what was said about "
    "preprocessing is not used."
)


@dataclass(frozen=True)
class Stored:
    """The array behind an input: `row` is the shape of one sample, `look` gives some samples."""

    key: str
    dtype: np.dtype[Any]
    row: tuple[int, ...]
    look: Callable[[], Iterable[Array]]


@dataclass(frozen=True)
class Roles:
    """How the images are prepared, by input; `masks` hold 0 and 1 alone and pass as they are."""

    images: Mapping[str, Preprocessing] = field(default_factory=dict)
    masks: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def roles(inputs: tuple[Input, ...], stored: Mapping[str, Stored], options: DataOptions) -> Roles:
    """What each stored input is, by type, shape, values and what was said.

    Floats are never touched. Raises DataError where something was said that does not fit.
    """
    return _Choice(tuple(s for s in inputs if s.name in stored), stored, options).made()


def check_constants(names: Iterable[str], options: DataOptions) -> None:
    """Raises DataError where preprocessing is said for one of these inputs that hold no array."""
    for name in names:
        if name in options.inputs and not options.inputs[name].raw:
            raise DataError("input '{0}' is fed by no image or array: nothing can prepare it", name)


def unused(options: DataOptions) -> tuple[str, ...]:
    """A note where preprocessing was said and nothing takes it."""
    return (_UNUSED,) if options.first_image.said else ()


@dataclass(frozen=True)
class _Choice:
    """`specs`: the inputs fed by arrays."""

    specs: tuple[Input, ...]
    stored: Mapping[str, Stored]
    options: DataOptions

    def made(self) -> Roles:
        self._check()
        contents = {spec.name: self._content(spec) for spec in self._shaped}
        chosen = [spec for spec in self._shaped if contents[spec.name] == "image"]
        if not chosen and self.options.first_image.said:
            chosen = [spec for spec in self._shaped if self._takes_flags(spec)][:1]
        images, notes = self._images(chosen)
        for spec in self._shaped:
            if spec not in chosen:
                notes += self._beside(spec, contents[spec.name], images)
        if not chosen:
            notes += unused(self.options)
        left = [spec.name for spec in self._shaped if spec not in chosen]
        masks = frozenset(name for name in left if contents[name] == "mask")
        return Roles(images, masks, tuple(notes))

    @cached_property
    def _shaped(self) -> list[Input]:
        """Inputs fed by something of the shape of an image, floats too."""
        return [spec for spec in self.specs if guess.image_shaped(self.stored[spec.name].row, spec)]

    def _check(self) -> None:
        others = [name for name in self.options.inputs if name not in self.stored]
        check_constants(others, self.options)
        for spec in self.specs:
            possible = spec in self._shaped and self.stored[spec.name].dtype.kind in "ui"
            if self._asked(spec) and not possible:
                raise self._not_an_image(spec)

    def _asked(self, spec: Input) -> bool:
        said = self.options.inputs.get(spec.name)
        return said is not None and not said.raw

    def _takes_flags(self, spec: Input) -> bool:
        """Whether what was said without a name is about this one, which does not look like it."""
        found = self.stored[spec.name]
        if spec.name in self.options.inputs or found.dtype.kind not in "ui":
            return False
        return len(self._shaped) == 1 or guess.channel_count(found.row) > 1

    def _content(self, spec: Input) -> Content:
        found = self.stored[spec.name]
        if self._asked(spec):
            return "image"
        if spec.name in self.options.inputs:
            return "numbers"
        if found.dtype.kind == "b":
            return "mask"
        if found.dtype != np.uint8:
            return "numbers"
        if guess.channel_count(found.row) > 1:
            return "image"
        if spec.dtype.kind != "f":
            return "numbers"
        values = _few_values(found.look())
        if values is not None and values <= _ZERO_ONE:
            return "mask"
        alone = len(self._shaped) == 1
        return "black and white" if values == _BLACK_WHITE and not alone else "image"

    def _images(self, chosen: list[Input]) -> tuple[dict[str, Preprocessing], list[str]]:
        images: dict[str, Preprocessing] = {}
        notes: list[str] = []
        several = len(self._shaped) > 1
        for spec in chosen:
            first = next(iter(images.values()), None)
            options = self.options.of(spec.name, first=first is None)
            row = self.stored[spec.name].row
            images[spec.name], said = guess.preprocessing(spec, options, row, first)
            named = [Sentence("Input '{0}': {1}", spec.name, note) for note in said]
            notes += named if several else said
        return images, notes

    def _beside(self, spec: Input, content: Content, images: dict[str, Preprocessing]) -> list[str]:
        """The note about an input that is no image; black and white is prepared all the same."""
        found = self.stored[spec.name]
        if content == "black and white":
            unit = InputOptions(preset="unit")
            images[spec.name], _ = guess.preprocessing(spec, unit, found.row)
            return [f"Input '{spec.name}' holds only 0 and 255, as a mask: they become 0 and 1."]
        if content == "mask":
            return [f"Input '{spec.name}' holds only 0 and 1, as a mask: they pass as they are."]
        if spec.dtype == found.dtype or found.dtype.kind == "f":
            return []
        return [
            f"Input '{spec.name}' takes {spec.dtype}: the {found.dtype} values of '{found.key}' "
            "pass as they are, where they fit."
        ]

    def _not_an_image(self, spec: Input) -> DataError:
        found = self.stored[spec.name]
        return DataError(
            "input {0} is fed by '{1}', {2} {3} a sample: only integer images of 1 or 3 channels "
            "are prepared, so say raw or nothing for it",
            spec,
            found.key,
            found.dtype,
            shape_text(found.row),
        )


def _few_values(rows: Iterable[Array]) -> frozenset[int] | None:
    """The values that occur, None where there are more than two or nothing to see."""
    seen: set[int] = set()
    for row in rows:
        seen.update(np.flatnonzero(np.bincount(row.reshape(-1), minlength=1)).tolist())
        if len(seen) > len(_ZERO_ONE):
            return None
    return frozenset(seen) or None
