"""Files that are no sound model end in one sentence, never in anything else."""

from __future__ import annotations

import os
import random
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper, parser

from quantengine.errors import ModelError
from quantengine.graph.load import open_model
from quantengine.runtime import Session

TEXT = """<ir_version: 8, opset_import: ["": 17]>
g (float16[N,2,6,6] x, bool c) => (float16[N,3,6,6] y, float16[N,3] z) {
  w1 = Identity(w)
  a = Conv<pads=[1,1,1,1]>(x, w1)
  b = BatchNormalization(a, g, g, g, g)
  s = Constant<value_ints=[3,1,1]>()
  k = Reshape(g, s)
  d = Add(b, k)
  y = If(c) <then_branch = t () => (float16[N,3,6,6] o1) { o1 = Relu(d) },
             else_branch = e () => (float16[N,3,6,6] o2) { o2 = Mul(d, k) }>
  p = ReduceMean<axes=[2,3], keepdims=0>(d)
  z = Dropout(p)
}"""

OLD_TEXT = """<ir_version: 3, opset_import: ["": 8]>
g (float[N,2,6,6] x, float[3,2,3,3] w, float[3] g) => (float[N,3,3,3] y) {
  a = Conv<pads=[1,1,1,1]>(x, w)
  b = BatchNormalization(a, g, g, g, g)
  d = MaxPool<kernel_shape=[2,2], strides=[2,2]>(b)
  e = Dropout<ratio=0.5>(d)
  y = Clip<min=0.0, max=6.0>(e)
}"""


def small_model(text: str = TEXT, dtype: type = np.float16) -> onnx.ModelProto:
    rng = np.random.default_rng(0)
    proto = parser.parse_model(text)
    for name, shape in (("w", (3, 2, 3, 3)), ("g", (3,))):
        values = np.abs(rng.normal(size=shape)).astype(dtype)
        proto.graph.initializer.append(numpy_helper.from_array(values, name))
    return proto


def refusal(path: Path) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(ModelError) as caught:
        open_model(path)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert str(path) in sentence
    assert sentence.endswith(".")
    return sentence


def opens_or_refuses(path: Path, data: bytes) -> bool:
    path.write_bytes(data)
    try:
        open_model(path)
    except ModelError as error:
        assert "\n" not in str(error)
        return False
    return True


