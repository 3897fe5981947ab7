from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import screen
from app.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 and Wayland")


@ON_LINUX
def test_without_a_screen_one_sentence_is_printed() -> None:
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    bare = {key: value for key, value in os.environ.items() if key not in named}
    done = subprocess.run(
        [sys.executable, "-m", "app"], env=bare, cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 2
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("There is no screen")


@ON_LINUX
def test_a_library_that_lacks_is_named_before_qt_ends_the_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setenv("DISPLAY", ":9")
    plugin = tmp_path / "libqxcb.so"
    plugin.write_bytes(b"no library")
    monkeypatch.setattr(screen, "_PLUGIN", str(plugin))
    found = screen.obstacle()
    assert found is not None
    assert "libqxcb.so" in found
    assert "apt-get install libegl1" in found


def test_other_platforms_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert screen.obstacle() is None


@pytest.mark.parametrize(
    ("flags", "said"), [("--sizes 12", "is no size"), ("--themes red", "is no theme")]
)
def test_pictures_of_what_is_not_are_refused(
    flags: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--demo", "--screenshots", "pictures", *flags.split()])
    assert said in capsys.readouterr().err
