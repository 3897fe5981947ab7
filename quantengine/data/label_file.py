"""Text files that name images and their classes: csv with or without a header, `val.txt`."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from quantengine.errors import DataError
from quantengine.files import ordinary

MAX_LABEL = 1_000_000
CLASS_FILES = ("class_names.txt", "classes.txt")
"""One class a line, in the order of the model; looked for beside labels and images."""

_INDEX_COLUMN = "label_index"
_NAMES = (
    *("filename", "file_name", "file", "image", "img", "path", "image_path", "filepath"),
    *("image_id", "id", "name", "folder", "wnid", "synset"),
)
LABEL_COLUMNS = (
    *(_INDEX_COLUMN, "class_index", "class_id", "label_id"),
    *("label", "target", "class", "category", "class_name"),
)
_SHOWN = 60
_DELIMITERS = ",\t;"


class UnfitLabels(DataError):
    """Labels that are sound but are not those of this data or model."""


@dataclass(frozen=True)
class Row:
    """A line: the image it names, its class as written, and a name for that class or nothing."""

    name: str
    label: str
    class_name: str
    line: int


@dataclass(frozen=True)
class LabelFile:
    """The lines of a file; `column` is where the classes stand, nothing without a header."""

    path: Path
    rows: tuple[Row, ...]
    column: str

    def matched(self, folder: Path, files: Sequence[str]) -> list[Row | None]:
        """The line of each file below `folder`, by the way of naming that finds most.

        Names may be relative to this file or to the folder, file names alone, without their
        ending, or folders. Raises DataError where two lines disagree about an image.
        """
        start = os.path.relpath(folder, self.path.parent)
        ways: list[tuple[_Key, _Key]] = [
            (_same, lambda file: os.path.normpath(f"{start}/{file}")),
            (_same, _same),
            (_last, _last),
            (_stem, _stem),
            (_same, lambda file: str(PurePosixPath(file).parent)),
            (_last, lambda file: PurePosixPath(file).parent.name),
        ]
        best: list[Row | None] = [None] * len(files)
        for of_row, of_file in ways:
            known = self._by_key(of_row, unique=of_row is not _same)
            keys = [of_file(file) for file in files]
            if of_file in (_last, _stem) and len(set(keys)) < len(keys):
                continue
            found = [known.get(key) for key in keys]
            if found.count(None) < best.count(None):
                best = found
        return best

    def numbered(
        self, names: tuple[str, ...], classes: int | None
    ) -> tuple[dict[str, int], tuple[str, ...]]:
        """The class number of each label as written, and the names of the classes.

        Raises DataError for a label that is no number where numbers are expected, and where
        nothing tells the number of a text.
        """
        texts = {row.label: row for row in self.rows}
        odd = [row for text, row in texts.items() if _number(text) is None]
        if odd and (self.column == _INDEX_COLUMN or len(odd) < len(texts)):
            raise DataError(
                "{0} line {1}: {2} must be a number from 0 to {3}, found '{4}'",
                self.path.name,
                odd[0].line,
                self.column or "the label",
                MAX_LABEL,
                odd[0].label,
            )
        if not odd:
            numbers = {text: int(float(text)) for text in texts}
            listed = {numbers[row.label]: row.class_name for row in self.rows if row.class_name}
            return numbers, names or _by_index(listed)
        known = names or self._sorted(sorted(texts), classes)
        places = {name: place for place, name in enumerate(known)}
        if missing := [text for text in texts if text not in places]:
            raise UnfitLabels(
                "{0} line {1}: class '{2}' is not in the list of classes",
                self.path.name,
                texts[missing[0]].line,
                missing[0],
            )
        return {text: places[text] for text in texts}, known

    def _sorted(self, texts: list[str], classes: int | None) -> tuple[str, ...]:
        if len(texts) == classes:
            return tuple(texts)
        knows = "does not say how many it tells" if classes is None else f"tells {classes}"
        raise UnfitLabels(
            "{0} has {1} classes by name and the model {2} apart: write their numbers, or list "
            "all classes in {3}, one a line",
            self.path.name,
            len(texts),
            knows,
            CLASS_FILES[0],
        )

    def _by_key(self, key: _Key, *, unique: bool) -> dict[str, Row]:
        found: dict[str, Row] = {}
        twice: set[str] = set()
        for row in self.rows:
            name = key(row.name)
            other = found.setdefault(name, row)
            if other.label != row.label:
                twice.add(name)
                if not unique:
                    raise DataError(
                        "{0} lines {1} and {2} give '{3}' the labels {4} and {5}",
                        self.path.name,
                        other.line,
                        row.line,
                        row.name,
                        other.label,
                        row.label,
                    )
        return {name: row for name, row in found.items() if name not in twice}


_Key = Callable[[str], str]


def check_range(what: str, labels: Sequence[int | None], classes: int | None) -> None:
    """Raises UnfitLabels where a label is no class of the model."""
    known = [label for label in labels if label is not None]
    if classes is None or not known or max(known) < classes:
        return
    one_based = min(known) == 1 and max(known) == classes
    hint = "count them from 0" if one_based else "give those this model was trained on"
    raise UnfitLabels(
        "{0} reach {1} but the model tells {2} classes apart, 0 to {3}: {4}",
        what,
        max(known),
        classes,
        classes - 1,
        hint,
    )


def read_label_file(path: Path) -> LabelFile:
    """The lines of a text file of labels; raises DataError where it is none."""
    try:
        with ordinary(path).open(encoding="utf-8-sig", newline="") as stream:
            lines = stream.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError("{0} cannot be read as csv text ({1})", path.name, error) from error
    try:
        return _parsed(path, lines)
    except csv.Error as error:
        raise DataError("{0} cannot be read as csv text ({1})", path.name, error) from error


def known_classes(beside: Path, folder: Path, classes: int | None) -> tuple[str, ...]:
    """The names in a list of classes, where there is one that is as long as the model's."""
    for path in (place / name for name in CLASS_FILES for place in (beside, folder)):
        try:
            lines = ordinary(path).read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError):
            continue
        names = tuple(line.strip() for line in lines if line.strip())
        if len(set(names)) == len(names) and classes in (None, len(names)):
            return names
    return ()


