"""Parts are made in turns, and what was made is drawn between them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.page import Page
from app.pages import Part
from app.part_box import PartBox
from app.widgets.in_turns import InTurns
from tests.app.conftest import WAIT_MS

PIECES = 3


class Counted(InTurns):
    def __init__(self) -> None:
        self.made: list[int] = []
        self.pieces = iter([partial(self.made.append, piece) for piece in range(PIECES)])


def test_pieces_are_made_in_order_and_once() -> None:
    counted = Counted()
    assert counted.make_more() and counted.made == [0]
    counted.make_whole()
    assert counted.made == [0, 1, 2]
    assert not counted.make_more() and counted.made == [0, 1, 2]


def test_what_a_turn_made_is_drawn_before_the_next_piece(qtbot: QtBot) -> None:
    turns: list[str] = []

    def make_more(name: str) -> bool:
        turns.append(name)
        QTimer.singleShot(0, lambda: turns.append("drawn"))
        return True

    def is_ready(_name: str) -> bool:
        return turns.count("piece") < PIECES

    page = Page([PartBox(Part("piece", "", ""), folded=False)], make_more, is_ready, lambda: False)
    qtbot.addWidget(page)
    page.show()
    page.look()
    qtbot.waitUntil(lambda: turns.count("drawn") == PIECES, timeout=WAIT_MS)
    assert turns == ["piece", "drawn"] * PIECES


def test_a_part_that_is_asked_for_is_whole(demo: MainWindow) -> None:
    for name in demo.views.names:
        view = demo.views.view(name)
        assert not view.make_more(), name
