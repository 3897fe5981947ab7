"""Sounds: RIFF WAVE files of integers or floats, without compression."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from quantengine.errors import DataError
from quantengine.files import ordinary

Sound = NDArray[np.float32]

_INTEGERS, _FLOATS, _EXTENSIBLE = 1, 3, 0xFFFE
_BITS = {_INTEGERS: (8, 16, 24, 32), _FLOATS: (32, 64)}


@dataclass(frozen=True)
class SoundHeader:
    """What a file holds: `frames` values of each channel from byte `start` on."""

    rate: int
    channels: int
    frames: int
    bits: int
    is_float: bool
    start: int

    @property
    def frame_bytes(self) -> int:
        return self.channels * self.bits // 8


def sound_header(path: Path) -> SoundHeader:
    """What a file says of itself; raises DataError where it is no sound or was cut off."""
    try:
        with ordinary(path).open("rb") as stream:
            return _header(stream, path)
    except OSError as error:
        raise DataError("{0} cannot be read ({1})", path.name, error.strerror) from error
    except struct.error as error:
        raise DataError("{0} is no sound (WAV): its header was cut off", path.name) from error


def read_sound(path: Path, header: SoundHeader, first: int = 0, count: int | None = None) -> Sound:
    """Frames [channels, count] as -1..1 from `first` on; raises DataError."""
    count = header.frames - first if count is None else count
    try:
        with ordinary(path).open("rb") as stream:
            stream.seek(header.start + first * header.frame_bytes)
            stored = stream.read(count * header.frame_bytes)
    except OSError as error:
        raise DataError("{0} cannot be read ({1})", path.name, error.strerror) from error
    if len(stored) < count * header.frame_bytes:
        raise DataError("{0} was cut off", path.name)
    return np.ascontiguousarray(_values(stored, header).reshape(count, header.channels).T)


def at_rate(sound: Sound, count: int) -> Sound:
    """The same sound [channels, ...] in `count` frames: the frequencies that both rates hold."""
    if count == sound.shape[1]:
        return sound
    spectrum = np.fft.rfft(sound.astype(np.float64))
    kept = min(spectrum.shape[1], count // 2 + 1)
    made = np.fft.irfft(spectrum[:, :kept], count) * (count / sound.shape[1])
    return np.asarray(made, np.float32)


def _header(stream: IO[bytes], path: Path) -> SoundHeader:
    riff, _, wave = struct.unpack("<4sI4s", stream.read(12))
    if (riff, wave) != (b"RIFF", b"WAVE"):
        raise DataError("{0} is no sound (WAV), whatever its name ends in", path.name)
    form: tuple[int, ...] | None = None
    for kind, length in _chunks(stream):
        if kind == b"fmt ":
            form = struct.unpack("<HHIIHH", stream.read(16))
            if form[0] == _EXTENSIBLE and length >= 26:
                form = (*struct.unpack("<8xH", stream.read(10)), *form[1:])
        if kind == b"data" and form is not None:
            return _checked(form, stream.tell(), length, path)
    raise DataError("{0} holds no sound: it was cut off", path.name)


def _chunks(stream: IO[bytes]) -> Iterator[tuple[bytes, int]]:
    """The stream stands at the content of each part that is told."""
    while len(head := stream.read(8)) == 8:
        kind, length = struct.unpack("<4sI", head)
        start = stream.tell()
        yield kind, length
        stream.seek(start + length + length % 2)


def _checked(form: tuple[int, ...], start: int, length: int, path: Path) -> SoundHeader:
    kind, channels, rate, _, _, bits = form
    if bits not in _BITS.get(kind, ()) or not channels or not rate:
        raise DataError(
            "{0} is a compressed sound (format {1}, {2} bits): save it as WAV of 16-bit integers",
            path.name,
            kind,
            bits,
        )
    frames = length // (channels * bits // 8)
    if start + length > path.stat().st_size:
        raise DataError(
            "{0} claims {1} frames, more than it holds: it was cut off", path.name, frames
        )
    if not frames:
        raise DataError("{0} holds no sound: it has 0 frames", path.name)
    return SoundHeader(rate, channels, frames, bits, kind == _FLOATS, start)


def _values(stored: bytes, header: SoundHeader) -> Sound:
    if header.is_float:
        return np.frombuffer(stored, f"<f{header.bits // 8}").astype(np.float32)
    if header.bits == 8:  # the only one without a sign
        return (np.frombuffer(stored, np.uint8).astype(np.float32) - 128) / np.float32(128)
    if header.bits == 24:
        wide = np.zeros((len(stored) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(stored, np.uint8).reshape(-1, 3)
        stored = wide.tobytes()
    width = 2 if header.bits == 16 else 4
    integers = np.frombuffer(stored, f"<i{width}").astype(np.float32)
    return integers / np.float32(2.0 ** (8 * width - 1))
