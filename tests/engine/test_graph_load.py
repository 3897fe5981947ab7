"""A model as it is opened: names, constants, types, opsets, half precision."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper, parser

from quantengine.errors import Cancelled, ModelError
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.graph.walk import outer_reads, reads
from quantengine.monitor import Monitor
from quantengine.runtime import Session

FLOAT = TensorProto.FLOAT


def save(path: Path, text: str, **constants: np.ndarray) -> Path:
    """Writes a model from ONNX text, with initializers."""
    proto = parser.parse_model(text)
    proto.graph.initializer.extend(
        numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()
    )
    onnx.save(proto, path)
    return path


def normal(*shape: int, dtype: type = np.float32) -> np.ndarray:
    return np.random.default_rng(len(shape)).standard_normal(shape).astype(dtype)


def ops(model: FloatModel) -> list[str]:
    return [node.op_type for node in model.graph.node]


def same_outputs(path: Path, model: FloatModel, feeds: dict[str, np.ndarray]) -> None:
    expected = Session(path).run(feeds)
    found = Session(model.proto).run(feeds)
    assert expected.keys() == found.keys()
    for name, value in expected.items():
        assert found[name].dtype == value.dtype
        np.testing.assert_allclose(found[name], value, rtol=1e-4, atol=1e-5)


def test_unnamed_nodes_are_called_after_their_output_and_repeated_names_numbered(
    tmp_path: Path,
) -> None:
    path = save(
        tmp_path / "m.onnx",
        """<ir_version: 8, opset_import: ["": 17]>
        g (float[4] x) => (float[4] y) {
          h12 = Relu(x)
          [twin] a = Abs(h12)
          [twin] b = Neg(a)
          [Relu_y] c = Exp(b)
          y = Relu(c)
        }""",
    )
    model = open_model(path)
    names = [node.name for node in model.graph.node]
    assert names == ["Relu_h12", "twin", "twin_2", "Relu_y", "Relu_y_2"]
    assert open_model(path).graph.node[2].name == "twin_2"
    assert any("without a name" in note and "2" in note for note in model.notes)


def test_weights_behind_constant_identity_and_moves_become_initializers(tmp_path: Path) -> None:
    path = save(
        tmp_path / "m.onnx",
        """<ir_version: 8, opset_import: ["": 17]>
        g (float[N,3] x) => (float[N,4] y) {
          w1 = Identity(w)
          w2 = Transpose<perm=[1,0]>(w1)
          k = Constant<value=float[4] {1,2,3,4}>()
          axes = Constant<value_ints=[0]>()
          k2 = Unsqueeze(k, axes)
          [mm] m = MatMul(x, w2)
          i = Identity(m)
          r = Relu(i)
          drop = Dropout(r)
          y = Add(drop, k2)
        }""",
        w=normal(4, 3),
    )
    model = open_model(path)
    assert ops(model) == ["MatMul", "Relu", "Add"]
    assert set(model.initializers) == {"w2", "k2"}
    assert np.array_equal(model.constant("w2"), normal(4, 3).T)
    assert model.graph.node[1].input[0] == "m"
    same_outputs(path, model, {"x": normal(2, 3)})


def test_identity_and_training_dropout_stay_where_their_output_is_needed(tmp_path: Path) -> None:
    path = save(
        tmp_path / "m.onnx",
        """<ir_version: 8, opset_import: ["": 17]>
        g (float[4] x, bool c) => (float[4] y, float[4] z, float[4] d) {
          y = Identity(x)
          a = Abs(x)
          inner = Identity(a)
          z = If(c) <then_branch = t () => (float[4] o1) { o1 = Relu(inner) },
                     else_branch = e () => (float[4] o2) { o2 = Neg(inner) }>
          d, mask = Dropout(a, ratio, train)
        }""",
        ratio=np.float32(0.5),
        train=np.bool_(True),
    )
    model = open_model(path)
    assert ops(model) == ["Identity", "Abs", "Identity", "If", "Dropout"]
    assert any("Subgraphs stay float: 1 If" in note for note in model.notes)
    onnx.checker.check_model(model.proto, full_check=True)


def test_initializers_that_are_inputs_are_not_fed(tmp_path: Path) -> None:
    path = save(
        tmp_path / "m.onnx",
        """<ir_version: 3, opset_import: ["": 8]>
        g (float[N,1,4,4] x, float[2,1,3,3] w) => (float[N,2,4,4] y) {
          [first_conv] a = Conv<auto_pad="SAME_UPPER">(x, w)
          [act] y = Clip<min=0.0, max=6.0>(a)
        }""",
        w=normal(2, 1, 3, 3),
    )
    model = open_model(path)
    assert list(model.inputs) == ["x"]
    assert model.opset == 17
    assert [node.name for node in model.graph.node] == ["first_conv", "act"]
    assert any("opset 8 to 17" in note for note in model.notes)
    assert model.types["a"].shape == ("N", 2, 4, 4)
    same_outputs(path, model, {"x": normal(2, 1, 4, 4)})


def test_conversion_keeps_large_weights_and_names(tmp_path: Path) -> None:
    path = save(
        tmp_path / "m.onnx",
        """<ir_version: 5, opset_import: ["": 9]>
        g (float[1,4,2,2] x) => (float[1,128,4,4] y) {
          [up] u = Upsample<mode="nearest">(x, s)
          [conv] y = Conv(u, w)
        }""",
        s=np.array([1, 1, 2, 2], np.float32),
        w=normal(128, 4, 1, 1),
    )
    model = open_model(path)
    assert [(node.op_type, node.name) for node in model.graph.node] == [
        ("Resize", "up"),
        ("Conv", "conv"),
    ]
    same_outputs(path, model, {"x": normal(1, 4, 2, 2)})


def test_an_opset_before_7_is_refused(tmp_path: Path) -> None:
    text = """<ir_version: 3, opset_import: ["": {}]> g (float[4] x) => (float[4] y) {{
      y = Relu(x)
    }}"""
    with pytest.raises(ModelError, match="opset 6"):
        open_model(save(tmp_path / "old.onnx", text.format(6)))
    assert open_model(save(tmp_path / "new.onnx", text.format(7))).opset == 17


def test_the_newest_opset_opens(tmp_path: Path) -> None:
    newest = onnx.defs.onnx_opset_version()
    text = f"""<ir_version: 8, opset_import: ["": {newest}]>
    g (float[4] x) => (float[4] y) {{ y = Relu(x) }}"""
    assert open_model(save(tmp_path / "m.onnx", text)).opset == newest


def test_half_precision_is_computed_in_float32_between_casts(tmp_path: Path) -> None:
    path = save(
        tmp_path / "m.onnx",
        """<ir_version: 8, opset_import: ["": 17]>
        g (float16[N,3,4,4] x, bool c) => (float16[N,2,8,8] y, float16[N,2,4,4] z) {
          [conv] a = Conv(x, w)
          [f] f = Cast<to=1>(a)
          [h] h = Cast<to=10>(f)
          k = Constant<value_float=2.0>()
          kh = Cast<to=10>(k)
          [mul] m = Mul(h, kh)
          [up] y = Resize<mode="nearest">(m, roi, scales)
          [if] z = If(c) <then_branch = t () => (float16[N,2,4,4] o1) { o1 = Relu(m) },
                          else_branch = e () => (float16[N,2,4,4] o2) { o2 = Neg(m) }>
        }""",
        w=normal(2, 3, 1, 1, dtype=np.float16),
        roi=np.zeros(0, np.float16),
        scales=np.array([1, 1, 2, 2], np.float32),
    )
    model = open_model(path)
    assert model.inputs["x"].element == TensorProto.FLOAT16
    assert {kind.element for kind in model.outputs.values()} == {TensorProto.FLOAT16}
    assert model.types["m"].element == FLOAT
    assert model.constant("w").dtype == np.float32
    assert any("half precision" in note for note in model.notes)
    onnx.checker.check_model(model.proto, full_check=True)
    feeds = {"x": normal(2, 3, 4, 4, dtype=np.float16), "c": np.array(True)}
    expected, found = Session(path).run(feeds), Session(model.proto).run(feeds)
    for name, value in expected.items():
        assert found[name].dtype == np.float16
        np.testing.assert_allclose(found[name], value, rtol=5e-3, atol=5e-3)


def test_quantized_models_are_read_only(tmp_path: Path) -> None:
    path = save(
        tmp_path / "m.onnx",
        """<ir_version: 8, opset_import: ["": 17]>
        g (float[4] x) => (float[4] y) {
          q = QuantizeLinear(x, s, z)
          y = DequantizeLinear(q, s, z)
        }""",
        s=np.float32(0.1),
        z=np.uint8(3),
    )
    quantized = open_model(path).quantized
    assert quantized is not None
    assert "1 DequantizeLinear, 1 QuantizeLinear" in quantized


def test_types_cover_every_tensor_also_of_unknown_operators(tmp_path: Path) -> None:
    path = save(
        tmp_path / "m.onnx",
        """<ir_version: 8, opset_import: ["": 17, "my.own": 1]>
        g (int64[N,S] ids) => (float[N,S,8] y) {
          e = Gather(table, ids)
          u = my.own.Mystery(e)
          y = Relu(u)
        }""",
        table=normal(5, 8),
    )
    model = open_model(path)
    assert model.types["e"].shape == ("N", "S", 8)
    assert model.types["ids"].element == TensorProto.INT64
    assert model.types["table"].shape == (5, 8)
    assert not model.types["u"].is_float
    assert any("'u'" in note for note in model.notes)
    assert any("my.own" in note for note in model.notes)


def test_a_constant_has_the_type_of_its_value_whatever_is_said_of_it(tmp_path: Path) -> None:
    path = save(
        tmp_path / "m.onnx",
        """<ir_version: 8, opset_import: ["": 17]>
        g (float[N,4] x) => (float[N,4] y, float[A,B] s, float t, int64 f, float[A] l) {
          y = Relu(x)
          s = Constant <value_string: string = "VALID"> ()
          t = Constant <value_ints: ints = [3, 4]> ()
          f = Constant <value: tensor = float[1] {2.0}> ()
          l = Constant <value_strings: strings = ["a", "b"], value_float: float = 1.0> ()
        }""",
    )
    types = open_model(path).types
    found = Session(path).run({"x": np.zeros((1, 4), np.float32)})
    for name in "stfl":
        assert types[name].shape == np.shape(found[name])
    assert [types[name].element for name in "stfl"] == [
        TensorProto.STRING,
        TensorProto.INT64,
        TensorProto.FLOAT,
        TensorProto.STRING,
    ]


def test_nan_weights_are_named_and_counted_not_fatal(tmp_path: Path) -> None:
    bad = normal(3, 3)
    bad[0, :2] = np.nan, np.inf
    text = """<ir_version: 8, opset_import: ["": 17]>
    g (float[N,3] x) => (float[N,3] y) { [mm] y = MatMul(x, w) }"""
    notes = open_model(save(tmp_path / "bad.onnx", text, w=bad)).notes
    assert any("'w'" in note and "2 of 9" in note for note in notes)
    assert not open_model(save(tmp_path / "good.onnx", text, w=normal(3, 3))).notes


def test_external_data_is_loaded_and_part_of_the_digest(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    text = """<ir_version: 8, opset_import: ["": 17]>
    g (float[N,32] x) => (float[N,32] y) { [mm] y = MatMul(x, w) }"""
    proto = onnx.load(save(path, text, w=normal(32, 32)))
    onnx.save(proto, path, save_as_external_data=True, location="w.bin", size_threshold=0)
    model = open_model(path)
    weights = tmp_path / "w.bin"
    assert np.array_equal(model.constant("w"), normal(32, 32))
    assert model.file_bytes == path.stat().st_size + weights.stat().st_size
    digest = hashlib.sha256(path.read_bytes() + weights.read_bytes()).hexdigest()
    assert model.digest == digest
    weights.write_bytes((normal(32, 32) + 1).tobytes())
    assert open_model(path).digest != digest


def test_notes_are_said_and_cancel_stops(tmp_path: Path) -> None:
    path = save(
        tmp_path / "m.onnx",
        """<ir_version: 8, opset_import: ["": 17]> g (float[4] x) => (float[4] y) {
          y = Relu(x)
        }""",
    )

    class Listener(Monitor):
        def __init__(self) -> None:
            super().__init__()
            self.said: list[str] = []

        def say(self, text: str) -> None:
            self.said.append(text)

    listener = Listener()
    assert open_model(path, monitor=listener).notes == tuple(listener.said) != ()
    listener.cancel()
    with pytest.raises(Cancelled):
        open_model(path, monitor=listener)


@pytest.mark.parametrize(
    ("name", "folded", "nodes"),
    [
        ("minilm_l6", 0, 356),
        ("mnist_cnn", 3, 8),
        ("mobilenetv2", 52, 100),
        ("resnet20_cifar10", 19, 54),
        ("super_resolution_x3", 0, 8),
        ("ultraface_rfb320", 35, 163),
    ],
)
def test_real_models_open_and_compute_the_same(
    shared: Path, name: str, folded: int, nodes: int
) -> None:
    path = shared / "models" / f"{name}.onnx"
    model = open_model(path)
    assert len(model.foldings) == folded
    assert len(model.graph.node) == nodes
    assert "BatchNormalization" not in ops(model)
    assert all(kind.element for kind in model.types.values())
    sizes = {"batch": 2, "seq": 16, "h": 20, "w": 24}
    rng = np.random.default_rng(0)
    feeds = {}
    for port, kind in model.inputs.items():
        shape = [sizes.get(dim, dim) for dim in kind.shape or ()]
        whole = kind.element == TensorProto.INT64
        feeds[port] = rng.integers(0, 2, shape) if whole else np.float32(rng.normal(size=shape))
    expected, found = Session(path).run(feeds), Session(model.proto).run(feeds)
    for output, value in expected.items():
        assert np.abs(found[output] - value).max() <= 1e-4 * np.abs(value).max()


def test_a_node_reads_what_its_bodies_read_or_return_of_the_graph_around() -> None:
    graph = onnx.parser.parse_graph(
        """g (float[1] x, float[1] k, bool c) => (float[1] y) {
          t = Exp(x)
          y = If(c) <
            then_branch = b () => (float[1] p) {
              p = If(c) <
                then_branch = d () => (float[1] q) { u = Neg(t) q = Abs(u) },
                else_branch = e () => (float[1] k) { v = Abs(x) }
              >
            },
            else_branch = h () => (float[1] o) { o = Abs(x) }
          >
        }"""
    )
    assert reads(graph.node[1]) == outer_reads(graph) | {"c"} == {"c", "t", "x", "k"}
