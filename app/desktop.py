"""The entry of a Linux desktop: menu, icon and file types, in the person's own folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from quantengine.bundled import FOLDER
from quantengine.errors import QuantError
from quantengine.files import whole_file

NAME = "quantscope"
PROJECT_TYPE, MODEL_TYPE = "application/x-quantscope-project", "application/x-onnx"

_ENTRY = """[Desktop Entry]
Type=Application
Version=1.0
Name=Quantscope
GenericName=Model Quantization
GenericName[zh_CN]=模型量化
Comment=See what fewer bits do to every layer of an ONNX model
Comment[zh_CN]=查看更少的位宽对 ONNX 模型每一层的影响
Exec={command} %f
Icon=quantscope
Terminal=false
Categories=Development;
Keywords=ONNX;quantization;int8;
MimeType={types};
StartupWMClass=quantscope
"""
_TYPES = f"""<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{PROJECT_TYPE}">
    <comment>Quantscope project</comment>
    <comment xml:lang="zh_CN">Quantscope 项目</comment>
    <glob pattern="*.qscope"/>
    <icon name="quantscope"/>
  </mime-type>
  <mime-type type="{MODEL_TYPE}">
    <comment>ONNX model</comment>
    <comment xml:lang="zh_CN">ONNX 模型</comment>
    <glob pattern="*.onnx"/>
  </mime-type>
</mime-info>
"""
_RESERVED = '"`$\\'


class NoDesktop(QuantError):
    """There is no desktop that these files would tell anything."""


def install_desktop(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Writes the files under `XDG_DATA_HOME`; returns what to tell a person, a line each.

    Raises NoDesktop on other systems, QuantError where a file cannot be written.
    """
    folder = _folder(environment)
    texts = {
        _entry(folder): _ENTRY.format(command=_command(), types=f"{PROJECT_TYPE};{MODEL_TYPE}"),
        _types(folder): _TYPES,
        _icon(folder): (FOLDER / "icons" / f"{NAME}.svg").read_text(encoding="utf-8"),
    }
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise QuantError(f"{path.parent} cannot be made: {error.strerror}.") from error
        with whole_file(path) as beside:
            beside.write_text(text, encoding="utf-8", newline="\n")
    _tell_desktop(folder)
    said = [f"Wrote {path}" for path in texts]
    return [*said, "Quantscope is in the menu now, and opens .qscope and .onnx files.", _UNDO]


_UNDO = "To undo this: quantscope --uninstall-desktop"


def uninstall_desktop(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Removes what `install_desktop` wrote; says what was there. Raises as it does."""
    folder = _folder(environment)
    said = []
    for path in (_entry(folder), _types(folder), _icon(folder)):
        if path.is_file():
            try:
                path.unlink()
            except OSError as error:
                raise QuantError(f"{path} cannot be removed: {error.strerror}.") from error
            said.append(f"Removed {path}")
    _tell_desktop(folder)
    return said or [f"Nothing of Quantscope was under {folder}."]


def _folder(environment: Mapping[str, str]) -> Path:
    """`XDG_DATA_HOME`, which counts only where it is absolute (XDG Base Directory 0.8)."""
    if not sys.platform.startswith("linux"):
        raise NoDesktop(
            "Desktop entries are for Linux: docs/desktop.md says how files are opened with "
            "Quantscope on macOS and Windows."
        )
    chosen = Path(environment.get("XDG_DATA_HOME", ""))
    return chosen if chosen.is_absolute() else Path.home() / ".local" / "share"


def _entry(folder: Path) -> Path:
    return folder / "applications" / f"{NAME}.desktop"


def _types(folder: Path) -> Path:
    return folder / "mime" / "packages" / f"{NAME}.xml"


def _icon(folder: Path) -> Path:
    return folder / "icons" / "hicolor" / "scalable" / "apps" / f"{NAME}.svg"


def _command() -> str:
    """What starts this very installation, quoted as a desktop entry wants it."""
    script = Path(sys.executable).with_name(NAME)
    if script.is_file():
        return _quoted(str(script))
    return f"{_quoted(sys.executable)} -m {NAME}"


def _quoted(text: str) -> str:
    """In double quotes, reserved signs escaped, a backslash twice (Desktop Entry 1.5, Exec)."""
    escaped = "".join(f"\\{sign}" if sign in _RESERVED else sign for sign in text)
    return f'"{escaped}"'.replace("\\", "\\\\").replace("%", "%%")


def _tell_desktop(folder: Path) -> None:
    """Brings the caches of the desktop up to date, where it has some."""
    for program, place in (
        ("update-desktop-database", folder / "applications"),
        ("update-mime-database", folder / "mime"),
    ):
        found = shutil.which(program)
        if found is not None and place.is_dir():
            subprocess.run([found, str(place)], check=False, capture_output=True, timeout=60)
