"""A file's decisions as a plan: what is exported of it has the file's integers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_dynamic

from quantengine.cli.main import main
from quantengine.diff.joined import join
from quantengine.diff.reading import read_other
from quantengine.diff.taken import Taken, take_over
from quantengine.errors import PlanError
from quantengine.graph.model import FloatModel
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.rewrite.qdq import qdq_model
from tests.decoded import Decoded, decoded
from tests.engine.onnx_text import text_model
from tests.engine.test_diff import GRAPH, ROWS, normed, renamed, static, weights


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> FloatModel:
    return text_model(tmp_path_factory.mktemp("taken") / "float.onnx", GRAPH, weights())


def taken(model: FloatModel, path: Path) -> Taken:
    return take_over(join(model, read_other(path)))


def written(model: FloatModel, plan: QuantPlan) -> Decoded:
    """The plan, out as JSON and in again, as a file."""
    read = QuantPlan.from_json(json.loads(json.dumps(plan.to_json())))
    assert read == plan
    path = model.path.with_name("ours.onnx")
    path.write_bytes(qdq_model(model, resolve_plan(model, read).encodings).SerializeToString())
    return decoded(path)


def assert_same(ours: Decoded, theirs: Decoded) -> None:
    """Types, scales, zero points and codes, which with those are the values."""
    assert ours.activations == theirs.activations
    for mine, other in ((ours.constants, theirs.constants), (ours.biases, theirs.biases)):
        assert mine.keys() == other.keys()
        for name, one in mine.items():
            two = other[name]
            assert one.dtype == two.dtype
            assert np.array_equal(one.scale.ravel(), two.scale.ravel()), name
            assert np.array_equal(np.unique(one.zero), np.unique(two.zero)), name
            assert np.array_equal(one.values, two.values), name


@pytest.mark.parametrize(
    "words",
    [
        {"per_channel": True},
        {"per_channel": False},
        {"calibrate_method": CalibrationMethod.Percentile, "per_channel": True},
        {"activation_type": QuantType.QInt8, "per_channel": True},
        {"weight_type": QuantType.QUInt8},
    ],
    ids=["channel", "tensor", "percentile", "int8", "asymmetric"],
)
def test_what_is_taken_over_has_the_same_integers(model: FloatModel, words: dict[str, Any]) -> None:
    path = static(model.path, "theirs", **words)
    found = taken(model, path)
    assert not found.notes
    assert_same(written(model, found.plan), decoded(path))


def test_names_and_form_of_the_file_do_not_matter(model: FloatModel) -> None:
    expected = taken(model, static(model.path, "named", per_channel=True)).plan
    path = static(model.path, "codes", per_channel=True, quant_format=QuantFormat.QOperator)
    for other in (path, renamed(path)):
        found = taken(model, other).plan
        assert found.given == expected.given
        assert found.activations == expected.activations


def test_ranges_that_are_found_while_running_stay_so(model: FloatModel) -> None:
    path = model.path.with_name("dynamic.onnx")
    quantize_dynamic(model.path, path, weight_type=QuantType.QUInt8)
    plan = taken(model, path).plan
    assert plan.activations.dtype == "dynamic"
    assert {each.tensor for each in plan.given} == {"w1", "w2", "w3", "w4"}


def test_a_method_that_is_chosen_later_wins_over_given_scales(model: FloatModel) -> None:
    plan = taken(model, static(model.path, "tweaked", per_channel=True)).plan
    before = resolve_plan(model, plan).encodings.weights
    tweaked = plan.with_override("w3", method="mse")
    after = resolve_plan(model, tweaked).encodings.weights
    assert not np.array_equal(after["w3"].scale, before["w3"].scale)
    assert np.array_equal(after["w1"].scale, before["w1"].scale)
    wide = resolve_plan(model, plan.with_override("w3", **{"weights.bits": 4})).encodings.weights
    assert wide["w3"].dtype.name == "int4"
    assert not np.array_equal(wide["w3"].scale, before["w3"].scale)


def test_scales_of_another_model_are_refused(model: FloatModel) -> None:
    plan = taken(model, static(model.path, "whole", per_channel=True)).plan.to_json()
    plan["given"][0]["scale"] = [1.0, 2.0]
    with pytest.raises(PlanError, match="made for another model"):
        resolve_plan(model, QuantPlan.from_json(plan))
    plan["given"][0]["scale"] = [0.0]
    with pytest.raises(PlanError, match="above zero"):
        QuantPlan.from_json(plan)


def test_a_float_file_has_nothing_to_take_over(model: FloatModel) -> None:
    with pytest.raises(PlanError, match="nothing to take over"):
        taken(model, model.path)


def test_our_own_file_comes_back_through_the_command(model: FloatModel) -> None:
    folder = model.path.parent
    np.save(folder / "x.npy", ROWS)
    data, float_file = ["--data", str(folder / "x.npy"), "-q"], str(model.path)
    ours, plan, again = (str(folder / name) for name in ("a.onnx", "plan.json", "b.onnx"))
    made = ["quantize", float_file, *data, "-o", ours, "--recover", "none"]
    assert main([*made, "--set", "Conv_c:weights.granularity=tensor"]) == 0
    assert main(["diff", float_file, ours, *data, "--save-plan", plan]) == 0
    assert main(["quantize", float_file, *data, "--plan", plan, "-o", again]) == 0
    assert_same(decoded(Path(again)), decoded(Path(ours)))


def test_a_weight_takes_in_a_batch_norm_with_its_codes(tmp_path: Path) -> None:
    model = normed(tmp_path)
    path = static(model.path, "apart", per_channel=True)
    found = taken(model, path)
    assert ["values that the float model does not have" in note for note in found.notes] == [True]
    encodings = resolve_plan(model, found.plan).encodings
    for tensor in encodings.weights:
        stored = {t.name: t for t in onnx.load(path).graph.initializer}
        codes = numpy_helper.to_array(stored[f"{tensor.split('_')[0]}_quantized"])
        mine = encodings.codes_of(tensor, model.weight(tensor))
        assert np.array_equal(np.abs(mine), np.abs(codes.astype(np.int32)))


def test_packed_weights_come_back_packed(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    graph = "g (float[n,64] x) => (float[n,32] y) { a = MatMul(x, w) b = Relu(a) y = MatMul(b, v) }"
    shapes = {"w": (64, 96), "v": (96, 32)}
    values = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    model = text_model(tmp_path / "float.onnx", graph, values)
    np.save(tmp_path / "x.npy", rng.normal(size=(4, 64)).astype(np.float32))
    data, files = ["--data", str(tmp_path / "x.npy"), "-q"], [tmp_path / n for n in ("a", "b")]
    nbits, plan = ["--format", "nbits", "--force"], str(tmp_path / "plan.json")
    made = ["quantize", str(model.path), *data, *nbits, "-o"]
    assert main([*made, str(files[0]), "--target", "onnxruntime-weights", "--recover", "none"]) == 0
    assert main(["diff", str(model.path), str(files[0]), *data, "--save-plan", plan]) == 0
    assert main([*made, str(files[1]), "--plan", plan]) == 0
    one, two = ({t.name: t for t in onnx.load(file).graph.initializer} for file in files)
    assert one.keys() == two.keys()
    for name, tensor in one.items():
        same = np.array_equal(numpy_helper.to_array(tensor), numpy_helper.to_array(two[name]))
        assert same, name
