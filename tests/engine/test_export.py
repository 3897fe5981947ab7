from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import numpy as np
import onnx
import pytest

from quantengine.errors import Cancelled, ExportError, QuantError
from quantengine.export.export import export_model
from quantengine.export.options import ExportOptions
from quantengine.files import whole_file
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.monitor import Monitor
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.rewrite import qoperator
from quantengine.runtime import Session
from quantengine.targets import plan_for
from tests.engine.test_resolve import opened

FEEDS = {"x": np.random.default_rng(2).normal(size=(1, 3, 8, 8)).astype(np.float32)}


@pytest.fixture
def ready(tmp_path: Path) -> tuple[FloatModel, Resolution]:
    (tmp_path / "source").mkdir()
    model, table = opened(tmp_path / "source")
    return model, resolve_plan(model, plan_for("onnxruntime-no-vnni"), table)


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "source")


@pytest.mark.parametrize("form", ["qdq", "qoperator"])
def test_the_file_was_run_and_says_where_it_comes_from(tmp_path: Path, ready, form) -> None:
    model, resolution = ready
    path = tmp_path / "out.onnx"
    report = export_model(model, resolution, path, ExportOptions(form), probes=[FEEDS])
    assert report.verification.samples == 1
    assert report.verification.reference_sqnr_db > 15
    assert report.verification.simulation_sqnr_db > 30
    properties = {p.key: json.loads(p.value) for p in onnx.load(path).metadata_props}
    assert QuantPlan.from_json(properties["quantscope.plan"]) == resolution.plan
    assert properties["quantscope.model_sha256"] == model.digest
    assert left_in(tmp_path) == ["out.onnx"]
    assert [o.name for o in Session(path).outputs] == list(model.outputs)


def test_an_exported_file_is_shown_read_only(tmp_path: Path, ready) -> None:
    path = tmp_path / "out.onnx"
    export_model(*ready, path)
    assert open_model(path).quantized is not None


def test_both_forms_give_the_same_integers(tmp_path: Path, ready) -> None:
    outputs = []
    for form in ("qdq", "qoperator"):
        path = tmp_path / f"{form}.onnx"
        export_model(*ready, path, ExportOptions(form))
        outputs.append(Session(path).run(FEEDS)["y"])
    np.testing.assert_array_equal(*outputs)


def test_a_file_that_computes_something_else_is_not_left(
    tmp_path: Path, ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(proto: onnx.ModelProto) -> onnx.ModelProto:
        copy = onnx.ModelProto()
        copy.CopyFrom(proto)
        for tensor in copy.graph.initializer:
            if tensor.name == "w3_quantized":
                tensor.raw_data = bytes(len(tensor.raw_data))
        return copy

    monkeypatch.setattr(qoperator, "qoperator_model", broken)
    monkeypatch.setattr("quantengine.export.node_check.multiplies_exactly", lambda: True)
    path = tmp_path / "out.onnx"
    path.write_bytes(b"precious")
    with pytest.raises(ExportError, match="does not compute what was simulated"):
        export_model(*ready, path, ExportOptions("qoperator"), probes=[FEEDS])
    assert path.read_bytes() == b"precious"
    assert left_in(tmp_path) == ["out.onnx"]


def test_an_invalid_file_is_not_left(
    tmp_path: Path, ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(proto: onnx.ModelProto) -> onnx.ModelProto:
        copy = onnx.ModelProto()
        copy.CopyFrom(proto)
        copy.graph.node[0].op_type = "NoSuchOperator"
        return copy

    monkeypatch.setattr(qoperator, "qoperator_model", broken)
    with pytest.raises(ExportError):
        export_model(*ready, tmp_path / "out.onnx", ExportOptions("qoperator"))
    assert left_in(tmp_path) == []


def test_the_float_model_is_never_overwritten(ready) -> None:
    model, resolution = ready
    before = model.path.read_bytes()
    with pytest.raises(ExportError, match="is read by this command"):
        export_model(model, resolution, model.path)
    assert model.path.read_bytes() == before


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path, ready) -> None:
    with pytest.raises(QuantError, match="There is no folder"):
        export_model(*ready, tmp_path / "nowhere" / "out.onnx")


def test_a_full_disk_leaves_the_old_file(
    tmp_path: Path, ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "out.onnx"
    path.write_bytes(b"precious")
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(QuantError, match="No space left"):
        export_model(*ready, path)
    monkeypatch.undo()
    assert path.read_bytes() == b"precious"
    assert left_in(tmp_path) == ["out.onnx"]


def test_cancel_leaves_nothing(tmp_path: Path, ready) -> None:
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        export_model(*ready, tmp_path / "out.onnx", probes=[FEEDS], monitor=monitor)
    assert left_in(tmp_path) == []


def test_a_whole_file_appears_only_when_it_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "text"
    with pytest.raises(ValueError, match="halfway"), whole_file(path) as beside:
        beside.write_text("half")
        raise ValueError("halfway")
    assert left_in(tmp_path) == []
    with whole_file(path) as beside:
        beside.write_text("whole")
        assert not path.exists()
    assert path.read_text() == "whole"
    assert left_in(tmp_path) == ["text"]


def test_a_higher_opset_is_written_checked_and_computes_the_same(tmp_path: Path, ready) -> None:
    model, resolution = ready
    outputs = []
    for opset in (None, 21):
        path = tmp_path / f"{opset}.onnx"
        report = export_model(model, resolution, path, ExportOptions(opset=opset), probes=[FEEDS])
        written = onnx.load(path)
        onnx.checker.check_model(written, full_check=True)
        assert report.opset == written.opset_import[0].version == (opset or model.opset)
        assert not [note for note in report.notes if "raised" in note]
        outputs.append(next(iter(Session(path).run(FEEDS).values())))
    np.testing.assert_array_equal(*outputs)


@pytest.mark.parametrize("opset", [12, 1000])
def test_an_opset_out_of_reach_is_refused(tmp_path: Path, ready, opset: int) -> None:
    model, resolution = ready
    with pytest.raises(ExportError, match=rf"opset {opset}: choose one from {model.opset}"):
        export_model(model, resolution, tmp_path / "out.onnx", ExportOptions(opset=opset))
    assert left_in(tmp_path) == []
