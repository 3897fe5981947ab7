"""What the views of one tensor share: which it is, and what they say while there is none."""

from __future__ import annotations

from ..outcome import Outcome
from ..panels.view import View
from ..place import Place
from ..subject import chosen_place

Seen = tuple[Outcome, str, Place]
"""The plan's outcome, the selected layer, and the tensor of it that is looked at."""


class TensorView(View):
    """Follows outcome and selection, and the outcome before while its key is held."""

    shows_statistics = True
    lane = ""
    """Of the work that reads what is seen; it is dropped where there is nothing to see."""

    def seen(self, purpose: str) -> Seen | None:
        """What to show; None after saying what is missing. `purpose`: what will be here."""
        found = self._seen_now(purpose)
        if found is None:
            self.context.jobs.cancel(self.lane)
        return found

    def _seen_now(self, purpose: str) -> Seen | None:
        outcome, selection = self.context.peek.outcome, self.context.document.selection
        if outcome is None or outcome.resolution is None:
            self.show_missing_statistics(purpose)
            return None
        place = None
        if selection.layers:
            place = chosen_place(outcome, selection.layers[0], selection.tensor)
        if place is None:
            self.show_empty(self.tr("Choose a quantized layer on the left."))
            return None
        return outcome, selection.layers[0], place
