"""What may judge beside the data: other arrays of its file, of the same kind as those it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

from .facts import DataSource

if TYPE_CHECKING:
    from quantengine.data.array_file import ArrayHeader

_ARCHIVE = ".npz"


def has_names(source: DataSource) -> bool:
    """Whether samples are one of several arrays in a file."""
    return source.options.images is not None and source.path.suffix.lower() == _ARCHIVE


def other_arrays(source: DataSource) -> tuple[DataSource, ...]:
    """With the labels that go with each by name; raises DataError where the file is unreadable."""
    from quantengine.data.array_file import archive_headers
    from quantengine.data.options import DataOptions

    name, path = source.options.images, source.path
    if name is None or not has_names(source):
        return ()
    headers = archive_headers(path)
    own = headers.get(name)
    alike = [
        key
        for key, header in headers.items()
        if own is not None and key != name and len(own.shape) > 1
        if (header.shape[1:], header.dtype) == (own.shape[1:], own.dtype)
    ]
    return tuple(
        DataSource(path, DataOptions(images=key, labels=_labels(headers, key))) for key in alike
    )


def _labels(headers: Mapping[str, ArrayHeader], images: str) -> str | None:
    """An integer for each of its rows, in an array whose name begins alike."""
    wanted = headers[images].shape[:1]
    found = [k for k, h in headers.items() if h.shape == wanted and h.dtype.kind in "iu"]
    best = max(found, key=partial(_alike, images), default="")
    return best if _alike(images, best) else None


def _alike(name: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = zip(name, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
