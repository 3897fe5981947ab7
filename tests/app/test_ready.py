"""What is made ready for a model is made once, and goes with the model."""

from __future__ import annotations

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor

from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.place import WEIGHT, Place
from app.ready import Ready
from quantengine.bundled import demo_model
from quantengine.graph.load import open_model
from tests.app.conftest import WAIT_MS

PLACE = Place(WEIGHT, "block2.project.conv.weight", 0)


def test_statistics_of_a_weight_are_made_once_whoever_asks() -> None:
    model, ready = open_model(demo_model()), Ready()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: ready.weight_stats(model, PLACE), range(32)))
    assert len(set(map(id, found))) == 1
    channel = ready.weight_stats(model, PLACE, 3)
    assert channel is not None and channel.count < found[0].count


def test_another_model_leaves_nothing_of_the_one_before(qtbot: QtBot, small: MainWindow) -> None:
    document, network = small.document, small.network
    qtbot.waitUntil(lambda: not network.errors_are_stale, timeout=WAIT_MS)
    network.ready.weight_stats(document.model, Place(WEIGHT, "w1", 0))
    network.compare()
    ready, model = weakref.ref(network.ready), weakref.ref(document.model)
    small.steps.open_model(document.model.path)
    qtbot.waitUntil(lambda: document.model is not model(), timeout=WAIT_MS)

    def gone() -> bool:
        gc.collect()
        return ready() is None and model() is None

    qtbot.waitUntil(gone, timeout=WAIT_MS)  # what was cancelled may still be on its way out
    assert network.compared is None
