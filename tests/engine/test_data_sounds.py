"""Sounds: read as numbers, brought to a rate, cut into pieces."""

from __future__ import annotations

import struct
import wave
from pathlib import Path

import numpy as np
import pytest

from quantengine.data.dataset import Dataset
from quantengine.data.input import Input
from quantengine.data.open import DataOptions, open_data
from quantengine.data.wav_file import read_sound, sound_header
from quantengine.errors import DataError

FLOAT = np.dtype(np.float32)
ANY = Input("sound", FLOAT, ("batch", "time"))
TONE = 0.5 * np.sin(2 * np.pi * 440 * np.arange(1600) / 16_000)


def sound(
    path: Path, values: np.ndarray = TONE, *, rate: int = 16_000, width: int = 2, channels: int = 1
) -> Path:
    most = 2 ** (8 * width - 1)
    numbers = np.round(values * (most - 1)).astype(np.int64) + (128 if width == 1 else 0)
    frames = np.repeat(numbers, channels)
    with wave.open(str(path), "wb") as stream:
        stream.setnchannels(channels)
        stream.setsampwidth(width)
        stream.setframerate(rate)
        little = frames.astype("<i8").view(np.uint8).reshape(-1, 8)[:, :width]
        stream.writeframes(little.tobytes())
    return path


def floats(path: Path, values: np.ndarray, *, extensible: bool = False) -> Path:
    stored = values.astype("<f4").tobytes()
    form = struct.pack("<HHIIHH", 0xFFFE if extensible else 3, 1, 16_000, 64_000, 4, 32)
    form += struct.pack("<HHIH14x", 22, 32, 0, 3) if extensible else b""
    parts = struct.pack("<4sI", b"fmt ", len(form)) + form
    parts += struct.pack("<4sI3sx", b"LIST", 3, b"odd") + struct.pack("<4sI", b"data", len(stored))
    path.write_bytes(
        b"RIFF" + struct.pack("<I", len(parts) + len(stored)) + b"WAVE" + parts + stored
    )
    return path


def fed(data: Dataset, place: int = 0) -> np.ndarray:
    return data.load(place).feeds["sound"]


@pytest.mark.parametrize(("width", "within"), [(1, 0.01), (2, 1e-4), (3, 1e-6), (4, 1e-6)])
def test_integers_become_what_they_stand_for(tmp_path: Path, width: int, within: float) -> None:
    data = open_data(sound(tmp_path / "a.wav", width=width, channels=2), [ANY])
    np.testing.assert_allclose(fed(data), TONE[None], atol=within)
    assert any("averaged to one" in note for note in data.notes)
    assert any("keep their 16000 Hz: a guess" in note for note in data.notes)


@pytest.mark.parametrize("extensible", [False, True])
def test_floats_pass_as_they_are(tmp_path: Path, extensible: bool) -> None:
    path = floats(tmp_path / "a.wav", TONE, extensible=extensible)
    assert np.array_equal(fed(open_data(path, [ANY])), TONE[None].astype(np.float32))
    floats(path, np.full(4, np.nan))
    with pytest.raises(DataError, match="4 NaN of 4 values"):
        open_data(path, [ANY]).load(0)


@pytest.mark.parametrize("rate", [8_000, 22_050])
def test_another_rate_keeps_the_tone(tmp_path: Path, rate: int) -> None:
    data = open_data(sound(tmp_path / "a.wav"), [ANY], DataOptions(rate=rate))
    wanted = 0.5 * np.sin(2 * np.pi * 440 * np.arange(rate // 10) / rate)
    np.testing.assert_allclose(fed(data)[0], wanted, atol=1e-3)


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ((1, 500), (1, 500)),
        (("n", 1, 500), (1, 1, 500)),
        (("n", 500, 1), (1, 500, 1)),
        ((500,), (500,)),
    ],
)
def test_a_length_cuts_pieces_of_it(
    tmp_path: Path, shape: tuple[int | str, ...], wanted: tuple[int, ...]
) -> None:
    sound(tmp_path / "a.wav")
    sound(tmp_path / "b.wav", TONE[:300])
    axis = 0 if len(shape) > 1 else None
    data = open_data(tmp_path, [Input("sound", FLOAT, shape, batch_axis=axis)])
    assert data.names == ("a.wav[0]", "a.wav[1]", "a.wav[2]", "b.wav")
    assert {fed(data, place).shape for place in range(4)} == {wanted}
    np.testing.assert_allclose(fed(data, 1).ravel(), TONE[500:1000], atol=1e-4)
    assert not fed(data, 3).ravel()[300:].any() and fed(data, 3).any()
    assert len({data.digest(place) for place in range(4)}) == 4


