"""Trainings on disk that can go on, and how far each of them got."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from quantengine.files import whole_file

_MOST = 5
"""Each is as large as the model."""
_ASIDE = ".aside"


class Reached(NamedTuple):
    """After which step a training stopped, and how many there are."""

    step: int
    total: int


class Checkpoints:
    """One file for each key; a run that begins anew loses none that got further."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def exists(self, key: str) -> bool:
        return self._path(key).exists() or self._path(key + _ASIDE).exists()

    def reached(self, key: str) -> Reached | None:
        """None: nobody noted it."""
        found = [self._read(each) for each in (key, key + _ASIDE)]
        return max((each for each in found if each is not None), default=None)

    def note(self, key: str, reached: Reached) -> None:
        with whole_file(self._note(key)) as beside:
            beside.write_text(json.dumps(reached._asdict()), encoding="utf-8")

    @contextmanager
    def running(self, key: str, *, anew: bool) -> Iterator[Path]:
        """Where a run writes; belongs on its thread, since the run before may still be ending."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._settle(key)
        if anew and self._path(key).exists():
            self._move(key, key + _ASIDE)
        ended = False
        try:
            yield self._path(key)
            ended = True
        finally:
            self._settle(key, ended=ended)

    def tidy(self) -> None:
        """Only the last few are kept."""
        found = sorted(self._folder.glob("*.npz"), key=lambda path: path.stat().st_mtime)
        for path in found[:-_MOST]:
            self._remove(path.stem)

    def _settle(self, key: str, *, ended: bool = False) -> None:
        """Keeps the run that got further, or the newer one if it ended."""
        aside = key + _ASIDE
        if not self._path(aside).exists():
            return
        if ended or (self._path(key).exists() and self._step(key) >= self._step(aside)):
            self._remove(aside)
        else:
            self._move(aside, key)

    def _step(self, key: str) -> float:
        """A run whose steps nobody noted may have taken hours: it counts as the furthest."""
        reached = self._read(key)
        return float("inf") if reached is None else reached.step

    def _read(self, key: str) -> Reached | None:
        try:
            data = json.loads(self._note(key).read_text(encoding="utf-8"))
            return Reached(int(data["step"]), int(data["total"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.npz"

    def _note(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _move(self, key: str, to: str) -> None:
        self._remove(to)
        self._path(key).replace(self._path(to))
        if self._note(key).exists():
            self._note(key).replace(self._note(to))

    def _remove(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)
        self._note(key).unlink(missing_ok=True)
