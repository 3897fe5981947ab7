from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.jobs import Job
from app.main_window import MainWindow
from quantengine.plan import DYNAMIC
from quantengine.work.recipe import Recipe
from tests.app.conftest import WAIT_MS, settled

LAYER = "block2.project.conv"


def done(qtbot: QtBot, window: MainWindow, job: Job | None) -> None:
    assert job is not None
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        pass
    settled(qtbot, window)


def test_the_bias_of_one_layer_then_of_another(qtbot: QtBot, demo: MainWindow) -> None:
    document = demo.document
    document.edit("alone", recipe=Recipe())
    settled(qtbot, demo)
    document.select(LAYER)
    demo.tune.bias.click()
    done(qtbot, demo, demo.jobs.running("treatment"))
    assert document.decided.recipe == Recipe((f"bias:{LAYER}",))
    assert set(document.outcome.resolution.encodings.biases) <= {LAYER}
    assert "bias:" in demo.notice.text.text()
    document.select("block1.project.conv")
    demo.tune.correct_bias()
    done(qtbot, demo, demo.jobs.running("treatment"))
    assert document.decided.recipe == Recipe((f"bias:{LAYER}", "bias:block1.project.conv"))
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.decided.recipe == Recipe()


def test_a_bias_that_is_corrected_already_is_not_offered(qtbot: QtBot, demo: MainWindow) -> None:
    document = demo.document
    document.select(LAYER)
    button = demo.tune.bias
    assert not button.isEnabled()
    assert "already" in button.toolTip()
    document.edit("alone", recipe=Recipe())
    qtbot.waitUntil(button.isEnabled, timeout=WAIT_MS)
    done(qtbot, demo, demo.treatments.start(Recipe(("bias",))))
    assert not button.isEnabled()
    document.undo_stack.undo()
    qtbot.waitUntil(button.isEnabled, timeout=WAIT_MS)
    document.select("pool")
    assert not button.isEnabled()


def test_the_best_method_for_the_outputs_is_one_step(qtbot: QtBot, demo: MainWindow) -> None:
    document = demo.document
    document.select(LAYER)
    before, count = document.plan, document.undo_stack.count()
    demo.tune.best_for_output()
    done(qtbot, demo, demo.jobs.running("best"))
    assert document.undo_stack.count() - count in (0, 1)
    assert (document.plan == before) == (document.undo_stack.count() == count)
    assert "dB" in demo.notice.text.text()


def test_ranges_while_running_are_offered_where_they_can_be(qtbot: QtBot, demo: MainWindow) -> None:
    document, box = demo.document, demo.tune.dynamic
    document.select("pool")
    assert not box.isEnabled()
    assert "Only for layers with a weight" in box.toolTip()
    document.select(LAYER)
    box.click()
    settled(qtbot, demo)
    assert document.outcome.resolution.encodings.dynamic == {LAYER}
    document.undo_stack.undo()
    settled(qtbot, demo)
    document.select("classify")
    assert box.isEnabled()
    box.click()
    settled(qtbot, demo)
    assert document.outcome.resolution.encodings.dynamic == {"classify"}
    assert box.isChecked()
    rows = {row.name: row for row in document.outcome.rows}
    assert rows["pool"].output_type == DYNAMIC
    box.click()
    settled(qtbot, demo)
    assert not document.outcome.resolution.encodings.dynamic
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert not document.plan.overrides


def test_why_a_layer_hurts_is_said_with_a_button_that_mends_it(
    qtbot: QtBot, demo: MainWindow
) -> None:
    document, why = demo.document, demo.tune.why
    document.select(LAYER)
    demo.tune.output.changed.emit({"low": -0.05, "high": 0.05})
    clipped = "clipped"
    qtbot.waitUntil(lambda: any(clipped in c.text for c in why.causes), timeout=WAIT_MS)
    assert why.isVisible()
    (button,) = [b for b in why.buttons if b.text() == "Best method"]
    button.click()
    done(qtbot, demo, demo.jobs.running("best"))
    qtbot.waitUntil(lambda: not any(clipped in c.text for c in why.causes), timeout=WAIT_MS)
    document.select(LAYER, "block1.project.conv")
    assert not why.causes
    assert not why.isVisible()


def test_a_width_that_is_not_offered_is_shown_while_it_lasts(demo: MainWindow) -> None:
    document, bits = demo.document, demo.tune.weight.bits
    document.select(LAYER)
    bits.show_value(5)
    assert bits.value == 5
    bits.show_value(8)
    assert bits.value == 8
    assert 5 not in bits.buttons
