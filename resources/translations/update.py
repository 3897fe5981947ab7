"""Brings the translations up to the texts of `app` and the engine: run after one changed."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from quantengine.recover.steps import STEPS

HERE = Path(__file__).parent
APP, ENGINE = HERE.parents[1] / "app", HERE.parents[1] / "quantengine"


def main() -> None:
    with TemporaryDirectory() as folder:
        engine = Path(folder, "engine.py")
        named = (f"QT_TRANSLATE_NOOP('engine', {text!r})\n" for text in engine_texts())
        engine.write_text("".join(named), encoding="utf-8")
        sources = [*sorted(str(path) for path in APP.rglob("*.py")), str(engine)]
        for texts in sorted(HERE.glob("*.ts")):
            options = ["-ts", str(texts), "-no-obsolete", "-locations", "none"]
            subprocess.run(["pyside6-lupdate", *sources, *options], check=True)
            compiled = str(texts.with_suffix(".qm"))
            subprocess.run(["pyside6-lrelease", str(texts), "-qm", compiled], check=True)


def engine_texts() -> tuple[str, ...]:
    """What the window shows of the engine's own words: steps of recovery, and reasons."""
    steps = (step.text for step in STEPS.values())
    return tuple(dict.fromkeys((*steps, *_reasons())))


def _reasons() -> Iterator[str]:
    """The second argument of every `Reason(kind, text, names)`; raises ValueError for no text."""
    for path in sorted(ENGINE.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "Reason":
                yield str(ast.literal_eval(call.args[1]))


if __name__ == "__main__":
    main()
