"""Weights of one layer in two files: which belong together, and how far they are apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.diff.coded import Coded
from quantengine.diff.wiring import family
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import Granularity, PerAxis, PerBlock, PerTensor

Lookup = Callable[[str], NDArray[Any] | None]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class WeightPair:
    """A weight of the float network beside what the other file has for it, in our layout.

    `values` and `theirs` float64 of one shape; `coded` where theirs is codes, `turned` where its
    axes are the other way round there. `folded`: what it stands beside here is the weight before
    what follows was folded into it.
    """

    name: str
    other: str
    values: Doubles
    theirs: Doubles
    coded: Coded | None
    turned: bool
    folded: bool = False

    @property
    def codes(self) -> NDArray[Any] | None:
        """Those of the file in our layout."""
        if self.coded is None:
            return None
        return self.coded.codes.T if self.turned else self.coded.codes

    @property
    def encoding(self) -> Encoding | None:
        """The file's grid in our layout; None of a float weight."""
        if self.coded is None:
            return None
        e = self.coded.encoding
        if not self.turned or isinstance(e.granularity, PerTensor):
            return e
        rank = self.values.ndim
        axis = rank - 1 - e.granularity.axis % rank
        size = e.granularity.size if isinstance(e.granularity, PerBlock) else 0
        granularity: Granularity = PerBlock(axis, size) if size else PerAxis(axis)
        scale, zero = (x.T if size else x for x in (e.scale, e.zero_point))
        return Encoding(
            e.dtype, np.ascontiguousarray(scale), np.ascontiguousarray(zero), granularity
        )

    @property
    def cosine(self) -> float:
        return cosine(self.values, self.theirs)


def cosine(one: Doubles, other: Doubles) -> float:
    """Of the angle between two arrays of one shape; 0 where either is zero or not finite."""
    norm = float(np.linalg.norm(one)) * float(np.linalg.norm(other))
    return float(one.ravel() @ other.ravel()) / norm if 0 < norm < np.inf else 0.0


def closest(
    names: Mapping[str, tuple[Doubles, ...]], other: str, theirs: Doubles, coded: Coded | None
) -> WeightPair | None:
    """The weight that is nearest in direction, of the forms that are known of each."""
    fitting = [
        WeightPair(name, other, values, seen, coded, turned, place > 0)
        for name, forms in names.items()
        for place, values in enumerate(forms)
        for turned, seen in ((False, theirs), (True, theirs.T))
        if seen.shape == values.shape and not (turned and theirs.ndim != 2)
    ]
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    return max(fitting, key=lambda pair: pair.cosine)


def product_weights(node: onnx.NodeProto, lookup: Lookup) -> Iterator[tuple[str, Doubles]]:
    """The constants with axes that a node multiplies by: the first of a layer, all of an Add."""
    places = node.input[:2] if family(node) in ("Conv", "ConvTranspose", "product") else node.input
    for name in places:
        values = lookup(name)
        if values is not None and values.ndim >= 2 and values.dtype.kind == "f":
            yield name, values.astype(np.float64)
