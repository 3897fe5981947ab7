from __future__ import annotations

import io
import json
import math

import pytest

from quantengine.cli.answer import json_text
from quantengine.cli.monitor import LineMonitor, ScreenMonitor, screen_monitor
from quantengine.cli.table import MOST_ROWS, Column, console, decibels, short, size, table

COLUMNS = (
    Column("layer", text=True),
    Column("type", text=True, rank=2),
    Column("bytes", rank=1),
    Column("note"),
)
ROWS = [("a/very/long/name/of/a/layer/in/a/network", "int8", "1234567", "")]


def drawn(width: int) -> str:
    stream = io.StringIO()
    console(stream).print(table(COLUMNS, ROWS, width))
    return stream.getvalue()


def test_a_table_leaves_empty_columns_out() -> None:
    assert "note" not in drawn(200)


def test_a_narrow_table_drops_columns_by_rank_then_shortens_text() -> None:
    assert all(word in drawn(60) for word in ("type", "bytes", ROWS[0][0]))
    assert "type" not in drawn(50)
    assert "bytes" in drawn(50)
    narrow = drawn(20)
    assert "bytes" not in narrow
    assert "a/very/l..." in narrow
    assert max(map(len, narrow.splitlines())) <= 20


def test_a_table_of_thousands_of_rows_says_how_many_it_leaves_out() -> None:
    stream = io.StringIO()
    console(stream).print(table(COLUMNS[:1], [(str(place),) for place in range(MOST_ROWS + 7)]))
    assert str(MOST_ROWS - 1) in stream.getvalue()
    assert f"\n{MOST_ROWS}" not in stream.getvalue()
    assert stream.getvalue().rstrip().endswith("... and 7 more rows, which --json has.")


def test_names_are_no_markup_and_no_escape_codes() -> None:
    stream = io.StringIO()
    console(stream).print(table(COLUMNS[:1], [(short("[red]x[/red]\x1b[2J\n"),)]))
    assert "[red]x[/red]?[2J?" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_short_keeps_both_ends() -> None:
    assert short("conv", 10) == "conv"
    assert short("abcdefghijkl", 9) == "abc...jkl"
    assert len(short("x" * 100)) == 40


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (14.2e6, "14.2 MB"), (2.5e12, "2.5e+03 GB")],
)
def test_size(count: float, text: str) -> None:
    assert size(count) == text


def test_decibels_names_what_is_no_number() -> None:
    assert [decibels(x) for x in (12.34, math.inf, math.nan, None)] == ["12.3", "exact", "-", "-"]


def test_json_has_no_word_for_infinity_and_nan() -> None:
    text = json_text({"a": math.inf, "b": [math.nan, 1.5], "c": {"d": (True, None)}})
    assert json.loads(text) == {"a": None, "b": [None, 1.5], "c": {"d": [True, None]}}


def test_lines_start_a_stage_and_come_back_after_a_while() -> None:
    now = [0.0]
    stream = io.StringIO()
    monitor = LineMonitor(stream, lambda: now[0])
    for seconds, done in ((0, 0), (1, 1), (9, 2), (11, 3), (12, 4)):
        now[0] = seconds
        monitor.progress(done, 5, "Calibrating")
    monitor.progress(0, None, "Reading\n")
    assert stream.getvalue().splitlines() == [
        "Calibrating ...",
        "Calibrating: 3 of 5",
        "Reading? ...",
    ]


def test_a_quiet_monitor_shows_nothing() -> None:
    stream = io.StringIO()
    with screen_monitor(stream, quiet=True) as monitor:
        monitor.say("guessed")
        monitor.progress(0, 1, "Calibrating")
    assert type(monitor) is ScreenMonitor
    assert stream.getvalue() == ""
