"""A wrong guess of how pictures are prepared is found out by the window itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.facts import DataSource
from app.main_window import MainWindow
from app.panels.preset_choice import PresetChoice
from app.settings import Settings
from quantengine.data.options import DataOptions
from quantengine.data.preprocessing import PRESETS
from tests.app.conftest import WAIT_MS
from tests.app.header import flag, question
from tests.engine.onnx_text import text_model

GRAPH = """
g (float[n,3,8,8] x) => (float[n,8] y) {
  a = Conv (x, w)
  b = GlobalAveragePool (a)
  c = Flatten (b)
  y = Gemm (c, means, bias)
}
"""


def trained_with(preset: str, folder: Path) -> DataSource:
    """Eight greys, each twice; the network knows them as `preset` prepares them."""
    greys = np.repeat(np.arange(16, 256, 32, dtype=np.uint8), 2)
    images = np.broadcast_to(greys[:, None, None, None], (16, 8, 8, 3))
    np.savez(folder / "greys.npz", images=images, labels=np.arange(16) // 2)
    means = np.stack([PRESETS[preset].apply(image)[:, 0, 0] for image in images[::2]])
    weights = {
        "w": np.eye(3, dtype=np.float32)[:, :, None, None],
        "means": means.T,
        "bias": -(means**2).sum(axis=1) / 2,
    }
    text_model(folder / "greys.onnx", GRAPH, weights)
    return DataSource(folder / "greys.npz", DataOptions())


def test_a_wrong_guess_is_asked_about_and_mended_in_one_step(
    qtbot: QtBot,
    window: MainWindow,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(PresetChoice, "show_dataset", lambda *_: None)  # nobody looks at the sheet
    settings.looks_by_itself = True
    guessed, document = trained_with("tf", tmp_path), window.document
    window.steps.open_model(tmp_path / "greys.onnx", guessed)
    qtbot.waitUntil(lambda: question(window).startswith("Pictures"), timeout=WAIT_MS)
    window.findings.look_by_itself(False)
    assert document.table is not None, "figures first"
    now, best = window.findings.presets.better
    assert question(window) == (
        f"Pictures prepared as 'tf' are recognised better: 16 of 16, {now.right} of 16 as now "
        "(imagenet, guessed)."
    )
    assert now.right <= 14 and best.right == 16
    window.header.question.buttons["Use tf"].click()
    table = document.table
    qtbot.waitUntil(lambda: document.table is not table, timeout=WAIT_MS)
    assert document.decided.source.options.preset == "tf" and not document.table_is_stale
    assert document.undo_stack.count() == 1 and not question(window).startswith("Pictures")
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: document.dataset_source == guessed, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.jobs.running("data") is None, timeout=WAIT_MS)
    assert question(window).startswith("Pictures"), "an undo costs nothing"
    qtbot.waitUntil(lambda: not window.document.outcome_is_stale, timeout=WAIT_MS)
    assert flag(window) and window.header.flag.isVisible(), "what to do is said beside it"
    window.header.question.buttons["Keep"].click()
    assert not question(window).startswith("Pictures")


@pytest.mark.parametrize(("trained", "chosen"), [("imagenet", None), ("tf", "imagenet")])
def test_a_right_guess_and_a_choice_are_passed_over(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, trained: str, chosen: str | None
) -> None:
    source = trained_with(trained, tmp_path)
    said = DataSource(source.path, DataOptions(preset=chosen))
    window.steps.open_model(tmp_path / "greys.onnx", said)
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=WAIT_MS)
    presets = window.findings.presets
    presets.begin("presets")
    qtbot.waitUntil(lambda: presets.trials is not None, timeout=WAIT_MS)
    assert presets.trials[0].preset == trained and presets.trials[0].right == 16
    assert (presets.better is None) == (chosen is None)
    assert flag(window).startswith("Calibrate to see")
