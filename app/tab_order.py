"""The order in which Tab goes through the window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def put_in_order(window: QWidget, places: Sequence[QWidget]) -> None:
    """Controls go as the parts of the window that hold them; what lies in none comes last.

    Parts are made when they first come in sight, and Qt puts what comes late at the end.
    """
    chain = [each for each in _chain(window) if _takes_tab(each)]
    ranks = {each: _rank(each, places) for each in chain}
    for before, after in pairwise(sorted(chain, key=ranks.__getitem__)):
        QWidget.setTabOrder(before, after)


def _chain(window: QWidget) -> Iterator[QWidget]:
    at = window.nextInFocusChain()
    while at is not None and at is not window:
        yield at
        at = at.nextInFocusChain()


def _takes_tab(part: QWidget) -> bool:
    return bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus) and part.focusProxy() is None


def _rank(part: QWidget, places: Sequence[QWidget]) -> int:
    holding = (k for k, place in enumerate(places) if place is part or place.isAncestorOf(part))
    return next(holding, len(places))
