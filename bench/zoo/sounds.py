"""Sounds like speech and music, drawn, and how streaming models are fed with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.zoo.drawn import SEEDS, Steps, arrays

Array = NDArray[Any]
RATE = 16000
_VOWELS = (
    (730, 1090, 2440),
    (270, 2290, 3010),
    (300, 870, 2240),
    (530, 1840, 2480),
    (570, 840, 2410),
)


def speech(random: np.random.Generator, seconds: float) -> Array:
    """Syllables with pauses over noise, float32 within -1..1: pulses through three formants."""
    count = int(seconds * RATE)
    found = np.zeros(count)
    place, pitch = int(random.integers(0, RATE // 4)), random.uniform(90, 240)
    while place < count:
        length = int(random.uniform(0.08, 0.28) * RATE)
        part = _syllable(random, length, pitch * random.uniform(0.85, 1.15))
        room = min(length, count - place)
        found[place : place + room] += part[:room] * random.uniform(0.3, 1)
        place += length + int(RATE * (random.uniform(0.3, 0.7) if random.random() < 0.25 else 0.02))
    loud = random.uniform(0.05, 0.4) / max(float(np.abs(found).max()), 1e-6)
    noise = random.normal(0, random.choice([0.001, 0.005, 0.02]), count)
    return (found * loud + noise).astype(np.float32)


def _syllable(random: np.random.Generator, length: int, pitch: float) -> Array:
    from scipy.signal import lfilter

    glide = pitch * np.linspace(1, random.uniform(0.85, 1.1), length)
    phase = np.cumsum(glide / RATE)
    source = np.diff(np.floor(phase), prepend=0.0) + random.normal(0, 0.02, length)
    for formant, width in zip(_VOWELS[random.integers(len(_VOWELS))], (80, 110, 160), strict=True):
        radius, turn = np.exp(-np.pi * width / RATE), 2 * np.pi * formant / RATE
        source = lfilter([1 - radius], [1, -2 * radius * np.cos(turn), radius**2], source)
    hiss = int(length * 0.25) if random.random() < 0.4 else 0
    source /= max(float(np.abs(source).max()), 1e-9)
    source[:hiss] = random.normal(0, 0.15, hiss)
    found: Array = source * np.hanning(length) ** 0.3
    return found


def voice(rate: int, path: Path, split: str, count: int) -> list[Steps]:
    """Steps of 32 ms with what came before them, `[n, 40, wide]`."""
    random = np.random.default_rng(SEEDS[split] + rate)
    step, before, steps = 512 * rate // RATE, 64 * rate // RATE, 40
    found = np.zeros((count, steps, step + before), np.float32)
    for row in found:
        sound = speech(random, steps * 512 / RATE)[:: RATE // rate]
        padded = np.concatenate([np.zeros(before, np.float32), sound])
        for k in range(steps):
            row[k] = padded[k * step : (k + 1) * step + before]
    np.savez(path.with_suffix(".npz"), input=found)
    given = {"sr": np.array(rate, np.int64)}
    return [[{"input": step[None], **given} for step in row] for row in found]


WINDOW, HOP, FRAMES = 512, 128, 60


def spectra(path: Path, split: str, count: int) -> list[Steps]:
    """What the first half of the enhancer takes: magnitudes `[n, 60, 1, 257]`."""
    random = np.random.default_rng(SEEDS[split] + 50)
    found = np.stack([np.abs(np.fft.rfft(_frames(random))) for _ in range(count)])
    return _stored(path, "input_2", found)


def waves(path: Path, split: str, count: int) -> list[Steps]:
    """What the second half takes: pieces of sound of which some frequencies are damped."""
    random = np.random.default_rng(SEEDS[split] + 60)
    pieces = []
    for _ in range(count):
        spectrum = np.fft.rfft(_frames(random))
        loud = np.abs(spectrum)
        gain = loud**2 / (loud**2 + np.quantile(loud, 0.6) ** 2)
        pieces.append(np.fft.irfft(spectrum * gain))
    return _stored(path, "input_4", np.stack(pieces))


def _frames(random: np.random.Generator) -> Array:
    sound = speech(random, (WINDOW + HOP * FRAMES) / RATE)
    return np.stack([sound[k * HOP : k * HOP + WINDOW] for k in range(FRAMES)])


def _stored(path: Path, name: str, found: Array) -> list[Steps]:
    rows = found.astype(np.float32)[:, :, None]
    np.savez(path.with_suffix(".npz"), **{name: rows})
    return [[{name: step[None]} for step in row] for row in rows]


def music(path: Path, split: str, count: int) -> list[Steps]:
    """Two seconds of plucked chords, `[n, 43844, 1]` at 22050 Hz."""
    random, wide, rate = np.random.default_rng(SEEDS[split] + 70), 43844, 22050
    found = np.zeros((count, wide, 1), np.float32)
    for place in range(count):
        found[place, :, 0] = _chords(random, wide, rate)
    return arrays(path, {"serving_default_input_2:0": found})


def _chords(random: np.random.Generator, wide: int, rate: int) -> Array:
    found = np.zeros(wide)
    for _ in range(random.integers(2, 9)):
        begin = int(random.integers(0, wide - 4000))
        pitch = 440 * 2 ** (random.integers(-24, 20) / 12)
        time = np.arange(wide - begin) / rate
        waves = [np.sin(2 * np.pi * pitch * k * time) / k**1.5 for k in range(1, 6)]
        fading = np.exp(-time * random.uniform(1, 6)) * random.uniform(0.1, 1)
        found[begin:] += np.sum(waves, axis=0) * fading
    found *= random.uniform(0.1, 0.9) / max(float(np.abs(found).max()), 1e-6)
    return found + random.normal(0, 0.002, wide)
