"""The error along the depth of the network: with all before as a line, alone as bars."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from quantengine.counted import counted
from quantengine.language import ENGLISH
from quantengine.printable import html_text
from quantengine.report.findings import Findings
from quantengine.report.words import section
from quantengine.sentence import Sentence

_WIDE, _NARROW = (960, 300), (360, 230)
"""Width and height, and those where the page is as narrow as a telephone."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 16, 32
_STEPS_DB = (5, 10, 20, 40)
_MOST_LINES = 8

Values = Sequence[float | None]
Say = Callable[[str], str]
"""A text in the language of the page."""
_TITLE = Sentence("Error along the network")


def depth(found: Findings) -> str:
    """The curve of the layers that were compared; nothing where none was."""
    if found.compared is None or not found.compared.layers:
        return ""
    compared = {layer.name: layer for layer in found.compared.layers}
    rows = [row for row in found.layers if row.name in compared]
    alone = [compared[row.name].local.both.sqnr_db for row in rows]
    passed = [compared[row.name].accumulated.both.sqnr_db for row in rows]
    names = [row.name for row in rows]
    places = [found.layers.index(row) for row in rows]
    culprits = () if found.culprits is None else found.culprits.names
    told = (alone, passed, found.limits_db, places, culprits)
    charts = "".join(
        depth_chart(names, *told, say=found.say, narrow=narrow) for narrow in (False, True)
    )
    limits = ", ".join(f"{limit:g}" for limit in found.limits_db)
    about = Sentence(
        "SQNR in dB of each layer's output. Line: with everything before it quantized too. Bars: "
        "only this layer quantized. Dashed lines stand at {0} dB. On {1}.",
        limits,
        counted(found.compared.samples, "sample"),
    )
    body = f'{charts}<p class="readout dim" aria-live="polite">&nbsp;</p>'
    return section(found.say(_TITLE), body, "depth", found.say(about))


def depth_chart(
    names: Sequence[str],
    alone: Values,
    passed: Values,
    limits_db: Sequence[float],
    places: Sequence[int] = (),
    culprits: Sequence[str] = (),
    *,
    say: Say = ENGLISH.say,
    narrow: bool = False,
) -> str:
    """An SVG: bars of `alone`, a line of `passed`, dB upwards, lines across at the limits.

    What is not finite is left out and interrupts the line. `places` are rows of the table of
    layers, `culprits` are marked. Colours belong to the page, and which of both widths is shown.
    """
    known = [v for v in (*alone, *passed) if v is not None and math.isfinite(v)]
    size = _NARROW if narrow else _WIDE
    frame = _Frame(*size, len(names), min([0.0, *known]), max([1.0, *limits_db, *known]))
    parts = [
        *_grid(frame, say),
        *_bars(frame, alone),
        *(_across(frame, "limit", limit) for limit in limits_db),
        *_line(frame, passed),
        *(_mark(frame, passed, p) for p, name in enumerate(names) if name in culprits),
        *_columns(frame, names, alone, passed, places or range(len(names)), say),
    ]
    inner = "\n".join(parts)
    return (
        f'<svg class="{"narrow" if narrow else "wide"}" '
        f'viewBox="0 0 {frame.width} {frame.height}" role="img" '
        f'aria-label="{html_text(say(Sentence("SQNR in dB along the network")))}">\n{inner}\n</svg>'
    )


@dataclass(frozen=True)
class _Frame:
    """Layers from left to right, dB from `low` up to `high`."""

    width: int
    height: int
    count: int
    low: float
    high: float

    @property
    def step(self) -> float:
        return (self.width - _LEFT - _RIGHT) / max(self.count, 1)

    def x(self, place: int) -> float:
        return _LEFT + (place + 0.5) * self.step

    def y(self, value: float) -> float:
        share = (self.high - value) / (self.high - self.low)
        return _TOP + share * (self.height - _TOP - _BOTTOM)


def _grid(frame: _Frame, say: Say) -> Iterator[str]:
    room = frame.high - frame.low
    step = next((s for s in _STEPS_DB if room / s <= _MOST_LINES), _STEPS_DB[-1])
    for tick in range(math.ceil(frame.low / step) * step, math.floor(frame.high) + 1, step):
        yield _across(frame, "grid", tick)
        yield _label(_LEFT - 8, frame.y(tick) + 4, "end", str(tick))
    yield _label(_LEFT, frame.height - 8, "start", say(Sentence("first layer")))
    yield _label(frame.width - _RIGHT, frame.height - 8, "end", say(Sentence("last layer")))


def _across(frame: _Frame, kind: str, value: float) -> str:
    return f'<path class="{kind}" d="M{_LEFT} {frame.y(value):.1f}H{frame.width - _RIGHT}"/>'


def _label(x: float, y: float, anchor: str, text: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="label" {place}>{html_text(text)}</text>'


def _bars(frame: _Frame, alone: Values) -> Iterator[str]:
    wide, foot = min(0.55 * frame.step, 24.0), frame.y(max(frame.low, 0.0))
    for place, value in enumerate(alone):
        if value is not None and math.isfinite(value):
            top, bottom = sorted((frame.y(value), foot))
            yield (
                f'<rect class="alone" x="{frame.x(place) - wide / 2:.1f}" y="{top:.1f}" '
                f'width="{wide:.1f}" height="{bottom - top:.1f}"/>'
            )


def _line(frame: _Frame, passed: Values) -> Iterator[str]:
    path, pen = [], "M"
    for place, value in enumerate(passed):
        if value is None or not math.isfinite(value):
            pen = "M"
            continue
        path.append(f"{pen}{frame.x(place):.1f} {frame.y(value):.1f}")
        pen = "L"
        yield f'<circle class="passed" cx="{frame.x(place):.1f}" cy="{frame.y(value):.1f}" r="2"/>'
    if path:
        yield f'<path class="passed" d="{"".join(path)}"/>'


def _mark(frame: _Frame, passed: Values, place: int) -> str:
    value = passed[place]
    if value is None or not math.isfinite(value):
        return ""
    return f'<circle class="culprit" cx="{frame.x(place):.1f}" cy="{frame.y(value):.1f}" r="5"/>'


def _columns(
    frame: _Frame,
    names: Sequence[str],
    alone: Values,
    passed: Values,
    places: Sequence[int],
    say: Say,
) -> Iterator[str]:
    """What is hovered: the whole height of a layer, with its name."""
    for number, (name, one, all_) in enumerate(zip(names, alone, passed, strict=True)):
        both = _said(all_), _said(one)
        told = html_text(say(Sentence("{0}: {1} with all before it, {2} alone", name, *both)))
        yield (
            f'<rect class="column" data-layer="{places[number]}" y="{_TOP}" '
            f'x="{_LEFT + number * frame.step:.1f}" width="{frame.step:.1f}" '
            f'height="{frame.height - _TOP - _BOTTOM}"><title>{told}</title></rect>'
        )


def _said(value: float | None) -> str:
    if value is None or math.isnan(value):
        return Sentence("no dB")
    return Sentence("exact") if value == math.inf else f"{value:.1f} dB"
