"""Sub-folders as classes, where it is certain which class each of them is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from quantengine.sentence import Sentence

_SPLITS = frozenset(("train", "training", "val", "valid", "validation", "test", "testing"))
_SPLITS |= {"eval", "evaluation", "dev", "calib", "calibration"}
_LONGEST_NUMBER = 20
_Parts = tuple[str, ...]


@dataclass(frozen=True)
class FolderClasses:
    """A class a file and the names of all, or nothing; `notes` say what was taken and why not."""

    values: tuple[int, ...] = ()
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def folder_classes(
    files: Sequence[str], names: tuple[str, ...], classes: int | None
) -> FolderClasses:
    """The class of each file by its folder; `names`: the classes in order, where known.

    A number is the class itself, a known name its place; sorted order counts only where there are
    as many folders as the model tells classes apart.
    """
    if len({file.rpartition("/")[0] for file in files}) < 2:
        return FolderClasses()
    parts = _below_common([PurePosixPath(file).parent.parts for file in files])
    if not any(parts):
        return FolderClasses()
    if len({each[:1] for each in parts}) < 2:
        return FolderClasses()
    parts, reason = _below_splits(parts)
    if reason:
        return _unknown(reason)
    if any(len(each) != 1 for each in parts):
        return _unknown("images lie at different depths")
    folders = sorted({each[0] for each in parts})
    numbers, reason, how = _numbers(folders, names, classes)
    if reason:
        return _unknown(reason)
    note = Sentence("Labels come from the {0} sub-folder names, {1}.", len(folders), how)
    values = tuple(numbers[each[0]] for each in parts)
    listed = names or _listed(numbers)
    return FolderClasses(values, listed, (note,))


def _unknown(reason: str) -> FolderClasses:
    note = Sentence(
        "Sub-folders are not taken for labels: {0}. Give labels to have accuracy.", reason
    )
    return FolderClasses(notes=(note,))


def _below_common(parts: list[_Parts]) -> list[_Parts]:
    """Without the leading folders that all share, as long as one is left."""
    while all(len(each) > 1 for each in parts) and len({each[0] for each in parts}) == 1:
        parts = [each[1:] for each in parts]
    return parts


def _below_splits(parts: list[_Parts]) -> tuple[list[_Parts], str]:
    """Below `train`, `val` and the like, where that is what the first level is; or why not."""
    first = {each[0] if each else "" for each in parts}
    splits = {name for name in first if name.casefold() in _SPLITS}
    listed = ", ".join(sorted(splits))
    if splits != first:
        return parts, f"{listed} are parts of a data set, not classes" if len(splits) > 1 else ""
    below = [each[1:] for each in parts]
    if not any(below):
        return parts, f"{listed} {'is' if len(splits) == 1 else 'are'} no class"
    return below, ""


def _numbers(
    folders: list[str], names: tuple[str, ...], classes: int | None
) -> tuple[dict[str, int], str, str]:
    """The class of each folder, else the reason why that is not known; and how it was told."""
    if all(name.isascii() and name.isdigit() for name in folders):
        return _as_numbers(folders, classes)
    if names and set(folders) <= set(names):
        return {name: names.index(name) for name in folders}, "", "by the list of classes"
    if classes is None:
        return {}, "the model does not say how many classes it tells apart", ""
    if len(folders) != classes:
        return {}, f"{len(folders)} of them, but the model tells {classes} classes apart", ""
    swapped = _unclear(folders)
    if swapped:
        return {}, f"whether '{swapped[0]}' comes before '{swapped[1]}' is not clear", ""
    return {name: place for place, name in enumerate(folders)}, "", "numbered in sorted order"


def _as_numbers(folders: list[str], classes: int | None) -> tuple[dict[str, int], str, str]:
    numbers = {name: int(name) for name in folders}
    if len(set(numbers.values())) < len(folders):
        return {}, "some are the same number", ""
    largest = max(numbers.values())
    if classes is not None and largest >= classes:
        return {}, f"they reach {largest}, but the classes of the model are 0 to {classes - 1}", ""
    return numbers, "", "each the number of its class"


def _unclear(folders: list[str]) -> tuple[str, str] | None:
    """Two names whose order depends on whether numbers in them count as numbers."""
    natural = sorted(folders, key=_natural)
    pairs = zip(folders, natural, strict=True)
    return next(((a, b) for a, b in pairs if a != b), None)


def _natural(name: str) -> str:
    return re.sub("[0-9]+", lambda digits: digits[0].zfill(_LONGEST_NUMBER), name)


def _listed(numbers: dict[str, int]) -> tuple[str, ...]:
    by_number = {number: name for name, number in numbers.items()}
    return tuple(by_number.get(k, str(k)) for k in range(max(by_number) + 1))
