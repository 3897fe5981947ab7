"""Tables of other tools read as a plan: out and in again it is the same, and names are told."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path

import numpy as np
import pytest
from onnxruntime.quantization import CalibrationMethod, create_calibrator
from onnxruntime.quantization.calibrate import save_tensors_data

from quantengine.cli.main import main
from quantengine.errors import PlanError
from quantengine.graph.model import FloatModel
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.tables.reading import read_text
from quantengine.tables.registry import TABLES
from quantengine.tables.taken_in import TakenIn, take_in
from tests.decoded import decoded
from tests.engine.onnx_text import text_model
from tests.engine.small_network import network
from tests.engine.test_tables import NORMED, ROWS, Reader, encodings, written

OTHER = ("--method", "minmax", "--weight-method", "minmax")
"""What would choose other scales than the default does."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    network(folder)
    np.save(folder / "x.npy", ROWS)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> FloatModel:
    return network(tmp_path_factory.mktemp("model"))


def in_again(folder: Path, to: str, *flags: str) -> dict[str, tuple[str, np.ndarray, np.ndarray]]:
    """Types, scales and zero points of a plan with other methods and what `to` said."""
    written(folder, to, *flags)
    return encodings(folder, *flags, *OTHER, "--encodings", str(folder / f"{to}.txt"))


def taken(model: FloatModel, text: str, plan: QuantPlan | None = None) -> TakenIn:
    path = model.path.with_name("table.txt")
    path.write_text(text, encoding="utf-8")
    return take_in(model, plan or QuantPlan(), path)


def assert_same(one: dict[str, object], other: dict[str, object], *names: str) -> None:
    for name in names or one:
        assert str(one[name]) == str(other[name]), name


@pytest.mark.parametrize("to", ["aimet-0.6", "aimet-1.0", "aimet-2.0", "onnxruntime", "csv"])
@pytest.mark.parametrize("flags", [(), ("--activations", "int8"), ("--target", "tensorrt")])
def test_out_and_in_again_gives_the_same_scales(
    small: Path, to: str, flags: tuple[str, ...]
) -> None:
    ours = encodings(small, *flags)
    assert str(ours) != str(encodings(small, *flags, *OTHER))
    assert_same(ours, in_again(small, to, *flags))


def test_blocks_and_rounded_outputs_come_back(small: Path) -> None:
    flags = ("--weights", "int4", "--granularity", "block:2")
    ours = encodings(small, *flags)
    for to in ("aimet-2.0", "csv"):
        assert_same(ours, in_again(small, to, *flags))


def test_what_tables_without_zero_points_say_comes_back(small: Path) -> None:
    flags = ("--target", "tensorrt")
    ours = encodings(small, *flags)
    values = [name for name in ours if not name.startswith("w")]
    for to in ("tensorrt", "tpu-mlir"):
        assert_same(ours, in_again(small, to, *flags), *values)
    assert_same(ours, in_again(small, "ncnn", *flags), "x", "b", "w1", "w2")
    unsigned = encodings(small)
    assert_same(unsigned, in_again(small, "tpu-mlir"), *values)


def test_layers_that_a_table_leaves_float_are_float(small: Path) -> None:
    for to in ("ncnn", "tpu-mlir-qtable"):
        found = in_again(small, to, "--keep-float", "Conv_c")
        assert "w2" not in found and "w1" in found


def test_where_all_is_said_no_data_is_needed(small: Path) -> None:
    written(small, "onnxruntime")
    argv = ["export-encodings", str(small / "network.onnx"), "--to", "csv", "-o"]
    argv += [str(small / "again.csv"), "--encodings", str(small / "onnxruntime.txt")]
    assert main([*argv, "-q"]) == 0
    assert (small / "again.csv").read_text("utf-8") == written(small, "csv")
    argv = ["quantize", str(small / "network.onnx"), "--data", str(small / "x.npy"), *OTHER, "-q"]
    argv += ["-o", str(small / "q.onnx"), "--encodings", str(small / "onnxruntime.txt")]
    assert main(argv) == 0
    ours = encodings(small)
    for name, each in decoded(small / "q.onnx").constants.items():
        assert np.array_equal(each.scale.ravel(), ours[name][1].astype(np.float32)), name


