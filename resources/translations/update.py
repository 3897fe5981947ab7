"""Brings the translations up to the texts of `app` and the engine: run after one changed."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from quantengine import errors, refusals
from quantengine.counted import counted
from quantengine.errors import QuantError
from quantengine.export.forms import FORMS
from quantengine.recover.steps import STEPS
from quantengine.tables.registry import TABLES
from quantengine.targets import TARGETS

HERE = Path(__file__).parent
_LABELLED = {"SearchCurve": 2, "_lower_edge": 2, "power_method": 1, "_Divergence": 2}
"""Calls that name the objective of a search, and the place of its name."""
_DOING = re.compile(r"[A-Z][a-z]*ing( [a-z]+)*")
APP, ENGINE = HERE.parents[1] / "app", HERE.parents[1] / "quantengine"


ERRORS = {
    kind.__name__
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, QuantError)
}
"""Names of what is raised with a text and its parts."""


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
    """What the window shows of the engine's own words: steps, targets, forms, reasons, notes."""
    steps = (step.text for step in STEPS.values())
    targets = (target.note for target in TARGETS.values())
    forms = (form.text for form in FORMS.values())
    tables = (table.text for table in TABLES.values())
    refused = (said for _, said in refusals.KINDS if isinstance(said, str))
    told = (*_written_out(), *_counts(), *_doings())
    found = (*steps, *targets, *forms, *tables, *refused, *told)
    return tuple(dict.fromkeys(filter(None, found)))


def _written_out() -> Iterator[str]:
    """Texts of errors, reasons and sentences, and `note` of every `RangeChoice` that says one.

    Raises ValueError where the text of one is put together.
    """
    for call in _calls(ENGINE):
        name = ast.unparse(call.func)
        if name == "Sentence" or name in ERRORS:
            yield from _told(call.args[0])
        elif name == "Reason":
            yield str(ast.literal_eval(call.args[1]))
        elif name in _LABELLED:
            labels = call.args[_LABELLED[name] :][:1]
            yield from (str(label.value) for label in labels if isinstance(label, ast.Constant))
        elif name == "RangeChoice":
            notes = (word.value for word in call.keywords if word.arg == "note")
            yield from (str(note.value) for note in notes if isinstance(note, ast.Constant))


def _told(text: ast.expr) -> Iterator[str]:
    """What another place wrote out is found there."""
    if isinstance(text, ast.JoinedStr | ast.BinOp):
        raise ValueError(f"no translator finds what is put together: {ast.unparse(text)}")
    if isinstance(text, ast.Constant):
        yield str(text.value)


def _counts() -> Iterator[str]:
    """Every noun that is counted, alone and in number."""
    for call in (*_calls(ENGINE), *_calls(APP)):
        if ast.unparse(call.func) == "counted" and isinstance(call.args[1], ast.Constant):
            yield from (counted(count, call.args[1].value).pattern for count in (1, 2))


def _doings() -> Iterator[str]:
    """What progress says is being done; names that are exported look alike."""
    for node in _nodes(ENGINE, but="__init__.py"):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and _DOING.fullmatch(text):
            yield text


def _calls(folder: Path) -> Iterator[ast.Call]:
    return (node for node in _nodes(folder) if isinstance(node, ast.Call))


def _nodes(folder: Path, but: str = "") -> Iterator[ast.AST]:
    for path in sorted(folder.rglob("*.py")):
        if path.is_relative_to(ENGINE / "cli") or path == ENGINE / "counted.py":
            continue
        if path.name != but:
            yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
