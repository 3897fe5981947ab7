"""What `diff` found, as a page: where it breaks, a row a value, what could not be compared."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from quantengine.counted import counted
from quantengine.diff.difference import Difference, LayerDifference, RangeFigures
from quantengine.diff.dump_result import DumpDifference, DumpRow
from quantengine.files import whole_file
from quantengine.language import ENGLISH, Language
from quantengine.printable import html_text
from quantengine.report.page import whole_page
from quantengine.report.words import NOTHING, decibels, named, number, section, share, table
from quantengine.sentence import Sentence

_MOST_NAMES = 200
_FILE_HEAD = (
    Sentence("Layer"),
    Sentence("Operator"),
    Sentence("alone dB"),
    Sentence("ours dB"),
    Sentence("acc. dB"),
    Sentence("weights"),
    Sentence("W dB"),
    Sentence("its range"),
    Sentence("our range"),
    Sentence("clipped"),
)
_DUMP_HEAD = (
    Sentence("Node"),
    Sentence("Operator"),
    Sentence("Tensor"),
    Sentence("dumped as"),
    Sentence("acc. dB"),
    Sentence("ours dB"),
    Sentence("its values"),
    Sentence("float"),
)


def write_diff_page(
    path: Path, found: Difference | DumpDifference, language: Language = ENGLISH
) -> None:
    """Writes the page whole or not at all; raises QuantError where it cannot."""
    page = diff_page(found, language)
    with whole_file(path) as beside:
        beside.write_text(page, encoding="utf-8", newline="\n")


def diff_page(found: Difference | DumpDifference, language: Language = ENGLISH) -> str:
    """One page that fetches nothing; names in it are text and nothing is obeyed."""
    if isinstance(found, Difference):
        other, parts = found.other, _of_file(found, language)
    else:
        other, parts = found.dump, _of_dump(found, language)
    title = language.say(Sentence("{0} beside {1}", other, found.model))
    return whole_page(title, "".join(parts), language)


def _of_file(found: Difference, language: Language) -> Iterable[str]:
    say, first = language.say, found.first_bad
    told: list[Sentence | str] = [Sentence("No layer breaks.")]
    if first is not None:
        told = [Sentence("It breaks first at {0}", first.text)]
        told += [Sentence("Also: {0}", bad.text) for bad in found.bad[1:]]
    told += [Sentence("Suspected: {0}", bad.text) for bad in found.suspected]
    samples, db = counted(found.samples, "sample"), f"{found.output.sqnr_db:.1f}"
    told.append(Sentence("Output on {0}: {1} dB.", samples, db))
    yield section(say(Sentence("Where it breaks")), _lines(told, language), "breaks")
    rows = [_file_row(row) for row in found.layers]
    heads = map(say, _FILE_HEAD)
    yield section(say(Sentence("Layers")), table(heads, rows, frozenset((0, 1, 5))), "layers")
    left = [
        Sentence("Not found in the file: {0} ({1}).", each.layer, each.why)
        for each in found.unmatched[:_MOST_NAMES]
    ]
    yield section(say(Sentence("Not compared")), _lines(left, language), "left")
    yield section(say(Sentence("Notes")), _lines(found.notes, language), "notes")


def _of_dump(found: DumpDifference, language: Language) -> Iterable[str]:
    say, first = language.say, found.first_bad
    told: list[Sentence | str] = [Sentence("Nothing breaks.")] if found.rows else []
    if first is not None:
        told = [Sentence("It breaks first at {0}", first.text)]
        if first.after:
            told.append(Sentence("What it is made of is right: {0}.", ", ".join(first.after)))
        told += [Sentence("Also: {0}", bad.text) for bad in found.bad[1:]]
    told.append(Sentence("Compared on {0}.", counted(found.samples, "sample")))
    yield section(say(Sentence("Where it breaks")), _lines(told, language), "breaks")
    rows = [_dump_row(row) for row in found.rows]
    heads = map(say, _DUMP_HEAD)
    yield section(say(Sentence("Values")), table(heads, rows, frozenset((0, 1, 2, 3))), "layers")
    left: list[Sentence | str] = []
    if found.unknown:
        left.append(Sentence("Not in the model: {0}.", ", ".join(found.unknown[:_MOST_NAMES])))
    if found.missing:
        left.append(Sentence("Not dumped: {0}.", ", ".join(found.missing[:_MOST_NAMES])))
    unread = found.unread[:_MOST_NAMES]
    left += [Sentence("Not read: {0}: {1}.", name, why) for name, why in unread]
    yield section(say(Sentence("Not compared")), _lines(left, language), "left")
    yield section(say(Sentence("Notes")), _lines(found.notes, language), "notes")


def _lines(told: Iterable[str], language: Language) -> str:
    return "".join(f"<p>{html_text(language.say(line))}</p>" for line in told)


def _file_row(row: LayerDifference) -> tuple[str, ...]:
    weights, found = row.weights, row.range
    kind = "" if weights is None else " ".join(filter(None, (weights.dtype, weights.granularity)))
    return (
        named(row.layer or row.tensor),
        html_text(row.operator),
        *(decibels(x) for x in (row.local_db, row.ours_db, row.accumulated_db)),
        html_text(kind),
        NOTHING if weights is None else decibels(weights.db),
        *_ranges(found),
        "" if found is None or not found.clipped_share > 0 else share(found.clipped_share),
    )


def _ranges(found: RangeFigures | None) -> tuple[str, str]:
    if found is None:
        return "", ""
    return _span(found.low, found.high), _span(found.ours_low, found.ours_high)


def _dump_row(row: DumpRow) -> tuple[str, ...]:
    return (
        named(row.node or ""),
        html_text(row.operator),
        named(row.tensor),
        named("" if row.dumped == row.tensor else row.dumped),
        *(decibels(x) for x in (row.db, row.ours_db)),
        _span(row.low, row.high),
        _span(row.float_low, row.float_high),
    )


def _span(low: float, high: float) -> str:
    return f"{number(low, 3)} .. {number(high, 3)}"
