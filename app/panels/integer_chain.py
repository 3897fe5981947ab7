"""One value of a layer on codes, number by number."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from quantengine.analyze.integer_chain import IntegerChain, Link

from ..text import MINUS, number
from ..translation import said
from ..widgets.figure_table import FigureTable
from ..widgets.label import Label
from ..widgets.row import fill, vertical
from .sums import whole

_DIGITS = 7


class ChainTable(QWidget):
    """Codes, terms, accumulator and every ending; hidden until it is known."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.codes = Label(), Label()
        self.codes.setProperty("dim", True)
        for label in (self.title, self.codes):
            label.setWordWrap(True)
        headings = [
            (self.tr("One value on codes"), self.tr("In the order in which it is computed")),
            (self.tr("Formula"), self.tr("q: code, z: zero point, s: scale, N: how many products")),
            (self.tr("Value"), self.tr("On the first sample, at the largest sum")),
        ]
        self.table = FigureTable(self.tr("One value on codes"), headings)
        fill(vertical(self, 0, 8, 0, 0, spacing=4), self.title, self.codes, self.table)
        self.hide()

    def show_chain(self, chain: IntegerChain | str | None) -> None:
        """None while it is not known; a text says why there is none."""
        self.setVisible(chain is not None)
        known = isinstance(chain, IntegerChain)
        self.codes.setVisible(known)
        self.table.setVisible(known)
        if isinstance(chain, IntegerChain):
            self._show(chain)
        else:
            self.title.setText(chain or "")

    def _show(self, chain: IntegerChain) -> None:
        place = ", ".join(map(str, chain.place))
        self.title.setText(self.tr("{0}, value at [{1}]").format(chain.sample, place))
        codes = ", ".join(" \N{MULTIPLICATION SIGN} ".join(map(str, pair)) for pair in chain.codes)
        self.codes.setText(self.tr("First codes: {0}").format(codes.replace("-", MINUS)))
        self.table.show_rows(
            [
                (said(link.said), link.formula.replace("-", MINUS), _value(link))
                for link in chain.links
            ],
            tips=[said(link.said) for link in chain.links],
        )
        self.table.fit_rows()


def _value(link: Link) -> str:
    return whole(link.value) if isinstance(link.value, int) else number(link.value, _DIGITS)
