from __future__ import annotations

import shlex
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.command_line import quantize_command
from app.edits import for_target, set_tensor
from app.expected_file import _alike
from app.export_words import export_figures
from app.exporting import Exported
from app.main_window import MainWindow
from app.panels.export import ExportView
from app.report import save_report
from quantengine.analyze.evaluate import Evaluation
from quantengine.cli.main import main
from quantengine.export.node_check import NodeCheck
from quantengine.export.options import ExportOptions
from quantengine.export.verify import Verification
from quantengine.graph.reason import Reason, Why
from quantengine.runtime import Session
from quantengine.search.front import Front, FrontPoint
from quantengine.verdict.output import OutputVerdict
from quantengine.verdict.verdict import OutputFigure, Verdict
from quantengine.work.recipe import Recipe
from quantengine.work.saved_plan import SavedPlan
from tests.app.conftest import WAIT_MS, settled

TENSOR = "block2.project.norm"


@pytest.fixture
def view(demo: MainWindow, tmp_path: Path) -> ExportView:
    made = demo.views.show_view("export")
    assert isinstance(made, ExportView)
    made.path.setText(str(tmp_path / "out.onnx"))
    return made


def test_a_sheet_that_was_never_in_sight_exports(
    qtbot: QtBot, small: MainWindow, tmp_path: Path
) -> None:
    unseen = small.views.view("export")
    assert isinstance(unseen, ExportView)
    unseen.path.setText(str(tmp_path / "unseen.onnx"))
    refused: list[str] = []
    small.context.steps.failed.connect(lambda text, _: refused.append(text))
    form = unseen.form.edges
    form.outputs.setText("nowhere")
    form.outputs.editingFinished.emit()
    assert "cannot end at nowhere" in refused[-1]
    form.outputs.setText("")
    form.io.setCurrentIndex(form.io.findData("uint8"))
    assert small.document.plan.edges.io == "uint8"
    settled(qtbot, small)
    with qtbot.waitSignal(unseen.export().finished, timeout=WAIT_MS):
        pass
    assert unseen.exported is not None and (tmp_path / "unseen.onnx").is_file()
    inputs = Session(tmp_path / "unseen.onnx").inputs
    assert [port.dtype for port in inputs] == ["tensor(uint8)"]
    assert unseen.exported.evaluation.verdict.sqnr_db > 20
    form.shapes.setText("x:1")
    form.shapes.editingFinished.emit()
    assert "no shape of an input" in refused[-1]
    unseen.table.choose("tensorrt")
    qtbot.waitUntil(lambda: unseen.table.written is not None, timeout=WAIT_MS)
    assert "no place for weights" in unseen.table.notes.text()
    unseen.table.write(tmp_path / "cache.txt")
    argv = ["export-encodings", str(tmp_path / "network.onnx"), "--data", str(tmp_path / "x.npy")]
    argv += ["--to", "tensorrt", "--target", "onnxruntime-cpu", "--io", "uint8"]
    assert main([*argv, "-o", str(tmp_path / "same.txt"), "-q"]) == 0
    assert (tmp_path / "cache.txt").read_text() == (tmp_path / "same.txt").read_text()
    small.document.edit("float", plan=small.document.plan.with_float("Conv_a"))
    assert unseen.table.written is None and not unseen.table.save.isEnabled()


