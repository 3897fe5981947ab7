"""Open sounds as arrays: how often they are sampled, channels, and the pieces they are cut into."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quantengine.counted import counted
from quantengine.data.column import Column, array_digest
from quantengine.data.dataset import Array, Dataset
from quantengine.data.input import Input
from quantengine.data.intake import Intake
from quantengine.data.labels import image_labels
from quantengine.data.mapping import said_mapping
from quantengine.data.options import DataOptions
from quantengine.data.roles import check_constants, unused
from quantengine.data.table import Table, in_batches
from quantengine.data.wav_file import Sound, SoundHeader, at_rate, read_sound, sound_header
from quantengine.errors import DataError
from quantengine.sentence import Sentence

_CHANNELS = (1, 2)


@dataclass(frozen=True)
class Piece:
    """Some frames of a file; without a header it is one that cannot be read."""

    path: Path
    header: SoundHeader | None
    first: int = 0
    count: int = 0

    def read(self) -> tuple[Sound, int]:
        """Frames [channels, count] and their rate; raises DataError."""
        header = self.header or sound_header(self.path)
        return read_sound(self.path, header, self.first, self.count), header.rate


@dataclass(frozen=True, eq=False)
class Sounds(Column):
    """A row is a piece: [T], or [C, T] where the input takes both channels, as -1..1.

    `frames`: how long each is, silence added at its end; None: as long as it is.
    """

    pieces: tuple[Piece, ...]
    rate: int
    frames: int | None
    is_mono: bool

    def row(self, index: int) -> Array:
        sound, rate = self.pieces[index].read()
        if self.is_mono:
            sound = sound.mean(axis=0, keepdims=True, dtype=np.float32)
        sound = at_rate(sound, max(1, round(sound.shape[1] * self.rate / rate)))
        if self.frames is not None:
            sound = np.pad(sound, ((0, 0), (0, max(0, self.frames - sound.shape[1]))))
            sound = sound[:, : self.frames]
        return sound[0] if self.is_mono else sound

    def digest(self, index: int) -> bytes:
        return array_digest(self.pieces[index].read()[0])


def open_sounds(
    folder: Path,
    files: Sequence[str],
    intake: Intake,
) -> Dataset:
    """The sounds of a folder for the one input that takes them; raises DataError.

    A file is cut into pieces where `frames` is said or the input has a length.
    """
    spec, constants = _spec(intake, folder)
    axis = _time_axis(spec)
    length = (spec.shape or ())[axis] if spec.shape else None
    frames = intake.options.frames or (length if isinstance(length, int) else None)
    found = _headers(folder, files)
    headers = [header for header in found if header is not None]
    is_mono = _is_mono(spec, axis, headers)
    rate, notes = _rate(headers, intake.options)
    named = [
        (name, piece, place)
        for place, file in enumerate(files)
        for name, piece in _pieces(file, folder / file, found[place], rate, frames)
    ]
    labels = image_labels(folder, files, intake.options.labels, intake.classes)
    table = Table(
        names=tuple(name for name, _, _ in named),
        description={
            "kind": "sounds",
            "source": Path(os.path.abspath(folder)).name,  # noqa: PTH100 - as for other folders
            "mapping": {spec.name: "sounds", **constants},
            "labels": labels.source,
            "rate": rate,
            "frames": frames,
        },
        labels=tuple(labels.values[place] for _, _, place in named) if labels.values else (),
        classes=labels.classes,
        notes=(
            *notes,
            *unused(intake.options),
            *_told(headers, named, frames, is_mono=is_mono),
            *labels.notes,
        ),
        inputs=intake.inputs,
        columns={spec.name: Sounds(tuple(p for _, p, _ in named), rate, frames, is_mono)},
        constants=constants,
    )
    return in_batches(table, {spec.name: (frames or 0,) if is_mono else (2, frames or 0)})


def open_sound(path: Path, intake: Intake) -> Dataset:
    """One sound file."""
    return open_sounds(path.parent, (path.name,), intake)


def _spec(intake: Intake, folder: Path) -> tuple[Input, dict[str, int | float]]:
    options = intake.options
    keys, constants = said_mapping(options, {})
    left = [spec for spec in intake.inputs if spec.name not in constants]
    if keys or options.images is not None or len(left) != 1:
        listed = ", ".join(map(str, left))
        raise DataError(
            "'{0}' holds sounds, which feed one input: map the others to constants (inputs "
            "without one: {1})",
            folder,
            listed,
        )
    check_constants(options.inputs, options)
    spec = left[0]
    if spec.dtype.kind != "f":
        raise DataError(
            "input {0} takes {1}, and sounds are floats: give .npy data", spec, spec.dtype
        )
    return spec, constants


def _time_axis(spec: Input) -> int:
    """The axis of time of an input [T], [N, T], [N, C, T] or [N, T, 1]; raises DataError."""
    shape = spec.shape
    if shape is None or len(shape) < 3:
        return -1
    if len(shape) == 3:
        if shape[2] == 1 and shape[1] not in _CHANNELS:
            return 1
        if shape[1] in _CHANNELS or not isinstance(shape[1], int):
            return -1
    raise DataError(
        "input {0} takes no sound, which has one axis of time: compute what it takes (such as mel "
        "bands) and give it as .npy files",
        spec,
    )


def _is_mono(spec: Input, axis: int, headers: Sequence[SoundHeader]) -> bool:
    shape = spec.shape or ()
    if len(shape) != 3 or axis != -1 or shape[1] != 2:
        return True
    if any(header.channels != 2 for header in headers):
        raise DataError("input {0} takes two channels, and not every sound has two", spec)
    return False


def _rate(headers: Sequence[SoundHeader], options: DataOptions) -> tuple[int, list[str]]:
    found = sorted({header.rate for header in headers})
    if options.rate is not None:
        others = [rate for rate in found if rate != options.rate]
        note = Sentence("Sounds of {0} Hz are brought to {1} Hz.", _listed(others), options.rate)
        return options.rate, [note] if others else []
    if len(found) > 1:
        raise DataError(
            "the sounds have rates of {0} Hz: say the rate that the model takes", _listed(found)
        )
    return found[0], [
        Sentence("Sounds keep their {0} Hz: a guess, the model does not say its rate.", found[0])
    ]


def _headers(folder: Path, files: Sequence[str]) -> list[SoundHeader | None]:
    """None for a file that cannot be read, which is told when its turn comes."""
    found: list[SoundHeader | None] = []
    reasons: list[DataError] = []
    for file in files:
        try:
            found.append(sound_header(folder / file))
        except DataError as error:
            found.append(None)
            reasons.append(error)
    if len(reasons) == len(files):
        raise reasons[0]
    return found


def _pieces(
    file: str, path: Path, header: SoundHeader | None, rate: int, frames: int | None
) -> Iterator[tuple[str, Piece]]:
    if frames is None or header is None:
        yield file, Piece(path, header, 0, 0 if header is None else header.frames)
        return
    size = max(1, round(frames * header.rate / rate))
    count = max(1, header.frames // size)
    digits = len(str(count - 1))
    for k in range(count):
        name = file if count == 1 else f"{file}[{k:0{digits}d}]"
        yield name, Piece(path, header, k * size, min(size, header.frames))


def _told(
    headers: Sequence[SoundHeader],
    named: Sequence[object],
    frames: int | None,
    *,
    is_mono: bool,
) -> Iterator[str]:
    if is_mono and any(header.channels > 1 for header in headers):
        yield Sentence("Channels of sounds are averaged to one.")
    if frames is not None:
        yield Sentence(
            "Sounds are cut into pieces of {0} values: {1} of {2}; what is left of a file "
            "is left out, silence fills a shorter one.",
            frames,
            counted(len(named), "piece"),
            counted(len(headers), "file"),
        )


def _listed(rates: Sequence[int]) -> str:
    return ", ".join(map(str, rates))
