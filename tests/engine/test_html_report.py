from __future__ import annotations

import math
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from quantengine.analyze.compare import compare
from quantengine.analyze.comparison import Comparison
from quantengine.errors import QuantError
from quantengine.export.depth_chart import depth_chart
from quantengine.export.html_report import html_report, write_html
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from tests.engine.test_resolve import opened

FEEDS = [{"x": np.random.default_rng(2).normal(size=(1, 3, 8, 8)).astype(np.float32)}]
_VOID = {"meta"}


class Balance(HTMLParser):
    """Fails where a tag is closed that was not opened last."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture
def report(tmp_path: Path) -> tuple[Comparison, str]:
    model, table = opened(tmp_path)
    resolution = resolve_plan(model, QuantPlan(), table)
    found = compare(model, resolution, FEEDS)
    return found, html_report(model, resolution, found)


def test_the_page_is_whole_and_needs_nothing(report: tuple[Comparison, str]) -> None:
    page = report[1]
    parser = Balance()
    parser.feed(page)
    assert parser.open == []
    assert not re.search(r"(src|href)=|<script|url\(|https?:", page)


def test_every_layer_has_a_row(report: tuple[Comparison, str]) -> None:
    found, page = report
    for layer in found.layers:
        assert f'<td class="text">{layer.name}</td>' in page
        assert f">{layer.accumulated.both.sqnr_db:.1f}</td>" in page


def test_names_cannot_break_the_page() -> None:
    drawing = depth_chart(['</svg><b a="1">'], {"<one>": [12.0]}, (10.0,))
    assert "<b" not in drawing
    ElementTree.fromstring(drawing)


def test_what_is_not_finite_interrupts_the_line() -> None:
    values = [30.0, math.inf, 20.0, 10.0, None, math.nan]
    drawing = ElementTree.fromstring(depth_chart(list("abcdef"), {"one": values}, (10.0,)))
    line = next(p for p in drawing.iter("path") if p.get("class") == "s0")
    assert line.get("d", "").count("M") == 2
    dots = list(drawing.iter("circle"))
    assert [dot[0].text for dot in dots] == ["a: 30.0 dB", "c: 20.0 dB", "d: 10.0 dB"]
    heights = [float(dot.get("cy", "0")) for dot in dots]
    assert heights == sorted(heights), "less SQNR stands lower"


def test_an_empty_network_can_be_drawn() -> None:
    ElementTree.fromstring(depth_chart([], {"one": []}, ()))


def test_a_page_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(QuantError, match=r"page\.html"):
        write_html(tmp_path / "none" / "page.html", "<html>")