@pytest.mark.parametrize("way", [CalibrationMethod.MinMax, CalibrationMethod.Percentile])
def test_what_onnxruntimes_calibration_found(
    model: FloatModel, tmp_path: Path, way: CalibrationMethod
) -> None:
    graph, cache = tmp_path / "augmented.onnx", tmp_path / "cache.json"
    calibrator = create_calibrator(model.path, augmented_model_path=graph, calibrate_method=way)
    calibrator.collect_data(Reader())
    data = calibrator.compute_data()
    save_tensors_data(data, cache)
    found = take_in(model, QuantPlan(), cache)
    assert found.format == "onnxruntime-cache" and found.activations >= 4
    encoding = resolve_plan(model, found.plan).encodings.activations["b"]
    low, high = (float(np.ravel(end)[0]) for end in data["b"].range_value)
    assert min(low, 0) == pytest.approx(float(encoding.low), abs=float(encoding.scale))
    assert high == pytest.approx(float(encoding.high), abs=float(encoding.scale))


def test_names_that_are_not_there_are_told_with_what_they_are_like(model: FloatModel) -> None:
    word = struct.pack(">f", 0.5).hex()
    found = taken(model, f"TRT-8601-EntropyCalibration2\nx: {word}\n/b_: {word}\nyy: {word}\n")
    assert found.unknown == ("yy",) and found.activations == 2
    assert any("'yy' (y?)" in note for note in found.notes)
    assert any("come from the statistics: " in note for note in found.notes)
    with pytest.raises(PlanError, match=r"nothing for this model: Names .*yy"):
        taken(model, f"TRT-8601-EntropyCalibration2\nyy: {word}\n")


