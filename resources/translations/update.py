"""Brings the translations up to the texts of `app` and the engine: run after one changed."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from quantengine.recover.steps import STEPS

HERE = Path(__file__).parent
APP = HERE.parents[1] / "app"


def main() -> None:
    with TemporaryDirectory() as folder:
        engine = Path(folder, "engine.py")
        named = (f"QT_TRANSLATE_NOOP('engine', {step.text!r})\n" for step in STEPS.values())
        engine.write_text("".join(named), encoding="utf-8")
        sources = [*sorted(str(path) for path in APP.rglob("*.py")), str(engine)]
        for texts in sorted(HERE.glob("*.ts")):
            options = ["-ts", str(texts), "-no-obsolete", "-locations", "none"]
            subprocess.run(["pyside6-lupdate", *sources, *options], check=True)
            compiled = str(texts.with_suffix(".qm"))
            subprocess.run(["pyside6-lrelease", str(texts), "-qm", compiled], check=True)


if __name__ == "__main__":
    main()
