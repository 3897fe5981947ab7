"""docs/security.md tells the limits that the code has."""

from __future__ import annotations

from pathlib import Path

import pytest

from quantengine import printable, project_file, record, regular
from quantengine.cli import plan_options, table
from quantengine.data import array_file, columns_file, contents, dataset, options
from quantengine.data import table as samples
from quantengine.diff import dump_files, dump_map
from quantengine.graph import constants, growth, read
from quantengine.metric import metric
from quantengine.opening import apart, weight
from quantengine.tables import reading
from quantengine.tables import table as encodings

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "security.md").read_text(encoding="utf-8")
GB, MB = 2**30, 2**20


@pytest.mark.parametrize(
    ("begin", "told"),
    [
        ("a model's file", f"{(read.LARGEST_MESSAGE + 1) // GB} GB"),
        ("what opening", f"functions written out: {read._MOST_NODES:,} nodes"),
        ("what opening", f"{constants._TIMES_THE_FILE} times the file's values"),
        ("what opening", f"at least {constants._LEAST_MADE // 10**6} million"),
        ("what opening", f"one node {constants._GROWN_VALUES // 10**6} million"),
        ("what opening", f"{growth._EACH_BYTES // MB} MB more than the file in one tensor"),
        ("what opening", f"({growth._FACTOR_BYTES // MB} MB where a layer"),
        ("what opening", f"{growth._ALL_BYTES // GB} GB and twice the file in all"),
        ("comparing it", f"less than {weight._MOST_BYTES // GB} GB"),
        ("comparing it", f"{weight._MOST_PRODUCTS // 10**9} billion products"),
        (
            "comparing it",
            f"{apart._SECONDS:g} s and {apart._SECONDS_PER_BYTE * 10**7:g} s for each",
        ),
        ("comparing it", f"{apart._BYTES // GB} GB and {apart._TIMES_THE_FILE} times the file"),
        ("project, its header", f"{project_file._MOST_BYTES // GB} GB"),
        ("project, its header", f"{project_file._MOST_HEADER_BYTES // MB} MB"),
        ("project, its header", f"plan: {plan_options._MOST_BYTES // MB} MB"),
        ("an array in an .npz", f"{array_file.MAX_MEMBER_BYTES // GB} GB"),
        ("an array in an .npz", f"{array_file._BOMB_BYTES // GB} GB where it is"),
        ("an array in an .npz", f"{array_file._BOMB_RATIO} times its file"),
        ("an image", f"{options.MOST_PIXELS:,} pixels"),
        ("samples of one", f"{samples.MOST_SAMPLES:,}"),
        ("samples of one", f"{dataset.BAD_SHARE * 100:g} %"),
        ("files in a folder", f"{contents.MOST_FILES:,}"),
        ("a line of a table", f"{columns_file._MOST_CELLS:,} cells"),
        ("a dump", f"{dump_files._MOST_FILES:,} files, {dump_files._MOST_SAMPLES:,} samples"),
        ("a dump", f"{dump_files._MOST_BYTES // GB} GB, {dump_files._MOST_TEXT // MB} MB as text"),
        ("a dump", f"names its arrays {dump_map._MOST_BYTES // MB} MB"),
        ("a table of encodings", f"{reading._MOST_BYTES // MB} MB"),
        ("a table of encodings", f"changed {encodings._MOST_BYTES // MB} MB"),
        ("a regular", f"{regular._LONGEST:,} signs"),
        ("a regular", f"tried for {regular.LIMIT_S:g} s"),
        ("numbers in JSON", f"2^{record._LARGEST.bit_length() - 1}"),
        ("a metric", f"{metric.LIMIT_S:g} s a sample"),
        ("a sentence", f"{printable.MOST_SIGNS:,} signs"),
        ("a table, a list", f"{table.MOST_ROWS:,} rows, {table.MOST_LISTED} lines"),
    ],
)
def test_what_is_bounded_is_told_as_it_is(begin: str, told: str) -> None:
    (line,) = (line for line in TEXT.splitlines() if line.startswith(f"| {begin}"))
    assert told in line
