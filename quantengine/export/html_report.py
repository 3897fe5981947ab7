"""What a plan does to a network, as one page that needs nothing beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from quantengine.analyze.comparison import Comparison, LayerComparison
from quantengine.analyze.layer_report import LayerReport, layer_reports
from quantengine.counted import counted
from quantengine.export.depth_chart import depth_chart
from quantengine.files import whole_file
from quantengine.graph.model import FloatModel
from quantengine.printable import html_text
from quantengine.resolve.resolve import Resolution

LIMITS_DB = (10.0, 20.0, 30.0)
"""Below the first a tensor has lost its shape, above the last it is good."""

_NOTHING = "&ndash;"
_COLUMNS = (
    ("layer", ""),
    ("operator", ""),
    ("weight", "number format of the weight"),
    ("output", "number format of what the layer reads"),
    ("scales", "how many weights share a scale"),
    ("method", "what chose the range of the output"),
    ("low", "smallest real number of the output's range"),
    ("high", "largest real number of the output's range"),
    ("weight dB", "SQNR of the weight alone"),
    ("output dB", "SQNR of the output alone"),
    ("accumulated dB", "SQNR of the output with everything before it quantized too"),
    ("bytes", "parameters before and after"),
    ("stays float because", ""),
)
_TEXT_COLUMNS = frozenset((0, 1, 2, 3, 4, 5, 12))
_STYLE = """
:root { color-scheme: light dark; --text: #1c222c; --dim: #586273; --line: #d3d8e0;
  --page: #ffffff; --quantized: #c85a08; --l0: #a1306f; --l1: #c9a400; --l2: #4fa8d8;
  --l3: #2b5fa8; }
@media (prefers-color-scheme: dark) { :root { --text: #e7eaf0; --dim: #9ba5b4; --line: #363c47;
  --page: #15181d; --quantized: #f29648; --l0: #d3679f; --l1: #e0c14a; --l2: #7cc4ea;
  --l3: #5b8fd9; } }
body { font: 14px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page);
  max-width: 1200px; margin: 32px auto; padding: 0 24px; }
h1 { font-size: 24px; margin: 0; } h2 { font-size: 16px; margin: 32px 0 8px; }
p.dim, th, .label { color: var(--dim); fill: var(--dim); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 24px; margin: 16px 0; }
dt { color: var(--dim); } dd { margin: 0; font-variant-numeric: tabular-nums; }
svg { width: 100%; font-size: 12px; } svg path { fill: none; }
.grid { stroke: var(--line); } .limit { stroke: var(--dim); stroke-dasharray: 4 4; }
path.s0, path.s1 { stroke: var(--quantized); } path.s2 { stroke: var(--text); stroke-width: 2; }
circle.s0, circle.s1 { fill: var(--quantized); } circle.s2 { fill: var(--text); }
.table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th { font-weight: 400; text-align: right; border-bottom: 1px solid var(--line);
  position: sticky; top: 0; background: var(--page); }
th, td { padding: 4px 8px; white-space: nowrap; }
td { text-align: right; font-variant-numeric: tabular-nums; }
th.text, td.text { text-align: left; }
td.level { border-left: 4px solid transparent; }
td.l0 { border-color: var(--l0); } td.l1 { border-color: var(--l1); }
td.l2 { border-color: var(--l2); } td.l3 { border-color: var(--l3); }
"""


def write_html(path: Path, page: str) -> None:
    """Writes the page whole or not at all; raises QuantError where it cannot."""
    with whole_file(path) as beside:
        beside.write_text(page, encoding="utf-8")


def html_report(
    model: FloatModel,
    resolution: Resolution,
    found: Comparison,
    *,
    limits_db: Sequence[float] = LIMITS_DB,
) -> str:
    """A page with summary, SQNR along the depth and a row for each layer; no script, no link."""
    reports = [report for report in layer_reports(model, resolution) if not report.minor]
    compared = {layer.name: layer for layer in found.layers}
    series = {
        "weight alone": [report.weight_sqnr_db for report in reports],
        "output alone": [report.activation_sqnr_db for report in reports],
        "accumulated": [_accumulated(compared.get(report.name)) for report in reports],
    }
    chart = depth_chart([report.name for report in reports], series, limits_db)
    rows = "\n".join(_row(report, compared.get(report.name), limits_db) for report in reports)
    name = html_text(model.path.name)
    notes = "".join(f"<li>{html_text(note)}</li>" for note in found.notes)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{name}, quantized</title><style>{_STYLE}</style></head><body>
<h1>{name}</h1>
<p class="dim">Quantized against float on {counted(found.samples, "sample")}, for
{html_text(resolution.plan.target)}.</p>
<dl>{"".join(_summary(found))}</dl>
{f"<h2>Notes</h2><ul>{notes}</ul>" if notes else ""}
<h2>SQNR along the network</h2>
{chart}
<p class="dim">Signal to quantization noise in dB. Alone: only this tensor is rounded. Accumulated:
everything before it too. Lines stand at {_listed(limits_db)} dB; above the last is good.</p>
<h2>Layers</h2>
<div class="table"><table><thead><tr>{"".join(_heads())}</tr></thead>
<tbody>
{rows}
</tbody></table></div>
</body></html>
"""


def _summary(found: Comparison) -> Iterable[str]:
    entries = [
        ("output SQNR", f"{_decibels(found.output.sqnr_db)} dB"),
        ("output cosine", f"{found.output.cosine:.6f}"),
        ("parameters", f"{_size(found.bytes_before)} &rarr; {_size(found.bytes_after)}"),
    ]
    for title, share in (
        ("agreement of the best class", found.output.agreement),
        ("accuracy on these samples", found.output.accuracy),
    ):
        if share is not None:
            entries.append((title, f"{100 * share:.2f} %"))
    for title, text in entries:
        yield f"<dt>{title}</dt><dd>{text}</dd>"


def _heads() -> Iterable[str]:
    for place, (title, tip) in enumerate(_COLUMNS):
        kind = ' class="text"' if place in _TEXT_COLUMNS else ""
        yield f'<th{kind} title="{html_text(tip)}">{html_text(title)}</th>'


def _row(report: LayerReport, compared: LayerComparison | None, limits_db: Sequence[float]) -> str:
    texts = (
        report.name,
        report.operator,
        report.weights,
        report.activations,
        None if report.granularity is None else str(report.granularity),
        report.method,
    )
    levels = (report.weight_sqnr_db, report.activation_sqnr_db, _accumulated(compared))
    bytes_ = f"{_size(report.bytes_before)} &rarr; {_size(report.bytes_after)}"
    cells = [f'<td class="text">{html_text(text or "")}</td>' for text in texts]
    cells += [f"<td>{_number(value)}</td>" for value in (report.low, report.high)]
    cells += [_level(value, limits_db) for value in levels]
    cells.append(f"<td>{bytes_ if report.bytes_before else ''}</td>")
    cells.append(f'<td class="text">{html_text(str(report.reason or ""))}</td>')
    return f"<tr>{''.join(cells)}</tr>"


def _level(value: float | None, limits_db: Sequence[float]) -> str:
    if value is None or math.isnan(value):
        return f"<td>{_NOTHING if value is not None else ''}</td>"
    level = sum(value >= limit for limit in limits_db)
    return f'<td class="level l{level}">{_decibels(value)}</td>'


def _accumulated(compared: LayerComparison | None) -> float | None:
    return None if compared is None else compared.accumulated.both.sqnr_db


def _decibels(value: float) -> str:
    if math.isnan(value):
        return _NOTHING
    return "exact" if value == math.inf else _signed(f"{value:.1f}")


def _number(value: float | None) -> str:
    return "" if value is None else _signed(f"{value:.4g}")


def _signed(text: str) -> str:
    return text.replace("-", "&minus;")


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} GB"


def _listed(limits_db: Sequence[float]) -> str:
    return ", ".join(f"{limit:g}" for limit in limits_db)
