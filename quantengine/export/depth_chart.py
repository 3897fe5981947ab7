"""SQNR along the depth of a network as a drawing that stands alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from quantengine.printable import html_text

Series = Sequence[float | None]

_WIDTH, _HEIGHT = 960, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 12, 40, 36
_STEPS_DB = (5, 10, 20, 40)
_MOST_LINES = 8
_DASHES = ("2 4", "7 4", "none", "9 4 2 4")
_LEGEND_WIDTH = 170


def depth_chart(
    names: Sequence[str], series: Mapping[str, Series], limits_db: Sequence[float]
) -> str:
    """An SVG: a line for each series over layers, dB upwards, lines across at the limits.

    What is not finite is left out and interrupts its line. Colours belong to the page: classes
    `s0`, `s1`, ... for the series, `limit`, `grid` and `label`.
    """
    known = [v for values in series.values() for v in values if v is not None and math.isfinite(v)]
    frame = _Frame(len(names), min([0.0, *known]), max([1.0, *limits_db, *known]))
    parts = [*_grid(frame), *(_limit(frame, limit) for limit in limits_db)]
    for number, (title, values) in enumerate(series.items()):
        parts += _line(frame, number, values)
        parts += _dots(frame, number, names, values)
        parts += _legend(number, title)
    inner = "\n".join(parts)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="SQNR in dB along the network">\n{inner}\n</svg>'
    )


@dataclass(frozen=True)
class _Frame:
    """Layers from left to right, dB from `low` up to `high`."""

    count: int
    low: float
    high: float

    def x(self, place: int) -> float:
        return _LEFT + (place + 0.5) * (_WIDTH - _LEFT - _RIGHT) / max(self.count, 1)

    def y(self, value: float) -> float:
        share = (self.high - value) / (self.high - self.low)
        return _TOP + share * (_HEIGHT - _TOP - _BOTTOM)

    def points(self, values: Series) -> Iterator[tuple[int, float, float] | None]:
        """(place, x, y) of each value, None where it cannot be drawn."""
        for place, value in enumerate(values):
            drawn = value is not None and math.isfinite(value)
            yield (place, self.x(place), self.y(value)) if drawn and value is not None else None


def _grid(frame: _Frame) -> Iterator[str]:
    room = frame.high - frame.low
    step = next((s for s in _STEPS_DB if room / s <= _MOST_LINES), _STEPS_DB[-1])
    for tick in range(math.ceil(frame.low / step) * step, math.floor(frame.high) + 1, step):
        y = frame.y(tick)
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>'
        yield _label(_LEFT - 8, y + 4, "end", str(tick))
    yield _label(_LEFT - 8, _TOP - 14, "end", "dB")
    yield _label((_WIDTH + _LEFT) / 2, _HEIGHT - 8, "middle", "layer, in order of execution")


def _label(x: float, y: float, anchor: str, text: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="label" {place}>{html_text(text)}</text>'


def _limit(frame: _Frame, limit: float) -> str:
    y = frame.y(limit)
    return f'<path class="limit" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>'


def _line(frame: _Frame, number: int, values: Series) -> Iterator[str]:
    path, pen = [], "M"
    for point in frame.points(values):
        if point is None:
            pen = "M"
            continue
        path.append(f"{pen}{point[1]:.1f} {point[2]:.1f}")
        pen = "L"
    if path:
        dash = _DASHES[number % len(_DASHES)]
        yield f'<path class="s{number}" stroke-dasharray="{dash}" d="{"".join(path)}"/>'


def _dots(frame: _Frame, number: int, names: Sequence[str], values: Series) -> Iterator[str]:
    for point in frame.points(values):
        if point is not None:
            place, x, y = point
            told = html_text(f"{names[place]}: {values[place]:.1f} dB")
            yield (
                f'<circle class="s{number}" cx="{x:.1f}" cy="{y:.1f}" r="2.5">'
                f"<title>{told}</title></circle>"
            )


def _legend(number: int, title: str) -> Iterator[str]:
    x = _LEFT + 8 + number * _LEGEND_WIDTH
    dash = _DASHES[number % len(_DASHES)]
    yield f'<path class="s{number}" stroke-dasharray="{dash}" d="M{x} 14h24"/>'
    yield _label(x + 30, 18, "start", title)
