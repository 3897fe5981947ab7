from __future__ import annotations

import csv
import io
import json
import os
import re
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image
from rich.console import Console

from quantengine.bundled import demo_images, demo_model
from quantengine.cli import table as cli_table
from quantengine.cli.main import main
from quantengine.csv_file import write_csv
from quantengine.printable import html_text, printable
from tests.hostile_names import PICTURE, hostile_model

Captured = pytest.CaptureFixture[str]


def test_what_is_not_seen_is_marked() -> None:
    assert printable("a\u202eb\x1b[0m\n\udce9\u200b") == "a?b?[0m???"
    assert printable("a\nb\x07", keeps="\n") == "a\nb?"
    assert printable("Größe 重み ✓") == "Größe 重み ✓"
    assert html_text("<b>\u2066&") == "&lt;b&gt;?&amp;"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("hostile")
    images = folder / "images"
    images.mkdir()
    rng = np.random.default_rng(2)
    for name in ("<b>&amp;[*].png", "\x1b[31m\u202e.png", "=1+1.png", "two\nlines.png"):
        Image.fromarray(rng.integers(0, 256, (8, 8, 3), np.uint8)).save(images / name)
    return str(hostile_model(folder / "<i>m&amp;\u202e\x1b[1m.onnx")), str(images)


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize(
    "words",
    [
        ("inspect", "{model}"),
        ("calibrate", "{model}", "--data", "{data}", "-o", "{out}/\x1b[1m\u202es.npz"),
        ("quantize", "{model}", "--data", "{data}", "-o", "{out}/<b>q\x1b\u202e.onnx"),
        ("analyze", "{model}", "--data", "{data}", "--granularities", "--integers"),
        ("sensitivity", "{model}", "--data", "{data}"),
        ("sweep", "{model}", "--data", "{data}", "--bits", "8"),
        ("evaluate", "{model}", "{model}", "--data", "{data}"),
        ("quantize", "{model}", "--data", "{data}", "--keep-float", "\x1b[0m*", "-o", "{out}/q"),
        ("inspect", "{data}/\x1b[31m\u202e.png"),
    ],
    ids=lambda words: words[0],
)
def test_a_terminal_gets_text_alone(
    words: tuple[str, ...],
    terminal: bool,
    files: tuple[str, str],
    capsys: Captured,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if terminal:  # rich draws colours there, but none of a name's
        plain = cli_table.console
        monkeypatch.setattr(cli_table, "console", lambda stream: _coloured(plain(stream)))
    places = {"model": files[0], "data": files[1], "out": str(tmp_path)}
    code = main([_filled(word, places) for word in words])
    said = capsys.readouterr()
    text = said.out + said.err
    assert {c for c in text if not c.isprintable()} <= {"\n"}
    assert code == (2 if words[-1].endswith(".png") or "--keep-float" in words else 0), text
    if words[0] in ("analyze", "sensitivity", "calibrate"):
        assert "[bold]markup[/bold]:smile:" in text


def _coloured(console: Console) -> Console:
    return Console(
        file=console.file,
        width=10_000,
        force_terminal=True,
        color_system=None,
        markup=console._markup,
        emoji=console._emoji,
        highlight=False,
    )


def _filled(word: str, places: dict[str, str]) -> str:
    for name, place in places.items():
        word = word.replace(f"{{{name}}}", place)
    return word


def test_pages_and_tables_hold_no_tag_and_no_formula(
    files: tuple[str, str], tmp_path: Path, capsys: Captured
) -> None:
    page, table = tmp_path / "r.html", tmp_path / "r.csv"
    words = ("analyze", files[0], "--data", files[1], "--html", str(page), "--csv", str(table))
    assert main([*words]) == 0
    text = page.read_text()
    assert html_text(PICTURE) in text
    assert not re.search(r'<img(?! alt="" src="data:)', text)
    assert "<i>" not in text
    assert {c for c in text if not c.isprintable()} <= {"\n"}
    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    assert PICTURE in {row["layer"] for row in rows}
    cells = [cell for row in rows for cell in row.values()]
    assert "'=HYPERLINK(A1)" in cells
    assert not [cell for cell in cells if cell[:1] in tuple("=+@") or cell.startswith("-H")]


def test_numbers_below_zero_stay_numbers(tmp_path: Path) -> None:
    names = ("=1", "+1", "-x", "@x", "\t=1", "\r=1", "plain", "\udce9")
    rows = [{"name": name, "value": -1.5} for name in names]
    write_csv(tmp_path / "r.csv", rows)
    text = (tmp_path / "r.csv").read_bytes().decode()
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {row["value"] for row in read} == {"-1.5"}
    assert [row["name"] for row in read] == [
        *(f"'{name}" for name in names[:6]),
        "plain",
        "\\udce9",
    ]


@pytest.fixture
def undecodable(tmp_path: Path) -> tuple[str, str, str]:
    """A model, an image folder and a place for results, none of whose names is UTF-8."""
    folder = tmp_path / os.fsdecode(b"f\xff")
    images = folder / os.fsdecode(b"d\xe9")
    images.mkdir(parents=True)
    proto = onnx.load(demo_model())
    onnx.save_model(
        proto,
        tmp_path / "w.onnx",
        save_as_external_data=True,
        location="weights.bin",
        size_threshold=0,
    )
    model = folder / os.fsdecode(b"m\xe9.onnx")
    (tmp_path / "w.onnx").rename(model)
    (tmp_path / "weights.bin").rename(folder / "weights.bin")
    for place, path in enumerate(sorted(demo_images().rglob("*.png"))[:4]):
        (images / os.fsdecode(b"\xe9%d.png" % place)).write_bytes(path.read_bytes())
    return str(model), str(images), str(folder)


def test_names_that_are_no_utf8_work(undecodable: tuple[str, str, str], capsys: Captured) -> None:
    model, images, folder = undecodable
    data = ("--data", images, "--preset", "imagenet")
    named = f"{folder}/{os.fsdecode(bytes([0xE9]))}"
    stats, plan, output, report = (f"{named}{end}" for end in (".npz", ".json", ".onnx", "r"))
    assert main(["inspect", model]) == 0
    assert main(["calibrate", model, *data, "-o", stats]) == 0
    made = ["quantize", model, *data, "--stats", stats, "--save-plan", plan, "-o", output]
    assert main([*made, "--report", report]) == 0
    assert main(["evaluate", model, output, *data]) == 0
    more = ("--stats", stats, "--plan", plan, "--probes", "2")
    written = ("--html", f"{report}.html", "--csv", f"{report}.csv", "--json", f"{report}.json")
    assert main(["analyze", model, *data, *more, *written]) == 0
    assert "m?.onnx" in Path(f"{report}.html").read_text()
    assert json.loads(Path(report).read_text())["model"] == model
    capsys.readouterr()
    assert main(["quantize", model, *data, "-o", f"{folder}/weights.bin"]) == 2
    assert "weights.bin is read by this command" in capsys.readouterr().err
