"""Every layer as a row; the page sorts and filters them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from quantengine.analyze.layer_report import LayerReport
from quantengine.printable import html_text
from quantengine.report.findings import Findings
from quantengine.report.words import NOTHING, decibels, number, section, signed, size
from quantengine.sentence import Sentence

_COLUMNS = (
    (Sentence("Layer"), ""),
    (Sentence("Operator"), ""),
    (Sentence("W"), Sentence("number format of the weight")),
    (Sentence("A"), Sentence("number format of what the layer reads")),
    (
        Sentence("So far"),
        Sentence("SQNR of the output in dB with everything before it quantized too"),
    ),
    (Sentence("Drop"), Sentence("how many dB the output lies below the worst of what feeds it")),
    (Sentence("Alone"), Sentence("SQNR of the output in dB with only this layer quantized")),
    (
        Sentence("If float"),
        Sentence("what keeping only this layer float gains, in what ranks: dB, a share, a metric"),
    ),
    (Sentence("W dB"), Sentence("SQNR of the weight alone")),
    (Sentence("Out dB"), Sentence("SQNR of the output's own rounding alone")),
    (Sentence("Scales"), Sentence("how many weights share a scale")),
    (Sentence("Method"), Sentence("what chose the range of the output")),
    (Sentence("Low"), Sentence("smallest real number of the output's range")),
    (Sentence("High"), Sentence("largest real number of the output's range")),
    (Sentence("Before"), Sentence("bytes of the parameters")),
    (Sentence("After"), Sentence("bytes of the parameters once quantized")),
    (Sentence("Stays float because"), ""),
)
_TEXTS = frozenset((0, 1, 2, 3, 10, 11, 16))
_KINDS = ("all", "quantized", "low", "float")


@dataclass(frozen=True)
class _Cell:
    """`told` as it may stand in a page, `by` what it is sorted by where that is a number."""

    told: str
    by: float | None = None
    kind: str = ""
    tip: str = ""

    def html(self) -> str:
        known = self.by is not None and not math.isnan(self.by)
        by = f' data-value="{max(min(self.by or 0.0, 1e30), -1e30):.6g}"' if known else ""
        kind = f' class="{self.kind}"' if self.kind else ""
        tip = f' title="{self.tip}"' if self.tip else ""
        return f"<td{kind}{by}{tip}>{self.told}</td>"


def layer_table(found: Findings) -> str:
    """The table with its controls, which the page shows where it can run them.

    Columns that are empty are left out.
    """
    if not found.layers:
        return ""
    rows = [_cells(found, report) for report in found.layers]
    places = [p for p in range(len(_COLUMNS)) if any(cells[p].told for cells in rows)]
    lines = "\n".join(
        f"<tr{_about(found, number)}>{''.join(cells[p].html() for p in places)}</tr>"
        for number, cells in enumerate(rows)
    )
    heads = "".join(_head(found, place) for place in places)
    table = f"<table><thead><tr>{heads}</tr></thead>\n<tbody>{lines}</tbody></table>"
    body = f'{_controls(found)}<div class="table layers" tabindex="0">{table}</div>'
    return section(found.say(Sentence("Layers")), body, "layers")


def _controls(found: Findings) -> str:
    texts = (
        Sentence("all"),
        Sentence("quantized"),
        Sentence("below {0} dB", f"{_middle(found):g}"),
        Sentence("float"),
    )
    chips = "".join(
        f'<button type="button" class="chip" data-chip="{name}" '
        f'aria-pressed="{str(name == _KINDS[0]).lower()}">{html_text(found.say(text))}</button>'
        for name, text in zip(_KINDS, texts, strict=True)
    )
    find = html_text(found.say(Sentence("find a layer")))
    shown = html_text(found.say(Sentence("{0} of {1}", "{0}", "{1}")))
    return (
        f'<div class="controls" hidden><input type="search" placeholder="{find}" '
        f'aria-label="{find}">{chips}<span class="dim shown" data-said="{shown}"></span></div>'
    )


def _middle(found: Findings) -> float:
    """The limit between poor and fair."""
    return found.limits_db[len(found.limits_db) // 2] if found.limits_db else 20.0


def _head(found: Findings, place: int) -> str:
    title, tip = map(found.say, _COLUMNS[place])
    kind = ' class="text"' if place in _TEXTS else ""
    return f'<th{kind} scope="col" title="{html_text(tip)}">{html_text(title)}</th>'


def _about(found: Findings, number: int) -> str:
    """What the row is found and filtered by."""
    report = found.layers[number]
    compared = found.compared_layer(report.name)
    low = compared is not None and compared.accumulated.both.sqnr_db < _middle(found)
    kinds = ["all", "quantized" if report.reason is None else "float", *(["low"] if low else [])]
    return f' id="layer-{number}" data-kind="{" ".join(kinds)}"'


def _cells(found: Findings, report: LayerReport) -> tuple[_Cell, ...]:
    compared = found.compared_layer(report.name)
    gain = None if found.gains is None else found.gains.layers.get(report.name)
    in_db = found.gains is None or found.gains.figure == "judged_db"
    drop, sized = found.drops.get(report.name), report.bytes_before > 0
    return (
        replace(_text(report.name), tip=html_text(report.name)),
        _text(report.operator),
        _text(report.weights),
        _text(report.activations),
        _level(None if compared is None else compared.accumulated.both.sqnr_db, found.limits_db),
        _Cell(_gain(drop), drop),
        _level(None if compared is None else compared.local.both.sqnr_db, found.limits_db),
        _Cell(_gain(gain, 1 if in_db else 4), gain),
        _level(report.weight_sqnr_db, found.limits_db),
        _level(report.activation_sqnr_db, found.limits_db),
        _text(None if report.granularity is None else str(report.granularity)),
        _text(report.method),
        _Cell(number(report.low), report.low),
        _Cell(number(report.high), report.high),
        _Cell(size(report.bytes_before) if sized else "", report.bytes_before),
        _Cell(size(report.bytes_after) if sized else "", report.bytes_after),
        _text("" if report.reason is None else found.say(report.reason.sentence)),
    )


def _text(text: str | None) -> _Cell:
    return _Cell(html_text(text or ""), kind="text")


def _level(value: float | None, limits_db: tuple[float, ...]) -> _Cell:
    if value is None or math.isnan(value):
        return _Cell(decibels(value))
    level = sum(value >= limit for limit in limits_db)
    return _Cell(decibels(value), value, f"level l{level}")


def _gain(value: float | None, digits: int = 1) -> str:
    if value is None:
        return ""
    if math.isnan(value):
        return NOTHING
    return signed(f"{value:+.{digits}f}") if round(value, digits) else "0"
