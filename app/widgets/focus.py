"""Where the keyboard goes when something is brought forward."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def focus_first(inside: QWidget) -> None:
    """The first control that is to be seen, or what `inside` names itself."""
    if inside.focusProxy() is not None:
        inside.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return
    at = inside.nextInFocusChain()
    while at is not None and at is not inside:
        takes = bool(at.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if takes and inside.isAncestorOf(at) and at.isVisibleTo(inside) and at.isEnabled():
            at.setFocus(Qt.FocusReason.TabFocusReason)
            return
        at = at.nextInFocusChain()
