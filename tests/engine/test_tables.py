"""What other tools read is what the plan decided: offsets, scales and axes, by the file's names."""

from __future__ import annotations

import csv
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_static,
)

from quantengine.cli.export_encodings import FORMATS
from quantengine.cli.main import main
from quantengine.formats.encoding import Encoding
from quantengine.tables.grid import Grid
from quantengine.tables.registry import TABLES
from tests.engine.onnx_text import text_model
from tests.engine.small_network import network

ROWS = np.random.default_rng(1).normal(size=(8, 3, 8, 8)).astype(np.float32)
NORMED = """
g (float[n,3,8,8] x) => (float[n,4,8,8] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, w)
  n = BatchNormalization (a, s, b, m, v)
  y = Conv (n, u)
}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    network(tmp_path)
    np.save(tmp_path / "x.npy", ROWS)
    return tmp_path


def written(folder: Path, to: str, *flags: str, model: str = "network.onnx") -> str:
    argv = ["export-encodings", str(folder / model), "--data", str(folder / "x.npy"), "--to", to]
    path = folder / f"{to}.txt"
    assert main([*argv, "-o", str(path), *flags, "-q"]) == 0
    return path.read_text(encoding="utf-8")


def encodings(folder: Path, *flags: str) -> dict[str, tuple[str, np.ndarray, np.ndarray]]:
    """By tensor: type, scales and zero points, of the plain rows."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(written(folder, "csv", *flags).splitlines()):
        found.setdefault(row["tensor"], []).append(row)
    return {
        name: (
            rows[0]["dtype"],
            np.array([float(row["scale"]) for row in rows]),
            np.array([int(row["zero_point"]) for row in rows]),
        )
        for name, rows in found.items()
    }


def test_the_command_offers_what_there_is() -> None:
    assert tuple(n for n, each in TABLES.items() if each.write is not None) == FORMATS


@pytest.mark.parametrize("flags", [(), ("--target", "tensorrt"), ("--activations", "int8")])
def test_aimet_says_the_same_grid_in_three_ways(small: Path, flags: tuple[str, ...]) -> None:
    plain = encodings(small, *flags)
    oldest = json.loads(written(small, "aimet-0.6", *flags))
    listed = json.loads(written(small, "aimet-1.0", *flags))
    newest = {e["name"]: e for e in json.loads(written(small, "aimet-2.0", *flags))["encodings"]}
    first = {**oldest["activation_encodings"], **oldest["param_encodings"]}
    second = {e["name"]: e for e in listed["activation_encodings"] + listed["param_encodings"]}
    assert list(plain) == list(first) == list(second) == list(newest)
    for name, (dtype, scale, zero) in plain.items():
        low = (np.iinfo(dtype).min - zero) * scale
        assert [e["scale"] for e in first[name]] == second[name]["scale"] == scale.tolist()
        assert np.ravel(newest[name]["y_scale"]).tolist() == scale.tolist()
        assert [e["min"] for e in first[name]] == pytest.approx(low)
        assert [e["offset"] * e["scale"] for e in first[name]] == pytest.approx(low)
        assert np.multiply(second[name]["offset"], scale) == pytest.approx(low)
        floor = np.iinfo(newest[name]["output_dtype"]).min
        assert (floor - np.array(newest[name].get("y_zero_point", 0))) * scale == pytest.approx(low)
        signed = newest[name]["output_dtype"].startswith("int")
        assert second[name]["is_sym"] == signed == (first[name][0]["is_symmetric"] == "True")
    assert newest["w3"]["axis"] == 1 and newest["w1"]["axis"] == 0


class Reader(CalibrationDataReader):  # type: ignore[misc]
    """One sample: ranges come from elsewhere."""

    def __init__(self) -> None:
        self.feeds = iter([{"x": ROWS[:1]}])

    def get_next(self) -> dict[str, Any] | None:
        return next(self.feeds, None)


def test_onnxruntimes_own_quantizer_takes_every_scale(small: Path) -> None:
    overrides = json.loads(written(small, "onnxruntime"))
    for name, entries in overrides.items():
        for entry in entries:
            kind = getattr(QuantType, entry["quant_type"])
            entry |= {"quant_type": kind, "scale": np.array(entry["scale"], np.float32)}
            dtype = np.uint8 if kind == QuantType.QUInt8 else np.int8
            entry["zero_point"] = np.array(entry["zero_point"], dtype)
        assert ("axis" in entries[0]) == name.startswith("w")
    quantize_static(
        small / "network.onnx",
        small / "theirs.onnx",
        Reader(),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        extra_options={"TensorQuantOverrides": overrides},
    )
    proto = onnx.load(small / "theirs.onnx")
    theirs = {t.name: numpy_helper.to_array(t).ravel() for t in proto.graph.initializer}
    for name, (_, scale, zero) in encodings(small).items():
        assert theirs[f"{name}_scale"].tolist() == scale.tolist(), name
        assert theirs[f"{name}_zero_point"].tolist() == zero.tolist(), name