COMMANDS = {
    "analyze": (),
    "sensitivity": (),
    "quantize": ("-o", "OUT"),
    "sweep": ("--methods", "minmax"),
    "sweep --bits": ("--bits", "8"),
    "export-encodings": ("--to", "csv", "-o", "OUT"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_programs_hear_what_of_a_table_was_taken_and_what_not(
    command: str, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = small / "calibration.cache"
    words = f"TRT-8601-EntropyCalibration2\nx: {struct.pack('>f', 0.5).hex()}\nyy: 3c010a14\n"
    table.write_text(words, encoding="utf-8")
    flags = [str(small / "out") if flag == "OUT" else flag for flag in COMMANDS[command]]
    argv = [command.partition(" ")[0], str(small / "network.onnx"), *flags]
    argv += ["--data", str(small / "x.npy")]
    assert main([*argv, "-q", "--json", "--encodings", str(table)]) == 0
    found = json.loads(capsys.readouterr().out)["encodings_taken"]
    assert found["file"] == str(table) and found["format"] == "tensorrt"
    assert (found["activations"], found["weights"], found["unknown"]) == (1, 0, ["yy"])
    assert any("'yy' (y?)" in note for note in found["notes"])
    assert main([*argv, "-q", "--json"]) == 0
    assert "encodings_taken" not in json.loads(capsys.readouterr().out)


LISTED = {"name": "w1", "dtype": "INT", "bw": 4, "is_sym": True, "scale": [1.0], "offset": [-8]}
ACTIVATION = {"name": "b", "bw": 8, "is_sym": False, "scale": [0.02], "offset": [0]}
LPBQ = {"compressed_bw": 4, "per_block_int_scale": [3, 5], "block_size": 2}
NEWEST = {"name": "w1", "output_dtype": "int4", "per_channel_float_scale": [0.1], **LPBQ}
BLOCKS = {
    "1.0 per block": {"param_encodings": [{**LISTED, "enc_type": "PER_BLOCK", "block_size": 2}]},
    "1.0 LPBQ": {"param_encodings": [{**LISTED, "enc_type": "LPBQ", **LPBQ}]},
    "2.0 LPBQ": {"encodings": [NEWEST]},
}


@pytest.mark.parametrize("form", BLOCKS)
def test_blocks_that_are_not_read_are_listed_and_the_rest_is_taken(
    form: str, model: FloatModel
) -> None:
    activation = {**ACTIVATION, "dtype": "INT", "enc_type": "PER_TENSOR"}
    found = taken(model, json.dumps({"activation_encodings": [activation], **BLOCKS[form]}))
    assert (found.activations, found.weights, found.unknown) == (1, 0, ())
    assert any("in a way that is not read here: w1" in note for note in found.notes)


def test_a_plan_that_says_more_of_a_weight_wins_and_that_is_told(model: FloatModel) -> None:
    entry = {"bitwidth": 8, "is_symmetric": "True", "scale": 0.1, "offset": -128}
    text = json.dumps({"param_encodings": {"w1": [entry] * 4, "w2": [entry] * 3, "b1": [entry]}})
    plan = QuantPlan().with_override("Conv_a", **{"weights.method": "minmax"})
    found = taken(model, text)
    assert found.weights == 1 and len(found.plan.given[0].scale) == 4
    assert any(note.endswith("nor blocks: w2.") for note in found.notes)
    with pytest.raises(PlanError, match=r"how scales of these are chosen.*w1"):
        taken(model, json.dumps({"param_encodings": {"w1": [entry] * 4}}), plan)
    with pytest.raises(PlanError, match="each channel of an activation"):
        taken(model, json.dumps({"activation_encodings": {"x": [entry] * 3}}))


def test_weights_that_opening_changed_take_scales_that_fit_them(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    shapes = {"w": (4, 3, 3, 3), "u": (4, 4, 1, 1), "s": (4,), "b": (4,), "m": (4,), "v": (4,)}
    weights = {name: rng.uniform(4, 9, size=s).astype(np.float32) for name, s in shapes.items()}
    folded = text_model(tmp_path / "normed.onnx", NORMED, weights)
    for values, count in ((folded.weight("w"), 2), (weights["w"], 1)):
        scale = (np.abs(values).max(axis=(1, 2, 3)) / 127).tolist()
        entry = {"output_dtype": "int8", "y_scale": scale, "axis": 0}
        other = {"name": "u", "output_dtype": "int8", "y_scale": 0.1}
        found = taken(folded, json.dumps({"encodings": [{"name": "w", **entry}, other]}))
        assert found.weights == count
        assert any("export-encodings" in note for note in found.notes) == (count == 1)


SOUND = {
    "aimet-0.6": '{"activation_encodings": {"b": [{"bitwidth": 8, "min": 0, "max": 2.55}]}}',
    "aimet-1.0": '{"activation_encodings": [{"name": "b", "bw": 8, "scale": [1], "offset": [0]}]}',
    "aimet-2.0": '{"encodings": [{"name": "b", "output_dtype": "uint8", "y_scale": 0.1}]}',
    "onnxruntime": '{"b": [{"quant_type": "QUInt8", "rmin": 0.0, "rmax": 2.0}]}',
    "onnxruntime-cache": '{"b": {"CLS": "TensorData", "lowest": 0.0, "highest": {"data": [2.0]}}}',
    "tensorrt": "TRT-1\nb: 3c010a14\n",
    "ncnn": "Conv_a_param_0 1 2 3 4\nConv_c 5\n",
    "tpu-mlir": "# op_name threshold min max\nb_Relu 2 0 2\n",
    "tpu-mlir-qtable": "# op_name quantize_mode\nb_Conv F16\n",
    "csv": "tensor,dtype,scale,zero_point\nb,uint8,0.1,0\n",
}


@pytest.mark.parametrize("name", SOUND)
def test_a_damaged_table_is_refused_in_words(name: str, model: FloatModel) -> None:
    """Every number and word of a sound one made something else."""
    assert {each.name for each in TABLES.values() if each.read is not None} == set(SOUND)
    assert read_text(SOUND[name], "t", model)[0].name == name
    refused = 0
    for place in re.finditer(r"[-\w.]+", SOUND[name]):
        for other in ("-1", "1e400", "nan", "null", "[]", "{}", '""', "9" * 50, "x"):
            text = SOUND[name][: place.start()] + other + SOUND[name][place.end() :]
            try:
                taken(model, text)
            except PlanError as error:
                refused += 1
                assert str(error)
    assert refused > 10
