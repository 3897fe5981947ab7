"""Why the selected layer hurts: what the engine is sure of, with a button that mends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from ..context import Context
from ..network import Measured
from ..outcome import Outcome
from ..text import breakable, on_button
from ..translation import said
from ..widgets.label import Label
from ..widgets.row import fill, horizontal, vertical

if TYPE_CHECKING:
    from quantengine.analyze.why import Evidence
    from quantengine.analyze.why_cause import Cause

Errors = Measured[Mapping[str, float]]
Key = tuple[Outcome, Errors | None, str]


class WhyBox(QWidget):
    """`wanted` names a remedy that was asked for, and the layer it speaks of if any."""

    wanted = Signal(str, object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._known: tuple[Outcome, Errors | None, Evidence] | None = None
        self._key: Key | None = None
        self.causes: tuple[Cause, ...] = ()
        self.buttons: list[QPushButton] = []
        self._shown: list[QWidget] = []
        heading = Label(self.tr("Why it hurts"))
        heading.setProperty("heading", True)
        self._column = vertical(self, 0, 8, 0, 0, spacing=8)
        self._column.addWidget(heading)
        self.hide()

    def show_layer(self, outcome: Outcome | None, layer: str | None) -> None:
        """Nothing is said while that is worked out, nor of several layers."""
        if outcome is None or layer is None or outcome.resolution is None:
            self._key = self._known = None
            self._show(())
            return
        errors = self._context.network.errors
        fresh = None if self._context.network.errors_are_stale else errors
        key = (outcome, fresh, layer)
        if self._key is not None and _same(self._key, key):
            return
        if self._key is None or self._key[2] != layer:
            self._show(())
        self._key = key
        job = self._context.steps.start(
            "why", self.tr("Looking at the layer"), lambda _m: self._found(key)
        )
        job.done.connect(lambda causes: self._take(key, causes))

    def _found(self, key: Key) -> tuple[Cause, ...]:
        from quantengine.analyze.why import why

        return why(self._evidence(key), key[2])

    def _evidence(self, key: Key) -> Evidence:
        from quantengine.analyze.why import Evidence

        outcome, errors, _ = key
        known = self._known
        if known is None or known[0] is not outcome or known[1] is not errors:
            assert outcome.resolution is not None and outcome.candidate is not None
            levels = {} if errors is None else errors.found
            short = dict(zip(outcome.tree.names, outcome.tree.short, strict=True))
            found = Evidence.of(
                outcome.model,
                outcome.resolution,
                outcome.table,
                levels,
                corrected=outcome.candidate.corrects_bias or not outcome.settled,
            )
            found = replace(found, named=lambda name: short.get(name, name))
            known = self._known = (outcome, errors, found)
        return known[2]

    def _take(self, key: Key, causes: tuple[Cause, ...]) -> None:
        if self._key is not None and _same(self._key, key):
            self._show(causes)

    def _show(self, causes: tuple[Cause, ...]) -> None:
        self.causes = causes
        for old in self._shown:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._shown, self.buttons = [], []
        for cause in causes:
            text = Label(breakable(said(cause.text)))
            text.setWordWrap(True)
            self._put(text)
            words = self._words(cause)
            if words:
                self._offer(words, cause)
        self.setVisible(bool(causes))

    def _put(self, part: QWidget) -> None:
        self._shown.append(part)
        self._column.addWidget(part)

    def _offer(self, words: str, cause: Cause) -> None:
        button = QPushButton(on_button(words))
        button.clicked.connect(lambda _on: self.wanted.emit(cause.remedy, cause.layer))
        self.buttons.append(button)
        line = QWidget()
        fill(horizontal(line, 0, 0, 0, 0), button, 1)
        self._put(line)

    def _words(self, cause: Cause) -> str:
        return {
            "bias": self.tr("Correct bias"),
            "channel": self.tr("Scales per channel"),
            "method": self.tr("Best method"),
            "bits": self.tr("16 bits"),
            "equalize": self.tr("Recover: equalize"),
            "show": self.tr("Show that layer"),
        }.get(cause.remedy, "")


def _same(a: Key, b: Key) -> bool:
    return all(x is y for x, y in zip(a[:2], b[:2], strict=True)) and a[2] == b[2]
