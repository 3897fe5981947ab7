"""What opening rewrites is compared with the file, and refused by name where it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper, parser

from quantengine.analyze.evaluate import evaluate
from quantengine.data.open import in_memory
from quantengine.errors import ExportError, ModelError
from quantengine.export import raised
from quantengine.export.export import export_model
from quantengine.export.options import ExportOptions
from quantengine.export.raised import check_raised
from quantengine.graph import constants, fold, half, opset
from quantengine.graph.load import open_model as load_model
from quantengine.monitor import Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import open_model_data
from quantengine.observe.taps import model_taps
from quantengine.opening.check import check_on_data, check_on_seeds
from quantengine.opening.open import open_model
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.rewrite.opset import at_opset

IMAGE = np.random.default_rng(3).standard_normal((2, 3, 4, 5)).astype(np.float32)


class Listener(Monitor):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)


def save(path: Path, graph: str, version: int, **weights: Any) -> Path:
    proto = parser.parse_model(f'<ir_version: 8, opset_import: ["" : {version}]>\n{graph}')
    for name, values in weights.items():
        proto.graph.initializer.append(numpy_helper.from_array(np.asarray(values), name))
    onnx.save(proto, path)
    return path


def normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(len(shape)).standard_normal(shape).astype(np.float32)


def enlarging(path: Path) -> Path:
    text = """g (float[N, 3, 4, 5] x) => (float[N, 3, 8, 10] y) {
      a = Relu(x)  u = Upsample<mode="linear">(a, s)  y = Neg(u) }"""
    return save(path, text, 9, s=np.asarray([1, 1, 2, 2], np.float32))


def softmaxes(path: Path) -> Path:
    text = """g (float[N, 3, 4, 5] x) => (float[N, 3, 4, 5] y) {
      a = Abs(x)  h = Hardmax<axis=1>(a)  y = Neg(h) }"""
    return save(path, text, 11)


def normed(path: Path) -> Path:
    text = """g (float[N, 3, 4, 5] x) => (float[N, 4, 2, 3] y) {
      c = Conv(x, w)  n = BatchNormalization(c, s, b, m, v)  y = Relu(n) }"""
    parts = {name: np.abs(normal(4)) + 0.5 for name in "sbmv"}
    return save(path, text, 17, w=normal(4, 3, 3, 3), **parts)


def passed_on(path: Path) -> Path:
    text = """g (float[N, 3, 4, 5] x) => (float[N, 3, 4, 5] y) {
      a = Neg(x)  [skip] i = Identity(a)  y = Relu(i) }"""
    return save(path, text, 17)


def transposed(path: Path) -> Path:
    text = """g (float[N, 3, 4, 5] x) => (float[N, 3, 4, 5] y) {
      t = Transpose(w)  y = MatMul(x, t) }"""
    return save(path, text, 17, w=normal(5, 5))


def halved(path: Path) -> Path:
    text = """g (float16[N, 3, 4, 5] x) => (float16[N, 3, 4, 5] y) {
      a = Neg(x)  [scaled] m = Mul(a, w)  y = Relu(m) }"""
    return save(path, text, 17, w=normal(5).astype(np.float16))


FILES = (enlarging, softmaxes, normed, passed_on, transposed, halved)


@pytest.mark.parametrize("make", FILES)
def test_right_rewrites_are_believed_without_a_word(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    model = open_model(make(tmp_path / "m.onnx"))
    assert model.origin.rewrites
    assert check_on_seeds(model) == []
    listener = Listener()
    check_on_data(model, in_memory({"x": IMAGE}), monitor=listener)
    assert listener.said == []


def _without_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opset, "place_samples", lambda *_: None)


def _without_flattening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opset, "flatten_softmax", lambda *_: None)


def _with_a_wrong_norm(monkeypatch: pytest.MonkeyPatch) -> None:
    right = fold.batch_norm

    def wrong(*args: Any) -> Any:
        found = right(*args)
        return found and type(found)(found.scale, found.shift + 0.01)

    monkeypatch.setattr(fold, "batch_norm", wrong)


def _with_a_dropped_relu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "_is_idle_dropout", lambda node, *_: node.op_type == "Neg")


def _with_a_wrong_constant(monkeypatch: pytest.MonkeyPatch) -> None:
    right = constants.computed

    def wrong(node: onnx.NodeProto, inputs: Any, version: int) -> Any:
        return numpy_helper.from_array(numpy_helper.to_array(right(node, inputs, version)).T)

    monkeypatch.setattr(constants, "computed", wrong)


def _with_coarse_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(tensor: onnx.TensorProto) -> None:
        values = numpy_helper.to_array(tensor).astype(np.float32).round(0)
        tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))

    monkeypatch.setattr(half, "_convert_tensor", wrong)


@pytest.mark.parametrize(
    ("make", "plant", "node", "rewrite"),
    [
        (enlarging, _without_samples, "Upsample_u", "opset 9 to 17"),
        (softmaxes, _without_flattening, "Hardmax_h", "opset 11 to 17"),
        (normed, _with_a_wrong_norm, "BatchNormalization_n", "BatchNormalization folded"),
        (passed_on, _with_a_dropped_relu, "Neg_a", "Neg left out"),
        (transposed, _with_a_wrong_constant, "Transpose_t", "Transpose made a constant"),
        (halved, _with_coarse_halves, "scaled", "half precision to float32"),
    ],
)
def test_a_wrong_rewrite_is_refused_naming_its_node(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Path], Path],
    plant: Callable[[pytest.MonkeyPatch], None],
    node: str,
    rewrite: str,
) -> None:
    plant(monkeypatch)
    path = make(tmp_path / "m.onnx")
    said = rf"'{node}' gives \(.*{rewrite}"
    with pytest.raises(ModelError, match=said):
        open_model(path)
    model = load_model(path)
    data = tmp_path / "x.npy"
    np.save(data, IMAGE.astype(np.float16 if make is halved else np.float32))
    with pytest.raises(ModelError, match=said):
        open_model_data(model, data)


def test_nan_that_the_file_does_not_give_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = numpy_helper.from_array(np.full((5, 5), np.nan, np.float32))
    monkeypatch.setattr(constants, "computed", lambda *_: bad)
    path = transposed(tmp_path / "m.onnx")
    with pytest.raises(ModelError, match=r"Transpose_t.*NaN"):
        open_model(path)


def test_a_network_that_amplifies_is_accepted_and_said(tmp_path: Path) -> None:
    """A batch norm before sine of a large number: the outputs tell rounding apart, nodes do not."""
    text = """g (float[N, 3, 4, 5] x) => (float[N, 4, 2, 3] y) {
      c = Conv(x, w)  n = BatchNormalization(c, s, b, m, v)  k = Mul(n, large)  y = Sin(k) }"""
    parts = {name: np.abs(normal(4)) + 0.5 for name in "sbmv"}
    path = save(tmp_path / "m.onnx", text, 17, w=normal(4, 3, 3, 3), large=np.float32(1e5), **parts)
    model = open_model(path)
    assert any("amplifies rounding" in note for note in model.notes)


def test_without_inputs_it_runs_on_the_check_waits_for_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = """g (float[N, 60] x, int64[N, 3] size) => (float[a, b, c] y) {
      f = Reshape(size, flat)  s = Add(f, more)  r = Reshape(x, s)  y = Hardmax<axis=0>(r) }"""
    path = save(tmp_path / "m.onnx", text, 11, flat=np.asarray([-1]), more=np.asarray([2]))
    assert any("once there is data" in note for note in open_model(path).notes)
    data = in_memory({"x": IMAGE.reshape(2, 60), "size": [[1, 2, 3], [3, 2, 1]]})
    check_on_data(open_model(path), data)
    _without_flattening(monkeypatch)
    model = open_model(path)
    with pytest.raises(ModelError, match="Hardmax_y"):
        check_on_data(model, data)


def test_tokens_of_a_small_table_can_be_made_up(tmp_path: Path) -> None:
    text = """g (int64[batch, tokens] ids) => (float[batch, tokens, 4] y) {
      e = Gather(table, ids)  i = Identity(e)  y = Softmax<axis=2>(i) }"""
    path = save(tmp_path / "m.onnx", text, 11, table=normal(2, 4))
    assert not any("once there is data" in note for note in open_model(path).notes)


def test_a_file_that_needs_no_rewrite_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path / "m.onnx", "g (float[N, 3] x) => (float[N, 3] y) { y = Relu(x) }", 17)

    def never(*_: Any) -> None:
        raise AssertionError("run")

    monkeypatch.setattr("quantengine.opening.check.reference_session", never)
    assert open_model(path).origin.rewrites == ()


def test_a_wrong_raise_of_the_opset_is_refused_naming_its_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = """g (float[N, 3, 4, 5] x) => (float[N, 3, 4, 5] y) {
      a = MatMul(x, w)  [flow] f = LeakyRelu<alpha=0.4>(a)  y = MatMul(f, w) }"""
    model = open_model(save(tmp_path / "m.onnx", text, 17, w=normal(5, 5)))
    probes = [{"x": IMAGE[:1]}]
    check_raised(model, 21, probes)

    def dropped(proto: onnx.ModelProto, version: int) -> onnx.ModelProto:
        found = at_opset(proto, version)
        del found.graph.node[1].attribute[:]
        return found

    monkeypatch.setattr(raised, "at_opset", dropped)
    with pytest.raises(ExportError, match="from opset 17 to 21 changes what node 'flow' gives"):
        check_raised(model, 21, probes)


@pytest.mark.parametrize("form", ["qdq", "qoperator"])
def test_a_file_of_an_old_opset_is_quantized_near_its_own_outputs(
    tmp_path: Path, form: str
) -> None:
    """A linear Upsample samples at i / scale: what was written is held against the file itself."""
    text = """g (float[N, 3, 8, 8] x) => (float[N, 6, 16, 16] y) {
      a = Conv<pads=[1,1,1,1]>(x, w1)  r = Relu(a)  u = Upsample<mode="linear">(r, s)
      y = Conv<pads=[1,1,1,1]>(u, w2) }"""
    weights = {"w1": normal(8, 3, 3, 3) / 5, "w2": normal(6, 8, 3, 3) / 8}
    path = save(tmp_path / "m.onnx", text, 9, s=np.asarray([1, 1, 2, 2], np.float32), **weights)
    rows = np.random.default_rng(0).standard_normal((12, 3, 8, 8)).astype(np.float32)
    data, written = in_memory({"x": rows}), tmp_path / "q.onnx"
    model = open_model(path)
    table = calibrate(model, data, model_taps(model))
    resolution = resolve_plan(model, QuantPlan(), table)
    export_model(model, resolution, written, ExportOptions(form), probes=[{"x": rows[:1]}])
    assert evaluate(path, written, data).verdict.sqnr_db > 30
