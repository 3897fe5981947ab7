"""The samples that suffered most, small: what float says, what the quantized network says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton

from quantengine.verdict.titles import ALIKE

from ..context import Context
from ..panels.view import View
from ..text import decibel, figure
from ..verdict_figures import inside, title_of
from ..widgets.elided_label import ElidedLabel
from ..widgets.row import fill, horizontal, vertical
from ..widgets.sample_tile import SampleTile
from ..widgets.tile import TileGrid

if TYPE_CHECKING:
    from quantengine.analyze.results import Results

_TILE, _PAIR, _TALLEST = QSize(124, 140), QSize(148, 130), 240
_MOST = 24
_WIDEST = 184
"""As wide as a tile gets for its words."""


class SufferedView(View):
    """Worst first; a click selects the sample everywhere."""

    shows_statistics = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._shown: Results | None = None
        self.grid = TileGrid(_TILE, _TALLEST)
        self.note, self.all = ElidedLabel(), QPushButton()
        self.note.setProperty("dim", True)
        self.all.setToolTip(self.tr("They are in Results, with what both networks say"))
        self.all.clicked.connect(lambda _checked: self.context.show("results"))
        stays = self.all.sizePolicy()
        stays.setRetainSizeWhenHidden(True)  # the headings of both parts stand in one line
        self.all.setSizePolicy(stays)
        self.all.hide()
        self._lay_out()
        document = context.document
        self.follow(document.outcome_changed, document.judged_changed, document.sample_changed)
        self.follow(context.answers.changed)
        context.jobs.started.connect(lambda _job: self._note_state())

    def refresh(self) -> None:
        document, answers = self.context.document, self.context.answers
        outcome = document.outcome
        if outcome is None or outcome.resolution is None or document.judged is None:
            self.show_missing_statistics(
                self.tr("The samples that suffer most, with what both networks say of them.")
            )
            return
        self.show_body()
        answers.want()
        found = None if answers.known is None else answers.known.found
        if found is not self._shown:
            self._shown = found
            self._show_tiles(found)
        for tile in self.grid.tiles:
            assert isinstance(tile, SampleTile)
            tile.choose(tile.sample.name == document.sample)
            tile.set_pale(answers.is_stale)
        self._note_state()

    def _show_tiles(self, found: Results | None) -> None:
        worst = () if found is None else found.worst[:_MOST]
        follows = "" if found is None else found.follows or ""
        # A share of one sample is all or nothing, which the answers say.
        ranked = None if found is None or follows in ALIKE else found.figures.get(follows)
        tiles = []
        for each in worst:
            told = figure(each.figure, ranked.unit) if ranked and each.changed else ""
            tile = SampleTile(self.context.theme, each, told, f"{decibel(each.db)} dB")
            tile.clicked.connect(
                lambda _on, name=each.name: self.context.document.select_sample(name)
            )
            tiles.append(tile)
        least = _PAIR if any(tile.is_pair for tile in tiles) else _TILE
        words = max((tile.words_width for tile in tiles), default=0)
        self.grid.set_tiles(tiles, least, min(words, _WIDEST))

    def _note_state(self) -> None:
        found, answers = self._shown, self.context.answers
        self.all.setVisible(found is not None and bool(found.worst))
        if found is None:
            self.note.setText(answers.state)
            return
        shown = len(found.worst)
        every = shown == found.samples
        text = self.tr("all {0}") if every else self.tr("worst {0}")
        self.all.setText(text.format(shown))
        text = self.tr("float, then int8; worst of {0} by {1}")
        if found.follows is None:
            text = self.tr("float, then int8; worst of {0} by their worst slice")
        self.note.setText(text.format(found.samples, inside(title_of(found.follows or ""))))

    def _lay_out(self) -> None:
        title = ElidedLabel(self.tr("Samples that suffered most"))
        title.setProperty("heading", True)
        head = horizontal(None, 4, 0, 0, 0, spacing=8)
        fill(head, (title, 1), self.all)
        foot = horizontal(None, 4, 0, 0, 0)
        foot.addWidget(self.note)
        column = vertical(self.body, 8, 4, 8, 4, spacing=4)
        fill(column, head, (self.grid, 1), foot)