def test_header_and_sheet_read_one_measurement_of_the_latency(
    qtbot: QtBot, small: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[tuple[float, float]] = []

    def measure(_calls: object, **_how: object) -> tuple[float, float]:
        measured.append((2.0 + len(measured), 1.0))
        return measured[-1]

    for room in ("export.rehearsal", "analyze.model_pair"):
        monkeypatch.setattr(f"quantengine.{room}.median_latencies_ms", measure)
    view, findings = small.views.view("export"), small.findings

    def shown() -> list[str]:
        figures = small.header.verdict.figures
        header = figures["Latency"].value if "Latency" in figures else ""
        return [header, " ".join(export_figures(view.exported)[-1][1:])]

    def export() -> None:
        view.path.setText(str(tmp_path / "q.onnx"))
        with qtbot.waitSignal(view.export().finished, timeout=WAIT_MS):
            pass

    export()
    findings.look_by_itself(True)
    qtbot.waitUntil(lambda: findings.rehearsal is not None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not small.jobs.jobs, timeout=WAIT_MS)
    small.header.verdict.refresh()
    assert shown() == ["2 \N{RIGHTWARDS ARROW} 1 ms", "2 ms 1 ms"] and len(measured) == 1
    export()
    assert shown()[1] == "2 ms 1 ms" and len(measured) == 1
    document, result = small.document, view.result
    assert not result.veil.isVisibleTo(result) and not view.preview.isVisibleTo(view)
    document.edit("other", plan=document.plan.with_override("*", bits=6))
    small.show_view("export")
    assert result.veil.isVisibleTo(result) and view.preview.isVisibleTo(view)
    assert not view.copy.isEnabled()
    document.undo_stack.undo()
    settled(qtbot, small)
    assert not result.veil.isVisibleTo(result) and view.copy.isEnabled()
    assert not any("of parameters" in text for text in view.preview.texts)
    view.form.opset.setCurrentIndex(1)  # another file
    view.form.opset.activated.emit(1)
    assert any("of parameters" in text for text in view.preview.texts)
    export()
    assert shown()[1] == "3 ms 1 ms" and findings.latencies_ms == measured[0]


def test_the_file_runs_and_holds_the_range_that_was_set(
    qtbot: QtBot, demo: MainWindow, view: ExportView, tmp_path: Path
) -> None:
    document = demo.document
    plan = set_tensor(document.plan, "activations", [TENSOR], {"low": -2.0, "high": 3.1})
    document.edit("set", plan=plan)
    settled(qtbot, demo)
    assert "all 22 compute on integers" in view.preview.texts
    job = view.export()
    assert job is not None and view.cancel.isVisible() and not view.preview.isVisible()
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        pass
    assert view.exported is not None and not view.cancel.isVisible()
    assert [view.checks.state(key) for key in ("write", "run", "compare")] == ["done"] * 3
    path = tmp_path / "out.onnx"
    scales = [
        float(numpy_helper.to_array(t))
        for t in onnx.load(path).graph.initializer
        if t.data_type == onnx.TensorProto.FLOAT and not t.dims
    ]
    assert any(np.isclose(scale, 5.1 / 255, rtol=1e-5) for scale in scales)
    sample = document.dataset.load(0)
    assert Session(path).run(sample.feeds)["logits"].shape == (1, 10)
    assert view.exported.evaluation.verdict.accuracy_reference > 0.9
    view.copy_command()
    words = shlex.split(QGuiApplication.clipboard().text())
    saved = Path(words[words.index("--plan") + 1])
    assert SavedPlan.from_text(saved.read_text()) == SavedPlan(plan, Recipe(("judged", "bias")))
    assert words[words.index("--images") + 1] == "calib_images"


def test_a_bad_place_gives_a_sentence(
    qtbot: QtBot, demo: MainWindow, view: ExportView, tmp_path: Path
) -> None:
    view.path.setText(str(tmp_path / "missing" / "out.onnx"))
    with qtbot.waitSignal(demo.steps.failed, timeout=WAIT_MS) as failed:
        view.button.click()
    assert "There is no folder" in failed.args[0]
    assert view.checks.state("write") == "failed"


def test_an_opset_can_be_chosen(
    qtbot: QtBot, demo: MainWindow, view: ExportView, tmp_path: Path
) -> None:
    own = demo.document.model.opset
    assert view.form.opset.itemText(0).startswith(str(own))
    view.form.opset.setCurrentIndex(view.form.opset.findData(19))
    job = view.export()
    assert job is not None
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        pass
    assert onnx.load(tmp_path / "out.onnx").opset_import[0].version == 19
    view.copy_command()
    assert "--opset 19" in QGuiApplication.clipboard().text()


def test_report_is_a_page_with_the_limits_of_the_window(
    qtbot: QtBot, demo: MainWindow, view: ExportView, tmp_path: Path
) -> None:
    demo.theme.set_limits((5.0, 15.0, 25.0))
    point = FrontPoint(demo.document.plan, 1000, 1, 31.0, 30.0, 1.0, 0.0)
    demo.network.front = Front("demo", 16, 4000, 4, (point,), point)
    job = save_report(demo.context, tmp_path / "report.html")
    assert job is not None
    with qtbot.waitSignal(job.done, timeout=WAIT_MS):
        pass
    page = (tmp_path / "report.html").read_text()
    assert "5, 15, 25 dB" in page
    assert '<section id="search">' in page and "25%" in page
    assert page.count('<tr id="layer-') == len(demo.document.outcome.rows)
    assert "quantengine quantize " in page
    demo.actions_.refresh()
    assert demo.actions_["save_report"].isEnabled()


def test_layers_as_csv(view: ExportView, tmp_path: Path) -> None:
    view.save_layers(tmp_path / "layers.csv")
    lines = (tmp_path / "layers.csv").read_text().splitlines()
    assert len(lines) == 24
    assert lines[0].startswith("name,operator")


def test_nothing_integer_is_said_in_the_window(
    qtbot: QtBot, demo: MainWindow, view: ExportView, tmp_path: Path
) -> None:
    document = demo.document
    document.edit("keep", plan=document.plan.with_float("*"))
    settled(qtbot, demo)
    with qtbot.waitSignal(demo.steps.failed, timeout=WAIT_MS) as failed:
        view.button.click()
    assert failed.args[0].startswith("Nothing in the file would be an integer, so none was written")
    assert "kept float by the plan" in failed.args[0]
    written = view.form.target()
    assert not written.exists() and view.anyway.isVisible()
    view.anyway.click()
    qtbot.waitUntil(lambda: view.exported is not None, timeout=WAIT_MS)
    assert written.exists() and not view.anyway.isVisible()
    view.copy_command()
    assert "--force" in QGuiApplication.clipboard().text().split()


def test_layers_that_stay_float_for_one_reason_are_one_line() -> None:
    why = [Reason(Why.OPERATOR, "{0} has no integer form", (name,)) for name in "abcde"]
    rows = [SimpleNamespace(name=each.names[0], reason=each) for each in why]
    line = _alike(rows, {"a": "first"})
    assert line.text == "first, b, c and 2 more: \N{HORIZONTAL ELLIPSIS} has no integer form"
    assert line.more.splitlines()[-1] == "e: e has no integer form"
    assert _alike(rows[:1], {}).text == "a: a has no integer form"


def test_what_ruins_the_result_is_said_first(view: ExportView) -> None:
    from quantengine.analyze.rescue import Rescue

    rescue = Rescue(("stem", "head"), 4.34, 36.4, 2048, 8)
    report = SimpleNamespace(notes=("grew",), bytes_before=1, bytes_after=2, rescue=rescue)
    view._show_result(Exported(report, None, Recipe(), ExportOptions()))
    first, last = view.result.notes.text().splitlines()
    assert first.startswith(
        "Kept float, stem, head would lift the result from 4.3 to about 36.4 dB"
    )
    assert last == "grew"


@pytest.mark.parametrize(("worst_db", "ruined"), [(0.5, True), (40.0, False)])
def test_the_worst_output_decides_what_is_ruined(
    view: ExportView, worst_db: float, ruined: bool
) -> None:
    check = Verification(8, 44.0, 140.0, False, nodes=NodeCheck(2, 5, 5))
    report = SimpleNamespace(
        notes=(), bytes_before=1, bytes_after=2, verification=check, rescue=None
    )
    outputs = (OutputVerdict("scores", worst_db),)
    worst = OutputFigure("scores", worst_db)
    verdict = Verdict(44.0, 1.0, 0.1, worst=worst, outputs=outputs, samples=8)
    found = Evaluation(verdict, 1, 2, 1.0, 1.0)
    view._show_result(Exported(report, found, Recipe(), ExportOptions()))
    said = f"The result is ruined: {worst_db} dB against the float model."
    assert view.result.notes.text() == (said if ruined else "")
    rows = export_figures(view.exported)
    assert ("worst output, scores", "", f"{worst_db} dB") in rows
    assert ("against the simulation, 2 samples", "", "140.0 dB") in rows


def test_weights_alone_are_offered_packed_and_with_halves(
    qtbot: QtBot, demo: MainWindow, view: ExportView
) -> None:
    form = view.form
    settled(qtbot, demo)
    assert [form.form.itemData(k) for k in range(form.form.count())] == ["qdq", "qoperator"]
    assert not form.level.isVisible()
    chosen = for_target(demo.document.plan, "onnxruntime-weights")
    demo.document.edit("target", plan=chosen)
    settled(qtbot, demo)
    assert form.level.isVisible() and not form.level.isEnabled()
    form.form.setCurrentIndex(form.form.findData("nbits"))
    assert form.level.isEnabled()
    form.halves.setChecked(True)
    assert form.options == ExportOptions("nbits", float16_rest=True)
    command = quantize_command(Path("m"), None, Path("p"), Path("o"), form.options)
    assert command.endswith("--format nbits --float16-rest")
    demo.document.edit("back", plan=for_target(demo.document.plan, "tensorrt"))
    settled(qtbot, demo)
    assert form.form.currentData() == "qdq"
    assert form.options == ExportOptions()
