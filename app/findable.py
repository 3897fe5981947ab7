"""What Ctrl+K finds: commands, parts of the pages and layers."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QAction, QKeySequence

from .actions import Actions
from .commands import Shell
from .document import Document
from .pages import parts
from .translation import tr
from .widgets.palette import Entry


def findable(actions: Actions, document: Document, shell: Shell) -> list[Entry]:
    """Each with its keys or its kind, and what choosing it does."""
    found: list[Entry] = [
        (action.text(), keys_of(action) or tr("command"), action.trigger)
        for action in actions
        if action.isEnabled()
    ]
    if document.model is not None:
        found += [(part.shown, tr("view"), partial(shell.show_view, part.name)) for part in parts()]
    rows = () if document.outcome is None else document.outcome.rows
    found += [(row.name, tr("layer"), partial(document.select, row.name)) for row in rows]
    return found


def keys_of(action: QAction) -> str:
    """As they are written on this system."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