def test_a_calibration_cache_of_tensorrt(small: Path) -> None:
    head, *lines = written(small, "tensorrt", "--target", "tensorrt").splitlines()
    assert head.startswith("TRT-")
    scales = {}
    for line in lines:
        name, _, word = line.rpartition(": ")
        scales[name] = struct.unpack(">f", bytes.fromhex(word))[0]
    plain = encodings(small, "--target", "tensorrt")
    assert scales and set(scales) == {name for name in plain if not name.startswith("w")}
    for name, scale in scales.items():
        assert scale == pytest.approx(plain[name][1][0], rel=1e-7)


def test_lines_of_ncnn_and_tpu_mlir(small: Path) -> None:
    plain = encodings(small)
    lines = dict(line.split(" ", 1) for line in written(small, "ncnn").splitlines())
    first = next(name for name in lines if name.endswith("_param_0"))
    scales = np.array(lines[first].split(), float)
    assert scales == pytest.approx(1 / plain["w1"][1], rel=1e-5)
    threshold = 127 / float(lines[first.removesuffix("_param_0")])
    _, scale, zero = plain["x"]
    assert threshold == pytest.approx(max(zero[0], 255 - zero[0]) * scale[0], rel=1e-5)
    rows = [line.split() for line in written(small, "tpu-mlir").splitlines()[1:]]
    ends = {row[0]: [float(end) for end in row[1:]] for row in rows}
    assert ends["x"] == pytest.approx([threshold, *((np.array([0, 255]) - zero) * scale)], 1e-5)
    assert "b_Relu" in ends


def test_layers_that_stay_float_are_named_for_compilers(small: Path) -> None:
    cfg = small / "given.cfg"
    before = "model: net\r\ncustom_quantize_layers: {}\r\nquantize_parameters:\r\n    x: 1.50\r\n"
    cfg.write_bytes(before.encode())
    flags = ("--keep-float", "Gemm_y", "--patch", str(cfg))
    written(small, "rknn", *flags)
    assert (small / "rknn.txt").read_bytes().decode() == before.replace(
        "custom_quantize_layers: {}\r\n", "custom_quantize_layers:\r\n    y: float16\r\n"
    )
    cfg.write_text("model: net\n", encoding="utf-8")
    argv = ["export-encodings", str(small / "network.onnx"), "--data", str(small / "x.npy")]
    argv += ["--to", "rknn", "-o", str(small / "not.txt")]
    assert main([*argv, "--patch", str(cfg)]) == main(argv) != 0
    assert not (small / "not.txt").exists()
    assert "y_Gemm F32" in written(small, "tpu-mlir-qtable", *flags[:2])
    assert "precision_mode=a8_w4" in written(small, "hailo", "--weights", "int4")


def test_viewers_get_errors_of_layers_and_why_they_are_float(small: Path) -> None:
    flags = ("--keep-float", "Gemm_y")
    netron = json.loads(written(small, "netron", *flags))
    assert netron["signature"] == "netron:attachment"
    metrics = {(m["target"], m["name"]): m["value"] for m in netron["metrics"]}
    assert 20 < metrics["a", "local SQNR dB"] < 80
    assert any(m["name"] == "stays float" and m["target"] == "y" for m in netron["metadata"])
    nodes = json.loads(written(small, "model-explorer", *flags))
    assert nodes["accumulated SQNR dB"]["results"]["Conv_a"]["value"] == pytest.approx(
        metrics["a", "accumulated SQNR dB"], abs=0.01
    )
    assert "Gemm_y" in nodes["stays float"]["results"]


def test_weights_that_opening_changed_are_told_and_come_with_the_network_it_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(2)
    shapes = {"w": (4, 3, 3, 3), "u": (4, 4, 1, 1), "s": (4,), "b": (4,), "m": (4,), "v": (4,)}
    weights = {name: rng.uniform(0.5, 2, size=s).astype(np.float32) for name, s in shapes.items()}
    text_model(tmp_path / "normed.onnx", NORMED, weights)
    np.save(tmp_path / "x.npy", ROWS)
    table = json.loads(written(tmp_path, "aimet-0.6", model="normed.onnx"))
    assert list(table["param_encodings"]) == ["u"]
    assert "--save-model" in capsys.readouterr().out
    saved = ("--save-model", str(tmp_path / "folded.onnx"))
    table = json.loads(written(tmp_path, "aimet-0.6", *saved, model="normed.onnx"))
    assert len(table["param_encodings"]) == 2
    folded = {t.name: numpy_helper.to_array(t) for t in onnx.load(saved[1]).graph.initializer}
    for name, entries in table["param_encodings"].items():
        rows, scale = folded[name].reshape(4, -1), np.array([[e["scale"]] for e in entries])
        codes = np.clip(np.rint(rows / scale), -127, 127)
        assert np.abs(codes * scale - rows).max() < 0.02 * np.abs(rows).max()


def test_a_signed_grid_with_its_zero_aside_is_counted_from_zero() -> None:
    from quantengine.formats.dtype import IntegerType

    encoding = Encoding(IntegerType(8, signed=True), np.float32(0.5), np.array(-100, np.int32))
    grid = Grid.of(encoding)
    assert (grid.dtype, int(grid.zero_point)) == ("uint8", 28)
    assert (float(grid.low), float(grid.high)) == (float(encoding.low), float(encoding.high))
