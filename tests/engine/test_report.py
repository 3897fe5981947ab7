from __future__ import annotations

import base64
import math
import platform
import re
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from quantengine.data.open import in_memory
from quantengine.errors import QuantError
from quantengine.export.rehearsal import rehearse
from quantengine.language import Language, language
from quantengine.plan import QuantPlan
from quantengine.recover.report import StepReport
from quantengine.report.beyond import recovery
from quantengine.report.depth import depth_chart
from quantengine.report.findings import Findings, found_of
from quantengine.report.page import report_page, write_report
from quantengine.sentence import Sentence
from quantengine.targets import target_of_this_cpu
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work
from tests.engine.test_resolve import opened
from tests.hostile_names import PICTURE

_VOID = {"meta", "input", "img", "wbr"}


class Balance(HTMLParser):
    """Fails where a tag is closed that was not opened last."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.inside: dict[str, str] = {}

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.inside[self.open[-1] if self.open else ""] = data


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    model, table = opened(tmp_path_factory.mktemp("model"))
    wide = 3  # beyond what was calibrated, so that there is a note
    rows = np.random.default_rng(2).normal(0, wide, (6, 3, 8, 8)).astype(np.float32)
    work = Work(model, QuantPlan(), in_memory({"x": rows}), table)
    candidate = make(work, Recipe())
    command = f"quantengine analyze '{PICTURE}'"
    return found_of(candidate, Findings("m.onnx", command=command))


def test_the_page_is_whole_and_fetches_nothing(found: Findings) -> None:
    page = report_page(found)
    parser = Balance()
    parser.feed(page)
    assert parser.open == []
    assert not re.search(r' href=|url\(|https?:|@import| style=| src="(?!data:image/)', page)
    assert not re.search(r'<img(?! alt="" src="data:)', page)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        digest = base64.b64encode(sha256(parser.inside[tag].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]


def test_every_layer_has_a_row_and_what_is_known_of_it(found: Findings) -> None:
    page = report_page(found)
    assert found.compared is not None
    for layer in found.compared.layers:
        assert f'<td class="text" title="{layer.name}">{layer.name}</td>' in page
        assert f">{layer.accumulated.both.sqnr_db:.1f}</td>" in page
    assert page.count('<tr id="layer-') == len(found.layers)
    assert page.count('class="column"') == 2 * len(found.compared.layers), "wide and narrow"
    assert "(6 samples)" in page
    deepest = min(found.drops.values())
    assert deepest < 0
    assert f">&minus;{-deepest:.1f}</td>" in page
    assert page.count("n = 6<") >= 1, "a figure says of how many samples it is"


def test_every_part_is_there_and_only_where_something_is_known(found: Findings) -> None:
    shown = re.findall(r'<section id="(\w+)"', report_page(found))
    assert shown == ["verdict", "flag", "depth", "samples", "layers", "tensors", "notes", "again"]
    assert re.findall(r'<section id="(\w+)"', report_page(Findings("x"))) == ["again"]
    less = Findings("x", found.candidate)
    assert re.findall(r'<section id="(\w+)"', report_page(less)) == ["verdict", "layers", "again"]


def test_a_file_that_was_tried_on_all_samples_is_the_verdict(found: Findings) -> None:
    made = found.candidate
    assert made is not None
    assert made.work.dataset is not None
    fewer = made.work.dataset.subset(slice(0, 5))
    tried = rehearse(made.model, made.resolution, fewer)
    page = report_page(replace(found, rehearsed=tried))
    assert "n = 5<" in page
    assert "<span>File</span>" in page
    assert "Latency of one sample" in page
    assert "<span>File</span>" not in report_page(found)


class Hidden(dict[str, str]):
    """Every text without a letter of it left."""

    def get(self, pattern: str, _default: object = None) -> str:  # type: ignore[override]
        return re.sub("[A-Za-z]", "_", pattern)


class Words(HTMLParser):
    """What is read on a page, and what is told where it is pointed at; not what is copied."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside += [] if tag in _VOID else [tag]
        for name, text in attrs:
            if name in ("title", "aria-label", "placeholder"):
                self.found.update(re.findall("[A-Za-z]{2,}", text or ""))

    def handle_endtag(self, _tag: str) -> None:
        self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not {"pre", "code", "style", "script"} & set(self.inside):
            self.found.update(re.findall("[A-Za-z]{2,}", data))


