"""What is installed carries names of its own, beside other projects' `app` and `resources`."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ("--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", str(folder))
    # A copy, since building writes beside the sources.
    source = folder / "source"
    for name in ("app", "quantengine", "resources"):
        _copy(ROOT / name, source / name)
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        (source / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", *options, str(source)]
    subprocess.run(command, check=True, timeout=300)
    return next(folder.glob("*.whl"))


def _copy(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of a fresh environment with the wheel; dependencies are those of this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    paths = sysconfig.get_paths("venv", vars={"base": str(folder), "platbase": str(folder)})
    python = Path(paths["scripts"]) / "python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps"]
    subprocess.run([*command, "--ignore-installed", "--quiet", str(wheel)], check=True, timeout=300)
    (Path(paths["purelib"]) / "dependencies.pth").write_text(
        sysconfig.get_path("purelib"), encoding="utf-8"
    )
    return Path(paths["scripts"])


@pytest.fixture
def decoys(tmp_path: Path) -> dict[str, str]:
    """An environment whose path begins with somebody else's `app` and `resources`."""
    for name in ("app", "resources"):
        (tmp_path / "front" / name).mkdir(parents=True)
        text = f"raise RuntimeError('the {name} of another project')\n"
        (tmp_path / "front" / name / "__init__.py").write_text(text, encoding="utf-8")
    front = {"PYTHONPATH": str(tmp_path / "front"), "QT_QPA_PLATFORM": "offscreen"}
    return {**os.environ, **front}


def test_only_names_of_our_own_are_installed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"quantengine", "quantscope"}


def test_what_is_shown_without_a_network_is_installed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    guide = ROOT / "resources" / "guide"
    shown = {*(f"guide/{path.name}" for path in guide.iterdir()), "icons/quantscope.svg"}
    assert {f"quantengine/resources/{name}" for name in shown} <= names
    assert {"page.css", "page.js"} == {
        name.rpartition("/")[2] for name in names if "/resources/report/" in name
    }


def test_the_demo_runs_beside_other_projects(
    installed: Path, decoys: dict[str, str], tmp_path: Path
) -> None:
    command = [str(installed / "quantengine"), "demo", "-o", str(tmp_path), "--quiet"]
    done = subprocess.run(command, env=decoys, cwd=tmp_path, check=False, timeout=300)
    assert done.returncode == 0
    assert (tmp_path / "demo_int8.onnx").is_file()


def test_the_window_is_drawn_beside_other_projects(
    installed: Path, decoys: dict[str, str], tmp_path: Path
) -> None:
    pictures = tmp_path / "pictures"
    command = [str(installed / "quantscope"), "--screenshots", str(pictures)]
    done = subprocess.run(command, env=decoys, cwd=tmp_path, check=False, timeout=300)
    assert done.returncode == 0
    assert list(pictures.rglob("*.png"))