def _parsed(path: Path, lines: list[str]) -> LabelFile:
    head = next((line for line in lines if line.strip()), "")
    for delimiter in _DELIMITERS:
        columns = [column.strip().lower() for column in head.split(delimiter)]
        name = next((c for c in _NAMES if c in columns), None)
        label = next((c for c in LABEL_COLUMNS if c in columns and c != name), None)
        if name and label:
            rows = tuple(_with_header(lines, delimiter, columns, name, label))
            return _full(path, LabelFile(path, rows, label), head)
    return _full(path, LabelFile(path, tuple(_without_header(lines)), ""), head)


def _with_header(
    lines: list[str], delimiter: str, columns: list[str], name: str, label: str
) -> Iterator[Row]:
    start = next(k for k, line in enumerate(lines) if line.strip())
    reader = csv.DictReader(lines[start + 1 :], columns, delimiter=delimiter, restval="")
    for row in reader:
        label_text, class_name = row[label] or "", row.get("class_name") or ""
        line = start + 1 + reader.line_num
        if named := (row[name] or "").strip():
            yield Row(_plain(named), label_text.strip(), class_name.strip(), line)


def _without_header(lines: list[str]) -> Iterator[Row]:
    """`file label` a line, the label a number; nothing at all where one line is anything else."""
    rows = []
    for place, line in enumerate(lines, 1):
        if not line.strip():
            continue
        delimiter = next((d for d in _DELIMITERS if d in line), None)
        pieces = line.rsplit(delimiter, 1) if delimiter else line.rsplit(maxsplit=1)
        if len(pieces) != 2 or _number(pieces[1].strip()) is None:
            return
        rows.append(Row(_plain(pieces[0].strip().strip('"')), pieces[1].strip(), "", place))
    yield from rows


def _full(path: Path, found: LabelFile, head: str) -> LabelFile:
    if not found.rows and found.column:
        raise UnfitLabels("{0} names no image below its first line", path.name)
    if not found.rows:
        shown = head if len(head) <= _SHOWN else f"{head[:_SHOWN]}..."
        raise DataError(
            "{0} needs a first line with the columns filename,label_index, or an image and a "
            "number a line, found {1}; what is right for other tasks (boxes, masks, texts, pairs) "
            "is for `evaluate` alone",
            path.name,
            shown or "nothing",
        )
    return found


def _number(text: str) -> int | None:
    whole = re.fullmatch(r"([0-9]{1,9})(\.0*)?", text)
    return int(whole[1]) if whole and int(whole[1]) <= MAX_LABEL else None


def _by_index(classes: dict[int, str]) -> tuple[str, ...]:
    if not classes:
        return ()
    return tuple(classes.get(index, str(index)) for index in range(max(classes) + 1))


def _plain(name: str) -> str:
    return os.path.normpath(name.strip().replace("\\", "/"))


def _same(name: str) -> str:
    return name


def _last(name: str) -> str:
    return PurePosixPath(name).name


def _stem(name: str) -> str:
    return PurePosixPath(name).stem
