from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.entries import count, mapping, numbers, side
from app.facts import DataSource
from app.main_window import MainWindow
from app.panels.data import DataView
from app.panels.data_form import DataForm
from app.widgets.thumbnails import Thumbnails
from quantengine.data.dataset import Sample
from quantengine.data.input import Input
from quantengine.data.open import in_memory, open_data
from quantengine.data.options import DataOptions, InputOptions
from tests.app.conftest import WAIT_MS
from tests.engine.streaming import WIDE, cell

pytestmark = pytest.mark.usefixtures("plan_alone")


@pytest.fixture
def view(qtbot: QtBot, demo: MainWindow) -> DataView:
    made = demo.views.show_view("data")
    assert isinstance(made, DataView)
    qtbot.waitUntil(lambda: made.thumbnails.count() > 8, timeout=WAIT_MS)
    return made


def apply(qtbot: QtBot, view: DataView) -> None:
    with qtbot.waitSignal(view.context.document.data_changed, timeout=WAIT_MS):
        view.form.button.click()


def test_colour_and_range_of_samples_are_one_undo_step(
    qtbot: QtBot, demo: MainWindow, view: DataView
) -> None:
    before = demo.document.dataset
    view.form.colour.setCurrentIndex(view.form.colour.findData("bgr"))
    view.form.start.setText("10")
    view.form.stop.setText("14")
    apply(qtbot, view)
    dataset = demo.document.dataset
    assert dataset.preprocessing["image"].bgr
    assert dataset.names == tuple(f"calib_images[{place:06}]" for place in range(10, 14))
    qtbot.waitUntil(lambda: view.thumbnails.count() == 4, timeout=WAIT_MS)
    assert demo.document.undo_stack.count() == 1
    with qtbot.waitSignal(demo.document.data_changed, timeout=WAIT_MS):
        demo.document.undo_stack.undo()
    assert len(demo.document.dataset) == len(before)
    assert view.form.colour.currentData() == ""


def test_guesses_are_told_in_words_of_the_form(
    qtbot: QtBot, demo: MainWindow, view: DataView
) -> None:
    view.form.preset.setCurrentIndex(0)
    view.form.labels.setText("")
    apply(qtbot, view)
    assert "a guess, the model does not say" in view.notes.text()
    assert "--" not in view.notes.text()
    assert "value = (pixel/255" in view.form.formula.text()
    assert view.form.crop.placeholderText() == "32"


def test_an_input_that_is_not_clear_can_be_mapped(
    qtbot: QtBot, demo: MainWindow, view: DataView, tmp_path: Path
) -> None:
    values = np.zeros((3, 3, 32, 32), np.float32)
    np.savez(tmp_path / "two.npz", first=values, second=values + 1)
    with qtbot.waitSignal(demo.steps.failed, timeout=WAIT_MS) as failed:
        demo.files.take_data(tmp_path / "two.npz")
    assert "map image=KEY" in failed.args[0]
    assert view.source.text() == str(tmp_path / "two.npz")
    assert "Not opened yet" in view.facts.text()
    view.form.mapping.setText("image=second")
    apply(qtbot, view)
    assert demo.document.dataset.load(0).feeds["image"].max() == 1
    assert not view.form.preset.isVisible(), "arrays are not prepared"


def test_each_image_input_has_its_own_lines(qtbot: QtBot, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 3), np.uint8)
    np.savez(tmp_path / "two.npz", a=pixels, b=pixels)
    specs = [Input(name, np.dtype(np.float32), ("n", 3, 8, 8)) for name in "ab"]
    options = DataOptions(preset="tf", inputs={"c": InputOptions(raw=True)})
    dataset = open_data(tmp_path / "two.npz", specs, replace(options, inputs={}))
    form = DataForm()
    qtbot.addWidget(form)
    form.show_options(options, dataset, None)
    assert [form.input_.itemText(k) for k in range(form.input_.count())] == ["a", "b"]
    assert not form.input_.isHidden() and form.preset.currentData() == "tf"
    form.mean.setText("0.5")
    form.input_.setCurrentText("b")
    form.input_.activated.emit(1)
    assert form.mean.text() == "" and form.preset.currentData() == ""
    form.preset.setCurrentIndex(form.preset.findData("unit"))
    found = form.options(options)
    assert (found.preset, found.mean) == ("tf", (0.5,))
    assert found.inputs == {"c": InputOptions(raw=True), "b": InputOptions(preset="unit")}
    form.crop.setText("wide")
    with qtbot.waitSignal(form.refused):
        form.input_.setCurrentText("a")
        form.input_.activated.emit(0)
    assert form.input_.currentText() == "b"


