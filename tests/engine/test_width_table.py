"""The table of scales and widths: each cell is what the same plan gives by itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.cli.main import main
from quantengine.formats.granularity import PER_CHANNEL, PER_TENSOR
from quantengine.plan import QuantPlan
from quantengine.rewrite.qdq import qdq_model
from quantengine.runtime import Session
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.shares import split
from quantengine.work.width_table import WidthTable, planned, width_table
from quantengine.work.work import Work
from tests.engine.small_network import images, network


def test_plans_have_the_scales_and_widths_of_their_row() -> None:
    plan = QuantPlan().with_override("a*", **{"weights.granularity": "tensor", "method": "minmax"})
    found = planned(plan, PER_CHANNEL, (4, 8))
    assert (found.weights.dtype, found.activations.dtype) == ("int4", "uint8")
    assert found.weights.granularity == PER_CHANNEL
    assert found.overrides[0].settings == (("method", "minmax"),)
    assert planned(plan, PER_TENSOR, (4, 4)).activations.dtype == "uint4"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Work, WidthTable]:
    work = Work(network(tmp_path_factory.mktemp("model")), QuantPlan(), images(10))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quantengine.work.width_table.WIDTHS", ((4, 8),))
        patch.setattr("quantengine.work.width_table.STEPS", ("bias",))
        return work, width_table(work)


def test_a_cell_is_what_onnxruntime_computes_with_that_plan(
    found: tuple[Work, WidthTable],
) -> None:
    work, table = found
    rows = [("tensor", 4, 8), ("channel", 4, 8)]
    assert list(dict.fromkeys(cell.row for cell in table.cells)) == rows
    assert [cell.stage for cell in table.cells] == ["plain", "recovered"] * 2
    data = images(10)
    judges, teaching = split(data)
    alone = make(Work(work.model, planned(QuantPlan(), PER_TENSOR, (4, 8)), teaching), Recipe())
    file = Session(qdq_model(alone.model, alone.resolution.encodings), optimize=False)
    floats = Session(work.model.proto, optimize=False)
    feeds = [data.load(index).feeds for index in judges]
    ours = np.concatenate([file.run(each)["y"] for each in feeds])
    theirs = np.concatenate([floats.run(each)["y"] for each in feeds])
    expected = 10 * np.log10(np.sum(theirs**2.0) / np.sum((ours - theirs) ** 2.0))
    assert table.cells[0].effect.sqnr_db == pytest.approx(expected, abs=0.01)
    assert table.samples == len(judges)


def test_the_command_shows_every_row(
    found: tuple[Work, WidthTable],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work, table = found
    monkeypatch.setattr("quantengine.work.width_table.width_table", lambda *_, **__: table)
    values = np.concatenate([images(10).load(index).feeds["x"] for index in range(10)])
    np.save(tmp_path / "x.npy", values)
    given = [str(work.model.path), "--data", str(tmp_path / "x.npy"), "-q"]
    assert main(["sweep", "--table", *given]) == 0
    text = capsys.readouterr().out
    assert text.count("W4A8") == 2
    assert "recovered" in text
    assert main(["sweep", "--table", "--part", "weights", *given]) == 2
    assert main(["sweep", "--table", "--csv", str(tmp_path / "t.csv"), *given]) == 2
