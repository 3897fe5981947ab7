"""What was open before: a model with its data, what judged it and how good it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from .facts import DataSource
from .local_path import stored_name, stored_path
from .verdict_figures import file_figures, judged_figures

if TYPE_CHECKING:
    from .context import Context

_SETTLE_MS = 500


@dataclass(frozen=True)
class Session:
    """A model or a project; `verdict` is a line of its last figures, "" where none was known."""

    path: Path
    data: DataSource | None = None
    judged_on: DataSource | None = None
    verdict: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "path": stored_name(self.path),
            "data": _put(self.data),
            "judged_on": _put(self.judged_on),
            "verdict": self.verdict,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Session:
        """Raises KeyError, TypeError or QuantError for anything else."""
        path = stored_path(str(stored["path"]))
        sources = _taken(stored["data"]), _taken(stored["judged_on"])
        return cls(path, *sources, str(stored["verdict"]))


def _put(source: DataSource | None) -> dict[str, Any] | None:
    if source is None:
        return None
    return {"path": stored_name(source.path), "options": source.options.to_json()}


def _taken(stored: Mapping[str, Any] | None) -> DataSource | None:
    from quantengine.data.options import DataOptions

    if stored is None:
        return None
    return DataSource(stored_path(str(stored["path"])), DataOptions.from_json(stored["options"]))


class Sessions(QObject):
    """Notes what is open whenever a figure of it settles."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.document)
        self._context = context
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SETTLE_MS)
        self._later.timeout.connect(self.note)
        document = context.document
        for changed in (
            document.decided_changed,
            document.judged_changed,
            document.project_changed,
            context.network.changed,
            context.findings.changed,
        ):
            changed.connect(self._later.start)

    def note(self) -> None:
        """Of what is remembered: a file that is open and was not opened by chance."""
        document, settings = self._context.document, self._context.settings
        if document.model is None:
            return
        path = (document.project or document.model.path).absolute()
        if path not in settings.recent:
            return
        decided = document.decided
        settings.note_session(
            Session(path, decided.source, decided.judged_on, _verdict(self._context))
        )


def _verdict(context: Context) -> str:
    """The first figures, as far as they are of what is decided now."""
    network, tried = context.network, context.findings.rehearsed
    outcome, few = context.document.outcome, network.measured
    if outcome is None:
        return ""
    if tried is not None and network.is_current(tried):
        shown = [*judged_figures(tried.found.verdict), *file_figures(outcome, tried.found)]
    elif few is not None and network.is_current(few):
        shown = [*judged_figures(few.found), *file_figures(outcome, None)]
    else:
        return ""
    n = next((each.n for each in shown if each.n), 0)
    said = [f"{each.title} {each.value}" for each in shown[:4]]
    return " \N{MIDDLE DOT} ".join([*said, f"n {n}"])
