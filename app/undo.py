"""One step back, and forth again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtGui import QAction, QUndoCommand, QUndoStack

from .text import on_button
from .translation import tr

if TYPE_CHECKING:
    from .decided import Decided


class Edit(QUndoCommand):
    """Swaps `before` for `after`; edits with the same merge key become one step."""

    def __init__(
        self,
        step: Callable[[Decided, Decided], None],
        before: Decided,
        after: Decided,
        text: str,
        merge: str | None,
    ) -> None:
        super().__init__(on_button(text))
        self._step = step
        self._before = before
        self._after = after
        self._merge = merge

    def redo(self) -> None:
        self._step(self._before, self._after)

    def undo(self) -> None:
        self._step(self._after, self._before)

    def id(self) -> int:
        return -1 if self._merge is None else 1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802
        if not isinstance(other, Edit) or other._merge != self._merge:
            return False
        self._after = other._after
        return True


def undo_action(stack: QUndoStack, parent: QObject) -> QAction:
    """Those that the stack makes itself are gone from Python's view after some hundred actions."""
    made = _action(tr("Undo"), parent, stack.canUndoChanged, stack.undoTextChanged)
    made.triggered.connect(lambda _checked: stack.undo())
    return made


def redo_action(stack: QUndoStack, parent: QObject) -> QAction:
    made = _action(tr("Redo"), parent, stack.canRedoChanged, stack.redoTextChanged)
    made.triggered.connect(lambda _checked: stack.redo())
    return made


def _action(text: str, parent: QObject, can: SignalInstance, named: SignalInstance) -> QAction:
    made = QAction(text, parent)
    made.setEnabled(False)
    can.connect(made.setEnabled)
    named.connect(lambda step: made.setText(f"{text} {step}".rstrip()))
    return made