def test_every_word_of_the_page_is_said_in_its_language(found: Findings) -> None:
    made = found.candidate
    assert made is not None
    tried = rehearse(made.model, made.resolution, made.work.dataset)
    page = report_page(replace(found, rehearsed=tried, language=Language("x", Hidden())))
    words = Words()
    words.feed(page)
    names = f"{[(r.name, r.operator, r.method) for r in found.layers]} {made.plan.to_json()}"
    names += f" {made.work.dataset.describe()} {platform.platform()} {target_of_this_cpu()}"  # type: ignore[union-attr]
    names += f" {found.suffering} m.onnx {made.model.path.name} {made.work.judge}"
    known = set(re.findall("[A-Za-z]{2,}", names))
    known |= {"dB", "kB", "ms", "SHA", "quantscope", "onnxruntime", "onnx", "numpy", "Python"}
    assert words.found <= known, words.found - known


def test_chinese_is_shipped_for_pages(found: Findings) -> None:
    page = report_page(replace(found, language=language("zh_CN")))
    assert '<html lang="zh-CN">' in page and "<h2>沿网络的误差</h2>" in page
    with pytest.raises(QuantError, match="known are en, zh_CN"):
        language("tlh")


def test_names_cannot_break_the_page(found: Findings) -> None:
    assert PICTURE not in report_page(found)
    drawing = depth_chart(['</svg><b a="1">'], [12.0], [11.0], (10.0,))
    assert "<b" not in drawing
    ElementTree.fromstring(drawing)


def test_what_is_not_finite_interrupts_the_line() -> None:
    values = [30.0, math.inf, 20.0, 10.0, None, math.nan]
    drawing = ElementTree.fromstring(depth_chart(list("abcdef"), values, values, (10.0,)))
    line = next(p for p in drawing.iter("path") if p.get("class") == "passed")
    assert line.get("d", "").count("M") == 2
    heights = [float(dot.get("cy", "0")) for dot in drawing.iter("circle")]
    assert heights == sorted(heights), "less SQNR stands lower"
    assert len([r for r in drawing.iter("rect") if r.get("class") == "alone"]) == len(heights) == 3
    titles = [title.text for title in drawing.iter("title")]
    assert not [dot for dot in drawing.iter("circle") if dot.get("class") == "culprit"]
    marked = depth_chart(["a", "b"], [1.0, 2.0], [1.0, None], (), culprits=("a", "b"))
    assert marked.count('"culprit"') == 1, "only where the line is"
    assert titles[1] == "b: exact with all before it, exact alone"
    assert titles[5] == "f: no dB with all before it, no dB alone"


def test_an_empty_network_can_be_drawn() -> None:
    ElementTree.fromstring(depth_chart([], [], [], ()))


def test_only_what_was_judged_is_said_to_be_undone(found: Findings) -> None:
    made = found.candidate
    assert made is not None
    idle = StepReport("mend", math.nan, math.nan, False, Sentence("No tensor differs."))
    steps = (idle, replace(idle, step="fold", opened=True), replace(idle, step="bias", before_db=9))
    part = recovery(replace(found, candidate=replace(made, reports=steps)))
    assert part.count(">undone<") == 1
    assert '<summary class="dim">Nothing to do: mend.</summary>' in part
    assert "Done when the model was opened: No tensor differs." in part


def test_a_page_that_cannot_be_written_is_told(found: Findings, tmp_path: Path) -> None:
    with pytest.raises(QuantError, match=r"page\.html"):
        write_report(tmp_path / "none" / "page.html", found)
    page = tmp_path / "page.html"
    write_report(page, found)
    assert page.read_bytes() == report_page(found).encode()
