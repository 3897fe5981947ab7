from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from quantengine.analyze.latency import median_latencies_ms
from quantengine.bundled import demo_data, demo_images, demo_model
from quantengine.cli.main import COMMANDS, main
from quantengine.observe.table_file import read_table
from tests.engine.same_bits import bits

MODEL = str(demo_model())
IMAGES = ("--data", str(demo_images()), "--preset", "imagenet")
CALIB = ("--data", str(demo_data()), "--images", "calib_images", "--preset", "imagenet")
HELD_OUT = (
    *("--data", str(demo_data()), "--images", "eval_images", "--labels", "eval_labels"),
    *("--preset", "imagenet", "--limit", "100"),
)
EVALUATION = {
    *("top1_reference", "top1_candidate", "top5_reference", "top5_candidate", "agreement"),
    *("sqnr_db", "cosine", "bytes_reference", "bytes_candidate"),
    *("latency_ms_reference", "latency_ms_candidate", "samples", "equal", "missing"),
    *("doubt", "worst", "outputs", "task", "figures", "clamped"),
}

Captured = pytest.CaptureFixture[str]


def answer(capsys: Captured, *argv: str) -> dict[str, Any]:
    """The one JSON object a command prints."""
    assert main([*argv, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def complaint(capsys: Captured, *argv: str) -> str:
    """The one sentence a command that is used wrongly prints."""
    capsys.readouterr()
    try:
        code = main([*argv])
    except SystemExit as ended:
        code = ended.code
    captured = capsys.readouterr()
    assert code == 2
    assert captured.out == ""
    last = captured.err.splitlines()[-1]
    assert last.startswith("quantengine: ")
    assert "Traceback" not in captured.err
    return last


@pytest.fixture(autouse=True)
def short_latency(monkeypatch: pytest.MonkeyPatch) -> None:
    """Latency is measured, but not for long."""
    brief = partial(median_latencies_ms, rounds=1, longest_s=0.01)
    monkeypatch.setattr("quantengine.analyze.model_pair.median_latencies_ms", brief)


@pytest.fixture(scope="module")
def quantized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "q.onnx"
    assert main(["quantize", MODEL, *IMAGES, "-o", str(path), "-q"]) == 0
    return path


def test_inspect_lists_layers_and_reasons(capsys: Captured) -> None:
    found = answer(capsys, "inspect", MODEL)
    layers = {layer["name"]: layer for layer in found["layers"]}
    assert layers["stem.conv"]["quantized"] is True
    assert layers["stem.conv"]["output_shape"] == ["batch", 16, 16, 16]
    assert layers["stem.relu6"]["reason"] == "part of stem.conv"
    assert found["inputs"] == [{"name": "image", "type": "float", "shape": ["batch", 3, 32, 32]}]
    assert found["parameters"] == sum(x["parameters"] for x in found["layers"]) - 2 * 11
    assert found["quantized_already"] is None


def test_inspect_prints_a_table_for_people(capsys: Captured) -> None:
    assert main(["inspect", MODEL]) == 0
    captured = capsys.readouterr()
    assert "block1.depthwise.conv" in captured.out
    assert "12 more are part of the layer before them: 12 Clip." in captured.out
    assert "Folded into" in captured.err
    assert "\x1b" not in captured.out + captured.err


def test_inspect_shows_a_quantized_model_read_only(capsys: Captured, quantized: Path) -> None:
    found = answer(capsys, "inspect", str(quantized))
    assert found["quantized_already"]
    assert not any(layer["quantized"] for layer in found["layers"])
    assert main(["inspect", str(quantized)]) == 0
    assert "Read-only" in capsys.readouterr().out


def test_a_quantized_model_is_not_quantized_again(
    capsys: Captured, quantized: Path, tmp_path: Path
) -> None:
    output = tmp_path / "again.onnx"
    assert "quantized already" in complaint(
        capsys, "quantize", str(quantized), *IMAGES, "-o", str(output)
    )
    assert not list(tmp_path.iterdir())


def test_quantize_writes_model_report_and_plan(capsys: Captured, tmp_path: Path) -> None:
    output, report, plan = (tmp_path / name for name in ("q.onnx", "report.json", "plan.json"))
    found = answer(
        capsys,
        *("quantize", MODEL, *IMAGES, "-o", str(output), "--report", str(report)),
        *("--save-plan", str(plan), "--keep-float", "classify", "--set", "top.conv:weights.bits=4"),
    )
    assert json.loads(report.read_text()) == found
    assert json.loads(plan.read_text()) == {
        "version": 2,
        "plan": found["plan"],
        "recipe": {"steps": ["judged", "bias"], "training": None},
    }
    layers = {layer["name"]: layer for layer in found["layers"]}
    assert layers["classify"]["reason"] == "kept float by the plan"
    assert (layers["top.conv"]["weights"], layers["top.conv"]["activations"]) == ("int4", "uint8")
    stem = layers["stem.conv"]
    assert (stem["weights"], stem["granularity"]) == ("int8", "channel")
    # 432 codes, 16 scales with their zero points, 16 biases
    assert (stem["bytes_before"], stem["bytes_after"]) == (448 * 4, 432 + 16 * 5 + 16 * 4)
    assert stem["low"] == 0 < stem["high"] <= 6
    assert found["bytes_after"] == output.stat().st_size < found["bytes_before"]
    assert found["samples"] == 8
    onnx.checker.check_model(onnx.load(output))
    again = tmp_path / "again.onnx"
    second = answer(capsys, "quantize", MODEL, *IMAGES, "-o", str(again), "--plan", str(plan))
    assert second["layers"] == found["layers"]


def test_quantize_prints_a_table_for_people(capsys: Captured, tmp_path: Path) -> None:
    assert main(["quantize", MODEL, *IMAGES, "-o", str(tmp_path / "q.onnx")]) == 0
    out = capsys.readouterr().out
    assert "int8/uint8" in out
    assert "Verified on 2 samples" in out
    assert "12 more are part of the layer before them: 12 Clip." in out


def test_forms_and_widths(capsys: Captured, tmp_path: Path) -> None:
    output = tmp_path / "q.onnx"
    answer(capsys, "quantize", MODEL, *IMAGES, "-o", str(output), "--format", "qoperator")
    assert any(node.op_type == "QLinearConv" for node in onnx.load(output).graph.node)
    found = answer(
        capsys, "quantize", MODEL, "-o", str(output), "--activations", "float", "--weights", "4"
    )
    assert found["samples"] == 0
    assert found["layers"][0]["weights"] == "int4"
    assert found["layers"][0]["activations"] is None


def test_stats_stand_in_for_data(capsys: Captured, tmp_path: Path) -> None:
    stats = tmp_path / "stats.npz"
    made = answer(capsys, "calibrate", MODEL, *IMAGES, "-o", str(stats), "--workers", "1")
    assert made["samples"] == 40
    image = next(tensor for tensor in made["tensors"] if tensor["name"] == "image")
    assert image["lowest_in"] in {f"{path.parent.name}/{path.name}" for path in images()}
    first = answer(capsys, "quantize", MODEL, *IMAGES, "-o", str(tmp_path / "a.onnx"))
    second = answer(
        capsys, "quantize", MODEL, "--stats", str(stats), "-o", str(tmp_path / "b.onnx")
    )
    assert first["layers"] == second["layers"]


def images() -> list[Path]:
    return list(demo_images().rglob("*.png"))


def test_a_cluster_says_what_to_install(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "quantengine.cluster.door", raising=False)
    asked = ("calibrate", MODEL, *CALIB, "-o", str(tmp_path / "s.npz"), "--on")
    assert f"{sys.executable} -m pip install " in complaint(capsys, *asked, "dask://127.0.0.1:1")
    assert "is no cluster" in complaint(capsys, *asked, "127.0.0.1:1")


def test_merged_shards_equal_the_whole(capsys: Captured, tmp_path: Path) -> None:
    paths = [str(tmp_path / f"{name}.npz") for name in ("a", "b", "ab", "whole")]
    for path, part in (
        (paths[0], ("--shard", "1/2")),
        (paths[1], ("--shard", "2/2")),
        (paths[3], ()),
    ):
        answer(capsys, "calibrate", MODEL, *CALIB, *part, "-o", path)
    merged = answer(capsys, "merge", paths[0], paths[1], "-o", paths[2])
    assert main(["merge", paths[3], "-o", str(tmp_path / "same.npz"), "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert merged["data_hash"] == whole["data_hash"]
    assert merged["tensors"] == whole["tensors"]
    assert merged["arithmetic"] == whole["arithmetic"]
    assert len(whole["arithmetic"]) == whole["arithmetic"][0]["threads"] == 1
    assert bits(read_table(paths[2])) == bits(read_table(paths[3]))
    few = ("--shard", "9/9", "--limit", "4", "-o", str(tmp_path / "no.npz"))
    assert "has no sample" in complaint(capsys, "calibrate", MODEL, *CALIB, *few)
    assert "no shard" in complaint(capsys, "calibrate", MODEL, *CALIB, "--shard", "0/2", "-o", "x")
    assert "in both tables" in complaint(capsys, "merge", paths[0], paths[3], "-o", paths[2])


def test_evaluate_has_the_promised_keys(capsys: Captured, quantized: Path) -> None:
    found = answer(capsys, "evaluate", MODEL, str(quantized), *HELD_OUT)
    assert set(found) == EVALUATION
    assert found["samples"] == 100
    assert found["top1_reference"] > 0.8
    assert found["agreement"] > 0.9
    assert found["bytes_candidate"] < found["bytes_reference"]
    assert main(["evaluate", MODEL, str(quantized), *HELD_OUT]) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in ("top-1", "agreement", "x as fast", "100 samples."))


def test_evaluate_without_labels_has_nulls(
    capsys: Captured, quantized: Path, tmp_path: Path
) -> None:
    data = tmp_path / "x.npy"
    np.save(data, np.random.default_rng(0).normal(size=(9, 3, 32, 32)).astype(np.float32))
    found = answer(capsys, "evaluate", MODEL, str(quantized), "--data", str(data))
    assert found["top1_reference"] is found["top5_candidate"] is None
    assert 0 <= found["agreement"] <= 1


def test_demo_shows_what_one_scale_for_all_channels_costs(
    capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = answer(capsys, "demo")
    assert [path.name for path in tmp_path.iterdir()] == ["demo_int8.onnx"]
    channel, tensor = found["per_channel"], found["per_tensor"]
    assert channel["top1_candidate"] > channel["top1_reference"] - 0.02
    assert tensor["top1_candidate"] < channel["top1_candidate"] - 0.02
    assert tensor["sqnr_db"] < channel["sqnr_db"] - 10
    assert found["quantize"]["samples"] == 8


def test_methods_lists_methods_and_targets(capsys: Captured) -> None:
    found = answer(capsys, "methods")
    assert {"minmax", "percentile", "mse", "entropy"} <= set(found["methods"])
    assert "onnxruntime-cpu" in found["targets"]
    assert main(["methods"]) == 0
    assert "percentile" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_json(command: str, capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (("inspect", "no.onnx"), "There is no file no.onnx"),
        (("inspect", "."), "is a folder"),
        (("inspect", "--bogus"), "see `quantengine inspect --help`"),
        (("conquer",), "invalid choice"),
        (("quantize", MODEL, "-o", "{out}"), "give --data or --stats"),
        (("quantize", MODEL, "-o", "no/such/out.onnx", *IMAGES), "There is no folder"),
        (("quantize", MODEL, "-o", ".", *IMAGES), "is a folder"),
        (("quantize", MODEL, "-o", MODEL, *IMAGES), "read by this command"),
        (("quantize", MODEL, "-o", "{out}", "--report", "{out}", *IMAGES), "same name"),
        (("quantize", MODEL, "-o", "{out}", "--data", "nowhere"), "'nowhere' does not exist"),
        (("quantize", MODEL, "-o", "{out}", *IMAGES, "--keep-float", "x*"), "matches no layer"),
        (("quantize", MODEL, "-o", "{out}", *IMAGES, "--set", "x*:bits=4"), "matches no layer"),
        (("quantize", MODEL, "-o", "{out}", *IMAGES, "--method", "magic"), "magic"),
        (("quantize", MODEL, "-o", "{out}", "--stats", MODEL), "demo.onnx"),
        (("calibrate", MODEL, "-o", "{out}", *IMAGES, "--resize", "8by8"), "not a size"),
        (("calibrate", MODEL, "-o", "{out}", *IMAGES, "--mean", "a,b"), "not a list of numbers"),
        (("calibrate", MODEL, "-o", "{out}", *IMAGES, "--memory", "lots"), "not a size"),
        (("calibrate", MODEL, "-o", "{out}", *IMAGES, "--map", "image"), "not INPUT=KEY"),
        (("evaluate", MODEL, "no.onnx", *IMAGES), "no.onnx"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(
    argv: tuple[str, ...], says: str, capsys: Captured, tmp_path: Path
) -> None:
    output = str(tmp_path / "out")
    assert says in complaint(capsys, *(part.replace("{out}", output) for part in argv))
    assert not list(tmp_path.iterdir())


def test_an_early_check_keeps_the_old_output(capsys: Captured, tmp_path: Path) -> None:
    output = tmp_path / "q.onnx"
    output.write_bytes(b"old")
    complaint(capsys, "quantize", MODEL, "-o", str(output), *IMAGES, "--keep-float", "nothing")
    assert output.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["q.onnx"]


SHARED = {
    "mobilenetv2": ("--data", "{data}/imagenet/calib", "--preset", "tf", "--limit", "4"),
    "resnet20_cifar10": (
        *("--data", "{data}/cifar10.npz", "--images", "eval_images"),
        *("--labels", "eval_labels", "--preset", "imagenet", "--limit", "16"),
    ),
    "mnist_cnn": (
        *("--data", "{data}/mnist.npz", "--images", "eval_images"),
        *("--labels", "eval_labels", "--preset", "raw", "--limit", "16"),
    ),
    "super_resolution_x3": (
        *("--data", "{data}/imagenet/calib", "--preset", "unit", "--luma"),
        *("--resize", "74", "--crop", "74", "--limit", "3"),
    ),
    "ultraface_rfb320": ("--data", "{data}/faces", "--mean", "127", "--std", "128", "--limit", "3"),
    "minilm_l6": (
        *("--data", "{data}/stsb_tokens.npz", "--map", "input_ids=calib_ids1"),
        *("--map", "attention_mask=calib_mask1", "--map", "token_type_ids=0", "--limit", "4"),
    ),
}


@pytest.mark.parametrize("name", SHARED)
def test_real_models_go_all_the_way(
    name: str, shared: Path, capsys: Captured, tmp_path: Path
) -> None:
    model, output = str(shared / "models" / f"{name}.onnx"), str(tmp_path / "q.onnx")
    stats = str(tmp_path / "stats.npz")
    data = [part.replace("{data}", str(shared / "data")) for part in SHARED[name]]
    assert any(layer["quantized"] for layer in answer(capsys, "inspect", model)["layers"])
    answer(capsys, "calibrate", model, *data, "-o", stats)
    report = answer(capsys, "quantize", model, *data, "--stats", stats, "-o", output)
    assert report["bytes_after"] < 0.6 * report["bytes_before"]
    found = answer(capsys, "evaluate", model, output, *data)
    assert set(found) == EVALUATION
    assert found["sqnr_db"] > 8
    is_classifier = name in ("mobilenetv2", "resnet20_cifar10", "mnist_cnn")
    assert (found["agreement"] is not None) == is_classifier
