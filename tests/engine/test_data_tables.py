"""Tables: a line is a sample, columns are inputs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.data.input import Input
from quantengine.data.open import DataOptions, open_data
from quantengine.errors import DataError

FLOAT = np.dtype(np.float32)
THREE = Input("x", FLOAT, ("batch", 3))


def table(folder: Path, text: str, name: str = "t.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", "a,b,c\n1,2.5,3\n4,5,6\n"),
        ("t.csv", "\ufeffa;b;c\r\n1;2.5;3\r\n4;5;6\r\n\r\n"),
        ("t.tsv", "1\t2.5\t3\n4\t5\t6\n"),
        ("t.csv", "\ufeffa;b;c\r\n1;2,5;3,0\r\n4,0;5;6\r\n"),
        ("t.csv", "1,0;2,5;3,0\n4,0;5,0;6,0\n"),
        ("t.csv", ",a,b,c,target\n0,1,2.5,3,0.5\n1,4,5,6,0.7\n"),
        ("t.csv", "a,b,c,class\n1,2.5,3,red\n4,5,6,blue\n"),
    ],
)
def test_columns_of_numbers_lie_side_by_side(tmp_path: Path, name: str, text: str) -> None:
    data = open_data(table(tmp_path, text, name), [THREE])
    assert [data.load(k).feeds["x"].tolist() for k in (0, 1)] == [[[1, 2.5, 3]], [[4, 5, 6]]]
    assert not data.labelled
    assert any("in this order: a guess" in note for note in data.notes)


def test_decimal_commas_are_told_and_thousands_are_no_decimals(tmp_path: Path) -> None:
    data = open_data(table(tmp_path, "1,5e1;2;-,5\n4,123;5;6\n"), [THREE])
    assert data.load(0).feeds["x"].tolist() == [[15, 2, -0.5]]
    assert "Commas in t.csv are decimal points: a guess." in data.notes
    for text in ("a;b;c\n1,234;2;3\n4;5;6\n", "a;b;c\n1,5;2.5;3\n4;5;6\n"):
        with pytest.raises(DataError, match="a holds text"):
            open_data(table(tmp_path, text), [THREE])


def test_a_column_of_classes_labels_the_samples(tmp_path: Path) -> None:
    path = table(tmp_path, "label,a,b,c\n1,1,2,3\n0,4,5,6\n")
    data = open_data(path, [THREE])
    assert data.labels == (1, 0)
    assert any("column 'label' (guessed" in note for note in data.notes)
    said = open_data(path, [THREE], DataOptions(labels="a", mapping={"x": "c, b,label"}))
    assert said.labels == (1, 4)
    assert said.load(0).feeds["x"].tolist() == [[3, 2, 1]]


def test_inputs_of_one_column_take_that_of_their_name(tmp_path: Path) -> None:
    path = table(tmp_path, "age,income,count\n1,2.5,3\n4,5,6\n")
    inputs = [
        Input("age", FLOAT, ("batch", 1)),
        Input("income", np.dtype(np.float64), (None,)),
        Input("n", np.dtype(np.int64), ("batch", 1)),
    ]
    data = open_data(path, inputs, DataOptions(mapping={"n": "count"}))
    found = {name: values.tolist() for name, values in data.load(1).feeds.items()}
    assert found == {"age": [[4]], "income": [5], "n": [[6]]}


def test_what_is_missing_leaves_its_line_out(tmp_path: Path) -> None:
    path = table(tmp_path, "a,b,c\n1,,3\n4,NA,6\n7,8,9\n")
    data = open_data(path, [THREE])
    with pytest.raises(DataError, match="1 NaN of 3 values"):
        data.load(0)
    assert data.load(2).feeds["x"].tolist() == [[7, 8, 9]]
    forest = Input("x", FLOAT, ("batch", 3), takes_nan=True)
    assert np.isnan(open_data(path, [forest]).load(1).feeds["x"][0, 1])


@pytest.mark.parametrize(
    ("text", "mapping", "said"),
    [
        ("", {}, "is empty"),
        ("a,b,c\n", {}, "no line of numbers"),
        ("a,b,c\n1,2,3\n1,2\n", {}, "line 3 of t.csv holds 2 cells where the first line holds 3"),
        ("a,b,a\n1,2,3\n", {}, "several columns 'a'"),
        ("a,b\n1,2\n", {}, r"2 columns of numbers \(a, b\) and input 'x' \[batch,3\] takes 3"),
        ("a,b,c\n1,2,red\n", {}, "c holds text .'red' in line 2"),
        ("a,b,c\n1,2,red\n", {"x": "a,b,c"}, "column 'c' of t.csv holds text .'red' in line 2"),
        ("a,b,c\n1,2,3\n", {"x": "a,b,d"}, "no column 'd': it holds a, b, c"),
    ],
)
def test_what_is_no_table_for_the_model_is_said(
    tmp_path: Path, text: str, mapping: dict[str, str], said: str
) -> None:
    with pytest.raises(DataError, match=said):
        open_data(table(tmp_path, text), [THREE], DataOptions(mapping=mapping))


def test_other_encodings_are_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("a,b,ä\n1,2,3\n".encode("latin-1"))
    with pytest.raises(DataError, match=r"t\.csv cannot be read as a table"):
        open_data(tmp_path / "t.csv", [THREE])


def test_a_line_of_too_many_cells_is_refused_before_they_are_made(tmp_path: Path) -> None:
    path = table(tmp_path, "1," * 100_000 + "1\n")
    with pytest.raises(DataError, match=r"line 1 of t[.]csv holds over 100,000 cells"):
        open_data(path, [THREE])
