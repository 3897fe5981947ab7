"""Boxes that are right: from a COCO JSON file or a folder of YOLO text files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.data.preprocessing import Placement
from quantengine.data.truth.names import place_of, places_of
from quantengine.errors import DataError
from quantengine.files import ordinary
from quantengine.monitor import Monitor
from quantengine.record import Misread, parsed


@dataclass(frozen=True, eq=False)
class TrueBoxes:
    """`corners` `[k, 4]` are x1 y1 x2 y2 in pixels of what the network is fed, `classes` `[k]`
    in order from 0, `numbers` as the file has them; a `crowd` need not be found.
    """

    corners: NDArray[np.float64]
    classes: NDArray[np.int64]
    numbers: NDArray[np.int64]
    crowd: NDArray[np.bool_]


@dataclass
class _Found:
    """Boxes of one image in shares of it, as a file lists them."""

    corners: list[list[float]] = field(default_factory=list)
    classes: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    crowd: list[bool] = field(default_factory=list)

    def add(self, corners: list[float], label: int, number: int, *, crowd: bool = False) -> None:
        self.corners.append(corners)
        self.classes.append(label)
        self.numbers.append(number)
        self.crowd.append(crowd)


@dataclass(frozen=True, eq=False)
class Images:
    """The samples by name, and of each where a share of its image comes to lie."""

    names: Sequence[str]
    placements: Sequence[Placement]


def read_boxes(path: Path, images: Images, monitor: Monitor) -> dict[str, object]:
    """The right boxes of each sample that the file or folder knows, in pixels the network sees.

    A box outside its image is left out, and said. Raises DataError for what is no COCO JSON and no
    folder of YOLO text files, and where nothing fits the samples.
    """
    found = _yolo(path, images.names) if path.is_dir() else _coco(path, images.names)
    if not any(each.corners for each in found.values()):
        raise DataError(
            "{0} holds no box of these samples (such as '{1}')", path.name, images.names[0]
        )
    outside: list[str] = []
    boxes = {
        images.names[place]: _placed(each, images.placements[place], images.names[place], outside)
        for place, each in found.items()
    }
    if outside:
        monitor.fault(
            f"boxes of {path.name} that are empty or lie outside their image are left out: "
            f"{len(outside)}, the first in {outside[0]}"
        )
    return dict(boxes)


def _placed(found: _Found, to: Placement, name: str, outside: list[str]) -> TrueBoxes:
    """Cut at the edges of what the network sees; boxes that lie beyond them are left out."""
    shares = np.array(found.corners, np.float64).reshape(-1, 4)
    inside = np.all((shares[:, :2] < 1) & (shares[:, 2:] > 0), axis=1)
    inside &= np.all(shares[:, 2:] > shares[:, :2], axis=1)
    outside += [name] * int(np.count_nonzero(~inside))
    pixels = shares * np.tile(to.scale, 2) - np.tile(to.offset, 2)
    cut = np.clip(pixels, 0, np.tile(to.size, 2))
    seen = inside & np.all(cut[:, 2:] > cut[:, :2], axis=1)
    return TrueBoxes(
        cut[seen],
        np.array(found.classes, np.int64)[seen],
        np.array(found.numbers, np.int64)[seen],
        np.array(found.crowd, np.bool_)[seen],
    )


def _coco(path: Path, names: Sequence[str]) -> dict[int, _Found]:
    """Of `images`, `categories` (in order of their numbers) and `annotations`."""
    try:
        told = parsed(ordinary(path).read_text(encoding="utf-8-sig"))
        order = {number: k for k, number in enumerate(sorted(c["id"] for c in told["categories"]))}
        places = places_of(names)
        known = {}
        for each in told["images"]:
            place = place_of(str(each["file_name"]), places)
            if place is not None:
                known[each["id"]] = (place, each["width"], each["height"])
        found = {place: _Found() for place, _, _ in known.values()}
        for box in told["annotations"]:
            if box["image_id"] in known:
                place, wide, high = known[box["image_id"]]
                found[place].add(
                    _shares(box["bbox"], wide, high),
                    order[box["category_id"]],
                    int(box["category_id"]),
                    crowd=bool(box.get("iscrowd", 0)),
                )
    except (OSError, ValueError, LookupError, TypeError, ArithmeticError, Misread) as error:
        raise DataError(
            "{0} is no COCO JSON of boxes with images, categories and annotations ({1}: {2})",
            path.name,
            type(error).__name__,
            error,
        ) from error
    if not found:
        raise DataError("{0} names none of the images (such as '{1}')", path.name, names[0])
    return found


def _shares(box: Any, wide: float, high: float) -> list[float]:
    left, top, width, height = (float(side) for side in box)
    return [left / wide, top / high, (left + width) / wide, (top + height) / high]


def _yolo(folder: Path, names: Sequence[str]) -> dict[int, _Found]:
    """Of files with the names of the images: `class x y width height` a line, in shares; an image
    whose file is empty has no object.
    """
    places: Mapping[str, int] = places_of(names)
    found: dict[int, _Found] = {}
    for path in sorted(folder.rglob("*.txt")):
        place = place_of(path.relative_to(folder).as_posix(), places)
        if place is None:
            continue
        found[place] = _Found()
        lines = ordinary(path).read_text(encoding="utf-8", errors="replace").splitlines()
        for line, text in enumerate(lines, 1):
            if text.strip():
                label, corners = _yolo_line(path, line, text)
                found[place].add(corners, label, label)
    if not found:
        raise DataError(
            "{0} holds no .txt file with the name of an image (such as '{1}')",
            folder.name,
            names[0],
        )
    return found


def _yolo_line(path: Path, line: int, text: str) -> tuple[int, list[float]]:
    try:
        label, x, y, width, height = (float(part) for part in text.split()[:5])
        return int(label), [x - width / 2, y - height / 2, x + width / 2, y + height / 2]
    except (ValueError, OverflowError) as error:
        raise DataError(
            "{0} line {1}: expected class x y width height, found '{2}'", path.name, line, text[:60]
        ) from error
