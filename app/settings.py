"""What the window remembers between runs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QByteArray, QSettings

from quantengine.errors import QuantError

from .local_path import stored_path
from .theme import DARK, LIGHT, LIMITS_DB, SYSTEM

if TYPE_CHECKING:
    from .sessions import Session

MOST_RECENT = 12


class Settings:
    """Typed access to QSettings."""

    def __init__(self, store: QSettings | None = None) -> None:
        self._store = store or QSettings("quantscope", "quantscope")

    @classmethod
    def in_file(cls, path: Path) -> Settings:
        """Settings of their own, apart from the person's."""
        return cls(QSettings(str(path), QSettings.Format.IniFormat))

    @property
    def sessions(self) -> tuple[Session, ...]:
        """What was open, the newest first; some files may be gone."""
        from .sessions import Session

        found = []
        for stored in _listed(self._store.value("sessions", [])):
            with suppress(ValueError, KeyError, TypeError, QuantError):  # of another version
                found.append(Session.from_json(json.loads(stored)))
        known = {each.path for each in found}
        before = (stored_path(name) for name in _listed(self._store.value("recent", [])))
        return (*found, *(Session(path) for path in before if path not in known))[:MOST_RECENT]

    @property
    def recent(self) -> tuple[Path, ...]:
        """Models and projects, the newest first."""
        return tuple(each.path for each in self.sessions)

    def add_recent(self, path: Path) -> None:
        """Comes to the front, with what is known of its last session."""
        from .sessions import Session

        chosen = path.absolute()
        known = {each.path: each for each in self.sessions}
        first = known.pop(chosen, Session(chosen))
        self._put_sessions((first, *known.values()))

    def note_session(self, session: Session) -> None:
        """Takes the place of what was known of its file."""
        self._put_sessions(
            tuple(session if each.path == session.path else each for each in self.sessions)
        )

    def _put_sessions(self, sessions: tuple[Session, ...]) -> None:
        stored = [json.dumps(each.to_json()) for each in sessions[:MOST_RECENT]]
        self._store.setValue("sessions", stored)
        self._store.remove("recent")

    @property
    def theme(self) -> str:
        stored = str(self._store.value("theme", SYSTEM))
        return stored if stored in (SYSTEM, LIGHT, DARK) else SYSTEM

    @theme.setter
    def theme(self, choice: str) -> None:
        self._store.setValue("theme", choice)

    @property
    def language(self) -> str:
        """A language's code, or nothing for the system's."""
        return str(self._store.value("language", ""))

    @language.setter
    def language(self, code: str) -> None:
        self._store.setValue("language", code)

    @property
    def looks_by_itself(self) -> bool:
        """Whether the window calibrates, judges and looks for culprits while nothing else runs."""
        return str(self._store.value("looks_by_itself", "true")) != "false"

    @looks_by_itself.setter
    def looks_by_itself(self, on: bool) -> None:
        self._store.setValue("looks_by_itself", "true" if on else "false")

    @property
    def limits_db(self) -> tuple[float, float, float]:
        """The limits of the SQNR colours; what is stored but no three numbers is ignored."""
        stored = str(self._store.value("limits_db", "")).split(" ")
        try:
            low, middle, high = (float(part) for part in stored)
        except ValueError:
            return LIMITS_DB
        return low, middle, high

    @limits_db.setter
    def limits_db(self, limits: tuple[float, float, float]) -> None:
        self._store.setValue("limits_db", " ".join(f"{limit:g}" for limit in limits))

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the layers that a person chose, none where it was never done."""
        return tuple(str(self._store.value("columns", "")).split())

    @columns.setter
    def columns(self, names: Iterable[str]) -> None:
        self._store.setValue("columns", " ".join(names))

    @property
    def metrics(self) -> tuple[str, ...]:
        """SHA-256 of the files that a person allowed to run as metrics."""
        return tuple(str(self._store.value("metrics", "")).split())

    def allow_metric(self, digest: str) -> None:
        known = dict.fromkeys((*self.metrics, digest))
        self._store.setValue("metrics", " ".join(known))

    def layout(self, name: str) -> QByteArray:
        """The geometry or state stored under `name`, empty where there is none."""
        stored = self._store.value(f"layout/{name}")
        return stored if isinstance(stored, QByteArray) else QByteArray()

    def set_layout(self, name: str, state: QByteArray) -> None:
        self._store.setValue(f"layout/{name}", state)

    def is_folded(self, part: str, *, otherwise: bool) -> bool:
        """Whether a person left a section folded; `otherwise` where none touched it."""
        return str(self._store.value(f"folded/{part}", otherwise)).lower() == "true"

    def set_folded(self, part: str, folded: bool) -> None:
        self._store.setValue(f"folded/{part}", folded)

    def folder(self, kind: str) -> str:
        """The folder a file dialog of this kind was last in."""
        return str(self._store.value(f"folder/{kind}", ""))

    def set_folder(self, kind: str, path: Path) -> None:
        self._store.setValue(f"folder/{kind}", str(path))

    def sync(self) -> None:
        self._store.sync()


def _listed(stored: object) -> list[str]:
    """QSettings gives a list of one back as its only text."""
    return [stored] if isinstance(stored, str) else list(cast("Iterable[str]", stored or []))
