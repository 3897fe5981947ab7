"""The selected layer as it was before its last change, as long as a key is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from .document import Document

if TYPE_CHECKING:
    from .outcome import Outcome


class Peek(QObject):
    """Views show `outcome`: that of the document, or the one before while `held`."""

    changed = Signal()

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._now: Outcome | None = None
        self._before: dict[str, Outcome] = {}
        self.held = False
        document.outcome_changed.connect(self._note)
        document.selection_changed.connect(self.release)

    @property
    def before(self) -> Outcome | None:
        """What the selected layer was last part of in another form."""
        chosen = self._document.selection.layers[:1]
        return self._before.get(chosen[0]) if chosen else None

    @property
    def outcome(self) -> Outcome | None:
        return self.before if self.held else self._document.outcome

    def hold(self) -> None:
        """Nothing happens where the selected layer was not changed."""
        if not self.held and self.before is not None:
            self.held = True
            self.changed.emit()

    def release(self) -> None:
        if self.held:
            self.held = False
            self.changed.emit()

    def _note(self) -> None:
        """Keeps the outcome before for each layer that is not what it was."""
        old, self._now = self._now, self._document.outcome
        now = self._now
        known = old is not None and now is not None and old.resolution and now.resolution
        if not known or old is None or now is None or old.model.path != now.model.path:
            self._before = {}
        else:
            rows = {row.name: row for row in old.rows}
            changed = (row.name for row in now.rows if rows.get(row.name) != row)
            self._before |= dict.fromkeys(changed, old)
        self.release()
