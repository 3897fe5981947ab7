"""`--input NAME:key=value,..`, as it is typed, as the window writes it, and what it does."""

from __future__ import annotations

import argparse
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.command_line import data_flags
from quantengine.cli import main
from quantengine.cli.data_options import add_data_flags, data_options
from quantengine.data.options import DataOptions, InputOptions
from tests.engine.onnx_text import text_model

SAID = InputOptions(
    preset="tf",
    resize=256,
    crop=(224, 200),
    mean=(0.485, 0.456, 0.406),
    std=(0.5,),
    bgr=True,
    luma=True,
    layout="nhwc",
)


def read(*words: str) -> DataOptions:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_data_flags(parser)
    return data_options(parser.parse_args(["--data", "d", *words]))


def test_every_key_is_taken() -> None:
    text = "x:preset=tf,resize=256,crop=224x200,mean=0.485/0.456/0.406,std=0.5,bgr,luma,layout=nhwc"
    assert read("--input", text).inputs == {"x": SAID}


@pytest.mark.parametrize("name", ["serving_default_image:0", "a,b", "a=b,c:d", "mask"])
def test_names_may_hold_what_separates(name: str) -> None:
    found = read("--input", f"{name}:preset=unit", "--input", f"{name}:bgr", "--input", "m:raw")
    assert found.inputs == {
        name: InputOptions(preset="unit", bgr=True),
        "m": InputOptions(raw=True),
    }


@pytest.mark.parametrize("fit", ["crop", "letterbox", "letterbox:0"])
def test_how_one_input_fits_may_stand_anywhere(fit: str) -> None:
    said = InputOptions(fit=fit, resize=64)
    for text in (f"a:0:fit={fit},resize=64", f"a:0:resize=64,fit={fit}"):
        options = read("--input", text, "--fit", "stretch")
        assert options.inputs == {"a:0": said}
        assert options.first_image.fit == "stretch"
        assert read(*shlex.split(shlex.join(data_flags(options)))) == options


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x:fit=letterbox:grey", "fit 'letterbox:grey' is unknown"),
        ("x", "is not NAME:key=value"),
        ("x:", "is not NAME:key=value"),
        ("x:blur=3", "'blur=3' .* is not known: say preset=.., .* raw, bgr, grey or luma"),
        ("x:mean=0.5,0.5", "'0.5' .* is not known"),
        ("x:mean=a/b", "write 0.5 or 0.485/0.456/0.406"),
        ("x:layout=chwn", "use nchw or nhwc"),
        ("x:crop=big", "write 224, 320x240"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(text: str, words: str) -> None:
    with pytest.raises(argparse.ArgumentError, match=words):
        read("--input", text)


def test_the_window_writes_what_the_command_line_reads() -> None:
    plain = {f: getattr(SAID, f) for f in SAID.said}
    options = DataOptions(**plain, limit=4, inputs={"a b:0": SAID, "m": InputOptions(raw=True)})
    options = replace(options, stored="uint8:4x4", rate=8_000, frames=10, mapping={"x": "a,b"})
    assert read(*shlex.split(shlex.join(data_flags(options)))) == options
    whole = replace(DataOptions(), mean=(127, 127, 127))
    assert data_flags(whole) == ["--mean", "127,127,127"]


def test_a_height_may_stand_alone() -> None:
    options = read("--resize", "x48")
    assert options.resize == (0, 48)
    assert read(*shlex.split(shlex.join(data_flags(options)))) == options


def test_the_command_tells_inputs_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graph = """two (float[n,3,8,8] image, float[n,1,8,8] mask) => (float[n,2,8,8] y) {
        cut = Mul(image, mask)
        y = Conv(cut, w)
    }"""
    random = np.random.default_rng(0)
    weight = random.normal(size=(2, 3, 1, 1)).astype(np.float32)
    text_model(tmp_path / "m.onnx", graph, {"w": weight})
    pixels = random.integers(0, 256, (8, 8, 8, 3)).astype(np.uint8)
    np.savez(tmp_path / "d.npz", image=pixels, mask=pixels[:, None, ..., 0] % 2)
    words = ["calibrate", str(tmp_path / "m.onnx"), "--data", str(tmp_path / "d.npz")]
    words += ["-o", str(tmp_path / "s.npz")]
    assert main.main([*words, "--preset", "unit"]) == 0
    assert "Input 'mask' holds only 0 and 1" in capsys.readouterr().err
    assert main.main([*words, "--input", "mask:preset=unit", "--input", "image:preset=tf"]) == 0
    assert main.main([*words, "--input", "Mask:raw"]) == 2
    told = capsys.readouterr().err
    assert "no input 'Mask': its inputs are image, mask" in told and "Traceback" not in told
    assert main.main([*words, "--input", "mask:raw,bgr"]) == 2
