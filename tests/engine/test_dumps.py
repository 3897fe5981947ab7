"""Values dumped elsewhere beside the float file: matched however they lie, the fault named."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quantengine.analyze.simulate import tapped
from quantengine.cli.main import main
from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.diff.dump_map import read_map
from quantengine.diff.dump_sums import DumpFault
from quantengine.diff.dumps import compare_dump
from quantengine.diff.running import copied
from quantengine.errors import DataError
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table import CalibrationTable
from quantengine.observe.taps import model_taps
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model

Arrays = Mapping[str, np.ndarray[Any, Any]]

PLAIN = """
g (float[n,3,6,4] x) => (float[n,5] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, w1)
  k = BatchNormalization (a, s, t, m, v)
  b = Relu (k)
  c = Conv (b, w2)
  d = Relu (c)
  e = GlobalAveragePool (d)
  f = Flatten (e)
  y = Gemm (f, w3)
}
"""
ROWS = np.random.default_rng(3).normal(size=(4, 3, 6, 4)).astype(np.float32)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> FloatModel:
    rng = np.random.default_rng(8)
    shapes = {"w1": (8, 3, 3, 3), "w2": (6, 8, 1, 1), "w3": (6, 5)}
    found = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    found |= {name: rng.uniform(0.5, 2, size=8).astype(np.float32) for name in "stmv"}
    return text_model(tmp_path_factory.mktemp("dumps") / "net.onnx", PLAIN, found)


@pytest.fixture(scope="module")
def data() -> Dataset:
    return in_memory({"x": ROWS})


@pytest.fixture(scope="module")
def table(model: FloatModel, data: Dataset) -> CalibrationTable:
    return calibrate(model, data, model_taps(model))


@pytest.fixture(scope="module")
def values(model: FloatModel) -> Arrays:
    """Every tensor that the opened network has, on all samples."""
    names = [name for node in model.graph.node for name in node.output]
    session = Session(tapped(copied(model.proto), names))
    return {"x": ROWS, **session.run({"x": ROWS}, names)}


def stacked(folder: Path, found: Arrays) -> None:
    for name, array in found.items():
        np.save(folder / f"{name}.npy", array)


def by_sample(folder: Path, found: Arrays) -> None:
    """Raw floats, channels last as devices have them, a folder a sample."""
    for place in range(len(ROWS)):
        own = folder / f"Result_{place}"
        own.mkdir()
        for name, array in found.items():
            last = np.moveaxis(array[place], 0, -1) if array.ndim == 4 else array[place]
            np.ascontiguousarray(last).tofile(own / f"{name}.raw")


def archives(folder: Path, found: Arrays) -> None:
    for place in range(len(ROWS)):
        np.savez(folder / f"{place + 8}.npz", **{n: a[place] for n, a in found.items()})


def texts(folder: Path, found: Arrays) -> None:
    for name, array in found.items():
        np.savetxt(folder / f"{name}.txt", array.reshape(-1), header="values")


@pytest.mark.parametrize("write", [stacked, by_sample, archives, texts])
def test_a_dump_is_the_network_however_it_lies(
    model: FloatModel,
    data: Dataset,
    table: CalibrationTable,
    values: Arrays,
    tmp_path: Path,
    write: Callable[[Path, Arrays], None],
) -> None:
    write(tmp_path, values)
    found = compare_dump(model, tmp_path, data, table=table)
    assert {row.tensor for row in found.rows} == set(values)
    assert found.samples == 4 and found.first_bad is None and not found.unknown
    assert all(row.db > 90 and row.samples == 4 for row in found.rows)
    assert {row.layout for row in found.rows} == (
        {"", "channels last"} if write is by_sample else {""}
    )


def spoiled(values: Arrays, name: str, change: Callable[[Any], Any]) -> Arrays:
    return {**values, name: change(values[name]).astype(np.float32)}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda a: np.minimum(a, np.quantile(a, 0.7)), DumpFault.CUT),
        (lambda a: a * 0.5, DumpFault.FACTOR),
        (lambda a: a + 3, DumpFault.MOVED),
        (lambda a: a * 0, DumpFault.ZERO),
        (lambda a: a * np.nan, DumpFault.NO_NUMBERS),
        (lambda a: a[:, ::-1], DumpFault.ORDER),
        (lambda a: np.random.default_rng(0).normal(size=a.shape), DumpFault.NOTHING_SINGLE),
    ],
)
def test_the_first_value_that_breaks_is_named_with_what_is_seen(
    model: FloatModel,
    data: Dataset,
    table: CalibrationTable,
    values: Arrays,
    tmp_path: Path,
    change: Callable[[Any], Any],
    reason: DumpFault,
) -> None:
    whole = spoiled(spoiled(values, "c", change), "d", change)
    stacked(tmp_path, {name: whole[name] for name in ("x", "b", "c", "d", "y")})
    found = compare_dump(model, tmp_path, data, table=table)
    first = found.first_bad
    assert first is not None and (first.tensor, first.reason) == ("c", reason)
    assert first.after == ("b",) and len(found.bad) == 1
    assert json.loads(json.dumps(found.to_json()))["first_bad"]["reason"] == reason.value


def test_names_are_found_as_tools_spell_them_by_nodes_and_by_a_map(
    model: FloatModel, data: Dataset, table: CalibrationTable, values: Arrays, tmp_path: Path
) -> None:
    folder = tmp_path / "dump"
    folder.mkdir()
    codes = np.rint(values["d"] / values["d"].max() * 255).astype(np.uint8)
    stacked(folder, {"b_": values["b"], "Conv_c": values["c"], "q": codes, "z": ROWS, "f": codes})
    path = tmp_path / "map.json"
    scale = float(values["d"].max() / 255)
    path.write_text(json.dumps({"q": {"tensor": "d", "scale": scale}, "z": "x"}), encoding="utf-8")
    table_text = f"dumped,tensor,scale,zero_point\nq,d,{scale!r},0\nz,x,,\n"
    (tmp_path / "map.csv").write_text(table_text, encoding="utf-8")
    mapping = read_map(path)
    assert mapping == read_map(tmp_path / "map.csv")
    found = compare_dump(model, folder, data, mapping=mapping, table=table)
    how = {row.tensor: row.how for row in found.rows}
    assert how == {"x": "map", "b": "spelling", "c": "node", "d": "map"}
    assert all(row.db > 20 for row in found.rows)
    assert [name for name, _ in found.unread] == ["f.npy"] and "y" in found.missing
    for text in ("[]", '{"q": 1}', "a,b\n1,2\n", '{"q": {"tensor": "d", "scale": "x"}}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DataError):
            read_map(path)


def test_what_is_damaged_is_told_and_the_rest_compared(
    model: FloatModel, data: Dataset, table: CalibrationTable, values: Arrays, tmp_path: Path
) -> None:
    stacked(tmp_path, {"b": values["b"], "nowhere": ROWS})
    for name, rest in (("c.npy", b"\x93NUMPY\x01"), ("d.raw", b"12345"), ("f.txt", b"1 2 x")):
        (tmp_path / name).write_bytes(rest)
    (tmp_path / "more.npz").write_bytes(b"PK\x03\x04half")
    found = compare_dump(model, tmp_path, data, table=table)
    assert [row.tensor for row in found.rows] == ["b"] and found.unknown == ("nowhere",)
    assert {n for n, _ in found.unread} == {"c.npy", "d.raw", "f.txt", "more.npz"}
    (tmp_path / "e").mkdir()
    with pytest.raises(DataError, match="no dumped arrays"):
        compare_dump(model, tmp_path / "e", data, table=table)


def numbered(first: int) -> Callable[[Path, Arrays], None]:
    def write(folder: Path, found: Arrays) -> None:
        for name, array in found.items():
            for place, row in enumerate(array):
                np.save(folder / f"{name}_{place + first}.npy", row)

    return write


@pytest.mark.parametrize("first", [0, 1])
def test_numbers_behind_names_are_samples_and_that_is_said(
    first: int,
    model: FloatModel,
    data: Dataset,
    table: CalibrationTable,
    values: Arrays,
    tmp_path: Path,
) -> None:
    numbered(first)(tmp_path, {"b": values["b"], "y": values["y"]})
    found = compare_dump(model, tmp_path, data, table=table)
    assert {row.tensor: row.samples for row in found.rows} == {"b": 4, "y": 4}
    assert all(row.db > 90 for row in found.rows) and not found.unknown
    assert f"taken for samples: 'b_{first}' is 'b' of sample 0." in " ".join(map(str, found.notes))


@pytest.mark.parametrize("lost", ["b_0.npy", "b_2.npy"])
def test_numbers_with_a_gap_are_no_samples(
    lost: str,
    model: FloatModel,
    data: Dataset,
    table: CalibrationTable,
    values: Arrays,
    tmp_path: Path,
) -> None:
    numbered(1 if lost == "b_0.npy" else 0)(tmp_path, {"b": values["b"]})
    stacked(tmp_path, {"y": values["y"]})
    (tmp_path / lost).unlink(missing_ok=True)
    if lost == "b_0.npy":
        (tmp_path / "b_1.npy").unlink()
    found = compare_dump(model, tmp_path, data, table=table)
    assert [row.tensor for row in found.rows] == ["y"]
    assert len(found.unknown) == 3


BRANCHED = """
g (float[n,3] x, bool c) => (float[n,3] y) {
  a = Mul (x, w)
  s = Shape (a)
  b = If (c) <
    then_branch = one () => (float[n,3] p) { inner = Relu (a)
      p = Add (inner, w) },
    else_branch = other () => (float[n,3] q) { q = Neg (a) }
  >
  y = Add (b, a)
}
"""


def branched(folder: Path) -> tuple[FloatModel, Dataset]:
    weight = np.array([1, 2, 3], np.float32)
    model = text_model(folder / "branched.onnx", BRANCHED, {"w": weight})
    return model, in_memory({"x": ROWS[0, :, 0, :3], "c": np.ones(3, np.bool_)})


def test_what_of_a_dump_is_not_compared_is_told_with_the_reason(tmp_path: Path) -> None:
    model, data = branched(tmp_path)
    folder = tmp_path / "dump"
    (folder / "more").mkdir(parents=True)
    rows = ROWS[0, :, 0, :3]
    weight = np.array([1, 2, 3], np.float32)
    stacked(folder, {"a": rows * weight, "a_": rows, "inner": rows, "w": weight, "nowhere": rows})
    np.save(folder / "s.npy", np.array([1, 3]))
    for name in ("c.pt", "map.json"):
        (folder / name).write_text("{}", encoding="utf-8")
    found = compare_dump(model, folder, data)
    assert [row.tensor for row in found.rows] == ["a"] and found.unknown == ("nowhere",)
    told = [str(note) for note in found.notes]
    assert {
        "Not compared, as the model makes them inside a branch or a loop (1): inner.",
        "Not compared, as they are constants of the model (1): w.",
        "Not compared, as another array is of the same tensor (1): a_.",
        "Not compared, as the model has no real numbers there (1): s.",
        "Not read, as files of this kind are not known here (1): c.pt.",
        "Not read, as arrays lie beside these folders (1): more.",
    } <= {*told}
    assert found.to_json()["notes"] == told


def test_a_dump_of_the_insides_of_branches_alone_is_refused_in_those_words(tmp_path: Path) -> None:
    model, data = branched(tmp_path)
    folder = tmp_path / "dump"
    folder.mkdir()
    stacked(folder, {"inner": ROWS[0, :, 0, :3]})
    with pytest.raises(DataError, match=r"Nothing in dump can be compared: .* inside a branch"):
        compare_dump(model, folder, data)


def test_the_command_says_where_a_dump_breaks(
    model: FloatModel,
    values: Arrays,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "dump"
    folder.mkdir()
    stacked(folder, {"x": ROWS, "b": values["b"], "c": values["c"] * 3})
    np.save(tmp_path / "x.npy", ROWS)
    argv = ["diff", str(model.path), "--data", str(tmp_path / "x.npy")]
    html = ["-q", "--html", str(tmp_path / "t.html"), "--language", "zh_CN"]
    assert main([*argv, "--dump", str(folder), "--csv", str(tmp_path / "t.csv"), *html]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert (
        "breaks first at Conv_c: all values are times 3" in said and "made of is right: b" in said
    )
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").count("\n") == 4
    page = (tmp_path / "t.html").read_text(encoding="utf-8")
    assert (
        "Conv_c" in page and "所有数值都乘了 3" in page and "http" not in page.split("</style>")[1]
    )
    assert main(argv) != 0 and main([*argv[:2], argv[1], *argv[2:], "--dump", str(folder)]) != 0