def test_both_channels_go_where_two_are_taken(tmp_path: Path) -> None:
    stereo = Input("sound", FLOAT, ("n", 2, "t"))
    sound(tmp_path / "a.wav", channels=2)
    assert fed(open_data(tmp_path, [stereo])).shape == (1, 2, 1600)
    sound(tmp_path / "b.wav")
    with pytest.raises(DataError, match="two channels, and not every sound has two"):
        open_data(tmp_path, [stereo])


def test_pieces_have_the_label_of_their_file(tmp_path: Path) -> None:
    for name in ("0", "1"):
        (tmp_path / name).mkdir()
        sound(tmp_path / name / "a.wav")
    data = open_data(tmp_path, [ANY], DataOptions(frames=800))
    assert data.labels == (0, 0, 1, 1)


def test_a_rate_beside_is_a_constant(tmp_path: Path) -> None:
    rate = Input("sr", np.dtype(np.int64), (), batch_axis=None)
    sound(tmp_path / "a.wav")
    data = open_data(tmp_path, [ANY, rate], DataOptions(mapping={"sr": 16_000}))
    assert data.load(0).feeds["sr"] == 16_000
    with pytest.raises(DataError, match="map the others to constants"):
        open_data(tmp_path, [ANY, rate])


def test_what_was_cut_off_is_named(tmp_path: Path) -> None:
    whole = sound(tmp_path / "a.wav").read_bytes()
    sound(tmp_path / "b.wav")
    for kept in (2, 20, 40, 44, len(whole) // 2):
        (tmp_path / "a.wav").write_bytes(whole[:kept])
        data = open_data(tmp_path, [ANY])
        with pytest.raises(DataError, match=r"a\.wav: a\.wav"):
            data.load(0)
        assert fed(data, 1).shape == (1, 1600)
    (tmp_path / "b.wav").write_bytes(b"ID3" + bytes(50))
    with pytest.raises(DataError, match=r"a\.wav"):
        open_data(tmp_path, [ANY])


@pytest.mark.parametrize(
    ("spec", "options", "said"),
    [
        (Input("m", FLOAT, ("n", 80, 100)), DataOptions(), "takes no sound"),
        (Input("m", np.dtype(np.int64), ("n", "t")), DataOptions(), "sounds are floats"),
        (ANY, DataOptions(), "rates of 16000, 44100 Hz: say the rate"),
    ],
)
def test_what_does_not_fit_is_said(
    tmp_path: Path, spec: Input, options: DataOptions, said: str
) -> None:
    sound(tmp_path / "a.wav")
    sound(tmp_path / "b.wav", rate=44_100)
    with pytest.raises(DataError, match=said):
        open_data(tmp_path, [spec], options)


def test_a_compressed_sound_is_refused(tmp_path: Path) -> None:
    path = sound(tmp_path / "a.wav")
    stored = bytearray(path.read_bytes())
    stored[20] = 0x55
    path.write_bytes(stored)
    with pytest.raises(DataError, match=r"compressed sound \(format 85"):
        sound_header(path)


def test_a_part_of_a_file_is_read_alone(tmp_path: Path) -> None:
    path = sound(tmp_path / "a.wav", channels=2)
    header = sound_header(path)
    found = read_sound(path, header, 100, 50)
    assert found.shape == (2, 50)
    np.testing.assert_allclose(found[1], TONE[100:150], atol=1e-4)


def test_what_says_nothing_of_the_data_is_told(tmp_path: Path) -> None:
    sound(tmp_path / "a.wav")
    options = DataOptions(stored="uint8:4", rate=16_000, preset="unit")
    notes = open_data(tmp_path, [ANY], options).notes
    assert "What was said of stored is not used: this data takes no such setting." in notes
    assert any("holds no images to prepare" in note for note in notes)
    assert not any("said of rate" in note for note in notes)


def test_no_rate_of_nothing() -> None:
    with pytest.raises(DataError, match="rate must be at least 1, not 0"):
        DataOptions(rate=0)
