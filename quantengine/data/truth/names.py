"""Which sample a line or a file is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from quantengine.data.suffixes import IMAGES
from quantengine.errors import DataError


def places_of(names: Sequence[str]) -> Mapping[str, int]:
    """Where the sample of a name stands: its own, its last part, that without its ending, or its
    number from 0; what fits several fits none.
    """
    found: dict[str, int] = {str(place): place for place in range(len(names))}
    for part in (_stem, _last, _whole):
        keys = [part(name) for name in names]
        found |= {key: place for place, key in enumerate(keys) if keys.count(key) == 1}
    return found


def image_paths(folder: Path, names: Sequence[str], what: str) -> dict[str, Path]:
    """By sample: the image in a folder that has its name; raises DataError where none has."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in IMAGES)
    places, paths = places_of(names), {}
    for path in files:
        place = place_of(path.relative_to(folder).as_posix(), places)
        if place is not None:
            paths[names[place]] = path
    if not paths:
        raise DataError(
            "{0} holds no {1} image with the name of a sample (such as '{2}')",
            folder.name,
            what,
            names[0],
        )
    return paths


def key_of(name: str) -> str:
    """A name as it is written in a file."""
    return name.strip().replace("\\", "/").removeprefix("./")


def place_of(name: str, places: Mapping[str, int]) -> int | None:
    """By all of a name, by its last part, or without its ending."""
    key = key_of(name)
    return next((places[k] for k in (key, _last(key), _stem(key)) if k in places), None)


def _whole(name: str) -> str:
    return name


def _last(name: str) -> str:
    return PurePosixPath(name).name


def _stem(name: str) -> str:
    return PurePosixPath(name).stem
