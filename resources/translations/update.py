"""Brings the translations up to the texts in `app`: run after a text changed, then translate."""

from __future__ import annotations

import subprocess
from pathlib import Path

HERE = Path(__file__).parent
APP = HERE.parents[1] / "app"


def main() -> None:
    sources = sorted(str(path) for path in APP.rglob("*.py"))
    for texts in sorted(HERE.glob("*.ts")):
        options = ["-ts", str(texts), "-no-obsolete", "-locations", "none"]
        subprocess.run(["pyside6-lupdate", *sources, *options], check=True)
        compiled = str(texts.with_suffix(".qm"))
        subprocess.run(["pyside6-lrelease", str(texts), "-qm", compiled], check=True)


if __name__ == "__main__":
    main()
