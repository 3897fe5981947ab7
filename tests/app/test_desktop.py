from __future__ import annotations

import shlex
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app import desktop
from app.__main__ import main
from app.desktop import install_desktop, uninstall_desktop

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="entries are for Linux")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "data"
    monkeypatch.setenv("XDG_DATA_HOME", str(place))
    monkeypatch.setattr(desktop.shutil, "which", lambda _: None)
    return place


@linux
def test_what_is_installed_is_told_and_goes_again(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--install-desktop"]) == 0
    said = capsys.readouterr().out
    written = sorted(path for path in home.rglob("*") if path.is_file())
    assert [path.name for path in written] == [
        "quantscope.desktop",
        "quantscope.svg",
        "quantscope.xml",
    ]
    assert all(f"Wrote {path}\n" in said for path in written)
    assert "--uninstall-desktop" in said
    (home / "applications" / "other.desktop").write_text("", encoding="utf-8")
    assert main(["--uninstall-desktop"]) == 0
    said = capsys.readouterr().out
    assert all(f"Removed {path}\n" in said for path in written)
    left = [path.name for path in home.rglob("*") if path.is_file()]
    assert left == ["other.desktop"]
    assert main(["--uninstall-desktop"]) == 0
    assert "Nothing of Quantscope was under" in capsys.readouterr().out


@linux
def test_the_entry_starts_this_installation(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = home / "a b$%" / "quantscope"
    script.parent.mkdir(parents=True)
    script.write_text("", encoding="utf-8")
    monkeypatch.setattr(desktop.sys, "executable", str(script.with_name("python")))
    install_desktop()
    entry = (home / "applications" / "quantscope.desktop").read_text(encoding="utf-8")
    command = next(line for line in entry.splitlines() if line.startswith("Exec="))[5:]
    unescaped = command.replace("%%", "%").replace("\\\\$", "$")
    assert shlex.split(unescaped) == [str(script), "%f"]
    assert "MimeType=application/x-quantscope-project;application/x-onnx" in entry
    types = ElementTree.parse(home / "mime" / "packages" / "quantscope.xml")
    patterns = [found.get("pattern") for found in types.iter() if found.tag.endswith("glob")]
    assert patterns == ["*.qscope", "*.onnx"]


@linux
def test_a_folder_that_cannot_be_written_is_one_sentence(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.write_text("a file", encoding="utf-8")
    assert main(["--install-desktop"]) == 2
    assert "cannot be made" in capsys.readouterr().err


def test_other_systems_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(desktop.sys, "platform", "darwin")
    for flag in ("--install-desktop", "--uninstall-desktop"):
        assert main([flag]) == 2
        assert "Desktop entries are for Linux" in capsys.readouterr().err


@linux
def test_a_relative_place_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(desktop.Path, "home", lambda: tmp_path / "home")
    said = uninstall_desktop({"XDG_DATA_HOME": "here"})
    assert said == [f"Nothing of Quantscope was under {tmp_path / 'home' / '.local' / 'share'}."]