def test_the_sound_model_opens_and_runs(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    onnx.save(small_model(), path)
    assert Session(open_model(path).proto).outputs[0].dtype == "tensor(float16)"


def test_truncated_at_every_length(tmp_path: Path) -> None:
    data = small_model().SerializeToString()
    path = tmp_path / "m.onnx"
    opened = [end for end in range(len(data)) if opens_or_refuses(path, data[:end])]
    assert not [end for end in opened if end < len(data) - 16]
    assert opens_or_refuses(path, data)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("old", [False, True])
def test_flipped_bits_open_or_refuse(tmp_path: Path, seed: int, old: bool) -> None:
    proto = small_model(OLD_TEXT, np.float32) if old else small_model()
    source = proto.SerializeToString()
    rng = random.Random(seed)
    for _ in range(10):
        data = bytearray(source)
        for _ in range(rng.choice([1, 1, 2, 8])):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        opens_or_refuses(tmp_path / "m.onnx", bytes(data))


def test_names_that_are_no_text_are_refused(tmp_path: Path) -> None:
    proto = small_model()
    proto.graph.name = "QQQQ"
    path = tmp_path / "m.onnx"
    path.write_bytes(proto.SerializeToString().replace(b"QQQQ", b"\xd4\xff\xfe\xfd"))
    assert "no text" in refusal(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01" + bytes(300), "not an ONNX model"),
        (b"This is a text file.\nIt has two lines.\n", "not an ONNX model"),
        (b"PK\x03\x04" + bytes(200), "not an ONNX model"),
        (random.Random(1).randbytes(5000), "not an ONNX model"),
        (b"\x08\x08", "holds no ONNX graph"),
        (bytes(100), "not an ONNX model"),
    ],
)
def test_foreign_files(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(content)
    assert words in refusal(path)


def test_random_bytes_of_many_lengths(tmp_path: Path) -> None:
    rng = random.Random(7)
    for length in range(1, 200):
        assert not opens_or_refuses(tmp_path / "m.onnx", rng.randbytes(length))


def test_folders_missing_files_and_devices(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)
    assert "There is no file" in refusal(tmp_path / "none.onnx")
    with pytest.raises(ModelError, match="There is no file"):
        open_model("zero\0byte.onnx")
    if Path("/dev/zero").exists():
        assert "not an ordinary file" in refusal(Path("/dev/zero"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="reads everything")
def test_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    onnx.save(small_model(), path)
    path.chmod(0)
    assert "cannot be read" in refusal(path)


def external_model(folder: Path, **entries: str) -> Path:
    """A model whose weight `w` [4, 4] lies in an external file as `entries` say."""
    proto = parser.parse_model(
        """<ir_version: 8, opset_import: ["": 17]>
        g (float[N,4] x) => (float[N,4] y) { [mm] y = MatMul(x, w) }"""
    )
    tensor = proto.graph.initializer.add(
        name="w", dims=(4, 4), data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL
    )
    for key, value in entries.items():
        tensor.external_data.add(key=key, value=value)
    path = folder / "m.onnx"
    path.write_bytes(proto.SerializeToString())
    return path


@pytest.mark.parametrize(
    "location",
    ["../secret.bin", "a/../../secret.bin", "/etc/hostname", "C:\\secret.bin", "..\\x", "", "a\0b"],
)
def test_external_data_outside_the_folder_is_refused(tmp_path: Path, location: str) -> None:
    (tmp_path / "secret.bin").write_bytes(bytes(64))
    folder = tmp_path / "model"
    folder.mkdir()
    sentence = refusal(external_model(folder, location=location))
    assert "'w'" in sentence
    assert "refused" in sentence


@pytest.mark.parametrize("linked", ["file", "folder"])
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, linked: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "w.bin").write_bytes(bytes(64))
    folder = tmp_path / "model"
    folder.mkdir()
    try:
        if linked == "file":
            (folder / "w.bin").symlink_to(outside / "w.bin")
        else:
            (folder / "sub").symlink_to(outside, target_is_directory=True)
    except OSError:
        pytest.skip("links cannot be made here")
    location = "w.bin" if linked == "file" else "sub/w.bin"
    assert "leads outside" in refusal(external_model(folder, location=location))


def test_external_data_missing_short_or_out_of_place(tmp_path: Path) -> None:
    sentence = refusal(external_model(tmp_path, location="w.bin"))
    assert "'w'" in sentence
    assert "'w.bin'" in sentence
    assert "missing" in sentence
    (tmp_path / "w.bin").write_bytes(bytes(100))
    good = external_model(tmp_path, location="w.bin", offset="36", length="64")
    assert open_model(good).constant("w").shape == (4, 4)
    assert open_model(external_model(tmp_path, location="w.bin")).file_bytes > 100
    bad = [
        {"offset": "37"},
        {"offset": "-1"},
        {"offset": "many"},
        {"length": "60"},
        {"offset": "0", "length": "68"},
        {"offset": "1000"},
    ]
    for entries in bad:
        path = external_model(tmp_path, location="w.bin", **entries)
        assert "does not fit" in refusal(path)
    (tmp_path / "folder").mkdir()
    assert "missing" in refusal(external_model(tmp_path, location="folder"))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("a = Relu(b) b = Relu(a) y = Add(x, a)", "sorted"),
        ("y = Add(x, nowhere)", "nowhere"),
        ("y = Relu(x) y = Abs(x)", "y"),
        ("y = NoSuchOperator(x)", "NoSuchOperator"),
        ("y = Relu(x, x)", "Relu"),
    ],
)
def test_graphs_that_make_no_sense(tmp_path: Path, body: str, words: str) -> None:
    text = """<ir_version: 8, opset_import: ["": 17]> g (float[4] x) => (float[4] y) { BODY }"""
    path = tmp_path / "m.onnx"
    onnx.save(parser.parse_model(text.replace("BODY", body)), path)
    sentence = refusal(path)
    assert "not a valid ONNX model" in sentence
    assert words in sentence


def test_tensors_that_lie_about_their_size(tmp_path: Path) -> None:
    for dims in ([3, 2, 3, 4], [2**40, 2**40], [-3, 2, 3, 3]):
        proto = small_model()
        proto.graph.initializer[0].dims[:] = dims
        path = tmp_path / "m.onnx"
        onnx.save(proto, path)
        assert "tensor 'w'" in refusal(path)


def test_opset_of_the_future_is_refused(tmp_path: Path) -> None:
    proto = small_model()
    proto.opset_import[0].version = 9999
    path = tmp_path / "m.onnx"
    onnx.save(proto, path)
    refusal(path)


def test_repeated_node_names_are_no_error(tmp_path: Path) -> None:
    proto = small_model()
    for node in proto.graph.node:
        node.name = "same"
    path = tmp_path / "m.onnx"
    onnx.save(proto, path)
    names = [node.name for node in open_model(path, fold=False).graph.node]
    assert len(set(names)) == len(names)


def test_hundreds_of_megabytes_of_external_data(tmp_path: Path) -> None:
    """Weights in several large sparse files; nothing may serialize them in one message."""
    rows, count = 2**15, 4
    nodes = " ".join(f"y{i} = MatMul(x, w{i})" for i in range(count))
    outputs = ", ".join(f"float[N,1024] y{i}" for i in range(count))
    text = f"""<ir_version: 8, opset_import: ["": 17]>
    g (float[N,{rows}] x) => ({outputs}) {{ {nodes} }}"""
    proto = parser.parse_model(text)
    size = rows * 1024 * 4
    try:
        with (tmp_path / "w.bin").open("wb") as stream:
            stream.truncate(size)
    except OSError:
        pytest.skip("no sparse files here")
    for i in range(count):
        tensor = proto.graph.initializer.add(
            name=f"w{i}",
            dims=(rows, 1024),
            data_type=TensorProto.FLOAT,
            data_location=TensorProto.EXTERNAL,
        )
        tensor.external_data.add(key="location", value="w.bin")
    path = tmp_path / "m.onnx"
    onnx.save(proto, path)
    model = open_model(path)
    assert model.types["y3"].shape == ("N", 1024)
    assert model.file_bytes == size + path.stat().st_size
