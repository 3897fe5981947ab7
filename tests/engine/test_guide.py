from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest

import quantengine as qe
from quantengine.bundled import guide
from quantengine.cli.main import main, parser_for

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide"


def _made() -> ModuleType:
    spec = importlib.util.spec_from_file_location("guide_make", GUIDE / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKE = _made()
TEXTS = {name: (GUIDE / f"{name}.md").read_text(encoding="utf-8") for name in MAKE.PAGES}


def test_every_page_is_in_the_guide_and_the_bundled_one_is_made_of_them() -> None:
    assert {path.stem for path in GUIDE.glob("*.md")} == set(MAKE.PAGES)
    assert guide().read_text(encoding="utf-8") == MAKE.bundled_page(), (
        "run docs/guide/make.py --html"
    )
    assert not re.search("```|\0", MAKE.bundled_page()), "a block of code was torn apart"


def test_every_command_is_one_of_today() -> None:
    found = [words for text in TEXTS.values() for words in MAKE.commands(text)]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^    (quantengine .*)$", readme, re.M)
    found += [shlex.split(line, comments=True) for line in lines]
    assert len(found) > 15
    for words in found:
        assert words[0] == "quantengine"
        assert parser_for(words[1:]).parse_args(words[1:]).command == words[1]


def test_every_picture_is_there_and_every_link_leads_somewhere() -> None:
    for name, text in TEXTS.items():
        for picture in re.findall(r"!\[.*?\]\((.*?)\)", text):
            assert (GUIDE / picture).read_bytes().startswith(b"\x89PNG"), picture
        for page in re.findall(r"\]\((\w+)\.md\)", text):
            assert page in TEXTS, name
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for place in re.findall(r"\]\(([\w/.-]+)\)", readme):
        assert (ROOT / place).exists(), place


def test_what_depends_on_no_processor_is_printed_as_it_stands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others have figures that processors round differently."""
    with MAKE.demo_folder() as folder:
        monkeypatch.chdir(folder)
        block = next(b for b in MAKE.blocks(TEXTS["own"], "console") if " inspect " in b)
        command, _, printed = block.partition("\n")
        assert main([*shlex.split(command)[2:], "--quiet"]) == 0
        assert MAKE.shortened(capsys.readouterr().out) == printed
        monkeypatch.chdir(ROOT)


def test_the_python_of_the_guide_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On few samples, for which nothing is done beyond the plan."""
    few = qe.open_model_data
    monkeypatch.setattr(
        qe, "open_model_data", lambda *given: few(*given).subset(slice(0, 4)), raising=False
    )
    with MAKE.demo_folder() as folder:
        monkeypatch.chdir(folder)
        known: dict[str, object] = {}
        for block in MAKE.blocks(TEXTS["python"], "python"):
            exec(compile(block, "python.md", "exec"), known)
        assert (Path(folder) / "model.int8.onnx").is_file()
        monkeypatch.chdir(ROOT)
    lines = capsys.readouterr().out.splitlines()
    said = [line for block in MAKE.blocks(TEXTS["python"], "text") for line in block.splitlines()]
    assert len(lines) == len(said)
    assert lines[0] == said[0]
