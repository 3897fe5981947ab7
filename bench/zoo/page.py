"""The page of the zoo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.zoo.theirs import WAYS
from bench.zoo.trial import OURS, best, difference

HEAD = """# Models of packages, quantized

Made by `python -m bench.zoo --folder FOLDER --page docs/zoo.md`, which downloads the packages into
FOLDER, keeps nothing of them here, and runs one model alone with `--only NAME`.

Of each model: `inspect`, `quantize` with its defaults and with `--recover auto`, `evaluate`, and
onnxruntime's `quantize_dynamic` and `quantize_static` (QDQ, per channel; MinMax, Percentile,
Entropy) on the same samples. The figure is against the float model, on samples that calibrated
neither; *theirs* is the best of the files of onnxruntime that hold any integer, chosen after the
fact, of all four unless the row says of which. *ruined* stands where `quantize` said so of its
file, as it has to where little of the figure is left. The interval is that of the difference (95 %,
samples drawn again in pairs). Boxes are judged above several scores, since F1 at one alone hangs on
those whose scores are beside it. Rows are of several states of the product. Times are of a loaded
machine; seconds are those of the processor, of older rows by the clock (*).
"""
_RUINED = ("The result is ruined", "ruin the result", "ruins the result")
TITLES = (
    "model", "figure", "samples", "default", "auto", "said, dB", "theirs", "best of ours - theirs",
    "MB float / ours / theirs", "ms float / ours / theirs", "quantize, auto: s, MB",
)  # fmt: skip


def page(rows: Sequence[Mapping[str, Any]], missing: Sequence[str]) -> str:
    """`missing`: names of models that have no row yet."""
    table = ["| " + " | ".join(TITLES) + " |", "|---" * len(TITLES) + "|"]
    table += ["| " + " | ".join(cells(row)) + " |" for row in rows]
    licences = [f"- {row['name']}: {row['licence']}" for row in rows]
    left = [f"Not run yet: {', '.join(missing)}.", ""] if missing else []
    return "\n".join([HEAD, *table, "", *left, "Licences:", "", *licences, ""])


def cells(row: Mapping[str, Any]) -> list[str]:
    mine, other = best(row, "ours"), best(row, "theirs")
    shown = [_figure(row, f"ours, {word}") for word in OURS]
    theirs = f"{_figure(row, other)} ({_way(row, other)})" if other else "none runs"
    apart = ""
    if mine and other:
        middle, (low, high) = difference(row, mine, other)
        apart = f"{middle:+.4f} ({low:+.4f} to {high:+.4f})"
    sizes = [row["float"], row.get(mine or "", {}), row.get(other or "", {})]
    costs = [row[f"ours, {word}"] for word in OURS]
    return [
        row["name"],
        row["figure"],
        f"{row['samples']}",
        *shown,
        " / ".join(_said(row, f"ours, {word}") for word in OURS),
        theirs,
        apart,
        " / ".join(f"{s['bytes'] / 1e6:.2f}" if "bytes" in s else "-" for s in sizes),
        " / ".join(f"{s['ms']:.2f}" if "ms" in s else "-" for s in sizes),
        ", ".join(f"{_seconds(c)} {c['megabytes']} MB" for c in costs),
    ]


def _figure(row: Mapping[str, Any], who: str) -> str:
    found = row[who]
    return f"{found['figure']:.4f}" if "figure" in found else "not written"


def _seconds(found: Mapping[str, Any]) -> str:
    known = found.get("processor")
    return f"{found['seconds']:.0f} s*" if known is None else f"{known:.0f} s"


def _way(row: Mapping[str, Any], who: str) -> str:
    """The way of theirs, and of which where not all were tried."""
    tried = [key.removeprefix("theirs, ") for key in row if key.startswith("theirs, ")]
    of = f", of {' and '.join(tried)}" if len(tried) < len(WAYS) else ""
    return who.removeprefix("theirs, ") + of


def _said(row: Mapping[str, Any], who: str) -> str:
    """What quantize said of the quality, on samples that recovery did not see."""
    quality = (row[who].get("report") or {}).get("quality") or {}
    found = quality.get("sqnr_db")
    ruined = " ruined" if any(word in row[who]["said"] for word in _RUINED) else ""
    return "-" if found is None else f"{found:.1f}{ruined}"
