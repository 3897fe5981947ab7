"""Versions and settings, and the command that makes it again."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from quantengine.counted import counted
from quantengine.printable import html_text
from quantengine.report.findings import Findings
from quantengine.report.words import pairs, section
from quantengine.targets import target_of_this_cpu

_PACKAGES = ("quantscope", "onnxruntime", "onnx", "numpy")


def again(found: Findings) -> str:
    """What is needed to get the same figures once more."""
    command = f"<pre>{html_text(found.command)}</pre>" if found.command else ""
    return section("To make it again", f"{command}{pairs(_settings(found))}{_plan(found)}", "again")


def notes(found: Findings) -> str:
    """What is to be known of the plan, of the data and of what was written."""
    said = [*(() if found.candidate is None else found.candidate.notes)]
    said += [*(() if found.compared is None else found.compared.notes)]
    said += [*(() if found.written is None else found.written.notes)]
    doubt = None if found.evaluation is None else found.evaluation.verdict.doubt
    said += [] if doubt is None else [doubt]
    unique = dict.fromkeys(str(note) for note in said)
    body = "".join(f"<li>{html_text(note)}</li>" for note in unique)
    return section("Notes", f"<ul>{body}</ul>" if body else "", "notes")


def _settings(found: Findings) -> Iterator[tuple[str, str]]:
    made = found.candidate
    if made is not None:
        model, dataset = made.work.model, made.work.dataset
        yield "model", html_text(model.path.name)
        yield "SHA-256", f"<code>{model.digest}</code>"
        yield "target", html_text(made.plan.target)
        yield "beyond the plan", html_text(", ".join(made.recipe.steps) or "nothing")
        yield "judged by", html_text(made.work.judge.follows)
        if made.work.table is not None:
            samples = counted(len(made.work.table.samples), "sample")
            yield "statistics", f"{samples}, <code>{made.work.table.data_hash[:16]}</code>"
        if dataset is not None:
            yield "data", html_text(_words(dataset.describe()))
    yield "versions", ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    system = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    yield "machine", html_text(f"{system}, {target_of_this_cpu()}")


def _words(data: dict[str, Any]) -> str:
    return ", ".join(f"{name} {json.dumps(told)}" for name, told in data.items() if told)


def _plan(found: Findings) -> str:
    if found.candidate is None:
        return ""
    text = json.dumps(found.candidate.saved.to_json(), indent=1)
    return (
        "<details><summary>The plan, as <code>--plan</code> reads it</summary>"
        f"<pre>{html_text(text)}</pre></details>"
    )
