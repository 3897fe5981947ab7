"""Values that the file rounds on the way between two that both networks have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from quantengine.analyze.simulate import tapped
from quantengine.data.dataset import Dataset
from quantengine.diff.difference import RangeFigures
from quantengine.diff.joined import Joined
from quantengine.diff.places import Place
from quantengine.diff.reading import is_whole
from quantengine.diff.running import Running, copied
from quantengine.formats.encoding import Encoding, encode_range
from quantengine.monitor import Monitor
from quantengine.observe.distribution import Distribution, quantization_noise, sqnr_db
from quantengine.runtime import Session

_SAMPLES = 4


def inner_ranges(
    joined: Joined, running: Running, places: Sequence[Place], data: Dataset, monitor: Monitor
) -> Mapping[Place, tuple[str, RangeFigures]]:
    """By place: the inner value that its grid harms most, beside the range that it has.

    Seen on a few samples, in pieces that are fed by the float network. Raises DataError, Cancelled.
    """
    inner = {place: _rounded_within(joined, place) for place in places}
    names = {v: running.cut.inner[p, v] for p, values in inner.items() for v in values}
    if not names:
        return {}
    session = Session(tapped(copied(running.cut.proto), list(names.values())), optimize=False)
    seen: dict[str, list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]] = {}
    for at in range(min(_SAMPLES, len(data))):
        floats = running.floats(data.load(at).feeds, monitor)
        feeds = {name: floats[tensor] for tensor, name in running.cut.inputs.items()}
        found = session.run(feeds, list(names.values()), monitor=monitor)
        for value, name in names.items():
            seen.setdefault(value, []).append(found[name].ravel())
    known = {
        value: figures_of(np.concatenate(parts), joined.other.grids[value])
        for value, parts in seen.items()
    }
    return {
        place: min(((v, known[v]) for v in values), key=lambda pair: pair[1].db)
        for place, values in inner.items()
        if values
    }


def _rounded_within(joined: Joined, place: Place) -> list[str]:
    """Values with one grid for all that a piece makes on its way."""
    grids = joined.other.grids
    made = [name for node in joined.cut.nodes.get(place, ()) for name in node.output]
    return [v for v in made if v in grids and v != place.other and is_whole(grids[v])]


def figures_of(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float32]], grid: Encoding
) -> RangeFigures:
    """A grid on these values, beside the one that just holds them all."""
    spread = Distribution.of_values(values)
    own = encode_range(spread.low, spread.high, grid.dtype, symmetric=grid.symmetric)
    scale, zero = float(grid.scale), float(grid.zero_point)
    _, _, clipped = quantization_noise(spread, scale, zero, grid.qmin, grid.qmax)
    used = np.unique(grid.quantize(values)).size
    return RangeFigures(
        grid.dtype.name,
        float(grid.low),
        float(grid.high),
        sqnr_db(spread, grid),
        clipped / max(spread.total, 1.0),
        1 - used / (grid.qmax - grid.qmin + 1),
        float(own.low),
        float(own.high),
        sqnr_db(spread, own),
    )