def test_how_images_fit_and_what_files_hold_is_said_in_lines(qtbot: QtBot, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 6, 8, 3), np.uint8)
    pixels.tofile(tmp_path / "a.raw")
    options = DataOptions(preset="unit", stored="uint8:6x8x3", fit="letterbox:7")
    spec = Input("x", np.dtype(np.float32), ("n", 3, 8, 8))
    form = DataForm()
    qtbot.addWidget(form)
    form.show_options(options, open_data(tmp_path / "a.raw", [spec], options), None)
    assert form.fit.currentData() == "letterbox:7"
    assert not form.stored.isHidden() and form.rate.isHidden() and form.frames.isHidden()
    assert form.options(options) == options
    form.fit.setCurrentIndex(form.fit.findData("stretch"))
    form.stored.setText("uint8:8x6x3")
    assert form.options(options) == replace(options, fit="stretch", stored="uint8:8x6x3")


def test_one_image_input_needs_no_choice(view: DataView) -> None:
    assert view.form.input_.isHidden()


def test_what_cannot_be_read_is_a_sentence(qtbot: QtBot, demo: MainWindow, view: DataView) -> None:
    before = demo.document.decided
    view.form.resize_.setText("wide")
    with qtbot.waitSignal(demo.steps.failed, timeout=WAIT_MS) as failed:
        view.form.button.click()
    assert "'wide' is no size" in failed.args[0]
    assert demo.document.decided == before


def test_entries() -> None:
    assert side("320 x 240") == (320, 240)
    assert side("32") == 32
    assert side("x48") == side("0, 48") == (0, 48)
    assert side(" ") is None
    assert numbers("0.5, 1") == (0.5, 1.0)
    assert count("0", least=0) == 0
    assert mapping("ids=tokens, mask=1") == {"ids": "tokens", "mask": "1"}
    assert mapping("x=a, b, y=1") == {"x": "a,b", "y": "1"}
    for read, bad in ((side, "0"), (numbers, "a"), (count, "0"), (mapping, "ids")):
        with pytest.raises(ValueError, match=f"'{bad}'"):
            read(bad)


def test_states_are_proposed_and_fed_back_once_somebody_says_so(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "heard.npz", x=rng.normal(size=(2, 6, WIDE)).astype(np.float32))
    window.steps.open_model(cell(tmp_path).path, DataSource(tmp_path / "heard.npz", DataOptions()))
    made = window.views.show_view("data")
    assert isinstance(made, DataView)
    qtbot.waitUntil(
        lambda: (
            window.document.refused is not None
            and made.form.proposal.property("states") == "state=stateN"
        ),
        timeout=WAIT_MS,
    )
    assert made.form.loops.text() == ""
    made.form.proposal.click()
    assert made.form.loops.text() == "state=stateN"
    apply(qtbot, made)
    qtbot.waitUntil(lambda: "2 sequences of 12 steps" in made.facts.text(), timeout=WAIT_MS)
    assert window.document.dataset.names[7] == "x[000001] step 1"


def test_a_sound_is_drawn_as_a_curve(qtbot: QtBot) -> None:
    wave = np.sin(np.arange(64) / 4).astype(np.float32)
    data = in_memory({"x": np.stack([wave, wave * 0.5]), "k": np.zeros((2, 3), np.float32)})
    shown = Thumbnails()
    qtbot.addWidget(shown)
    shown.add(data, 0, data.load(0), "")
    assert not shown.item(0).icon().isNull()
    shown.add(data, 1, Sample("few", {"k": data.load(1).feeds["k"]}), "")
    assert shown.item(1).icon().isNull()
