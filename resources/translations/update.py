"""Brings the translations up to the texts of `app` and the engine: run after one changed."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from quantengine.recover.steps import STEPS
from quantengine.targets import TARGETS

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
    """What the window shows of the engine's own words: steps, targets, reasons, notes of ranges."""
    steps = (step.text for step in STEPS.values())
    targets = (target.note for target in TARGETS.values())
    return tuple(dict.fromkeys((*steps, *targets, *_reasons())))


def _reasons() -> Iterator[str]:
    """`text` of every `Reason`, and `note` of every `RangeChoice` that writes one out.

    Raises ValueError where the text of a reason is put together.
    """
    for path in sorted(ENGINE.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            if ast.unparse(call.func) == "Reason":
                yield str(ast.literal_eval(call.args[1]))
            elif ast.unparse(call.func) == "RangeChoice":
                notes = (word.value for word in call.keywords if word.arg == "note")
                yield from (str(note.value) for note in notes if isinstance(note, ast.Constant))


if __name__ == "__main__":
    main()
