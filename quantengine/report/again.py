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
from quantengine.sentence import Sentence
from quantengine.targets import target_of_this_cpu

_PACKAGES = ("quantscope", "onnxruntime", "onnx", "numpy")


def again(found: Findings) -> str:
    """What is needed to get the same figures once more."""
    command = f"<pre>{html_text(found.command)}</pre>" if found.command else ""
    title = found.say(Sentence("To make it again"))
    return section(title, f"{command}{pairs(_settings(found))}{_plan(found)}", "again")


def notes(found: Findings) -> str:
    """What is to be known of the plan, of the data and of what was written."""
    said = [*(() if found.candidate is None else found.candidate.notes)]
    said += [*(() if found.compared is None else found.compared.notes)]
    said += [*(() if found.written is None else found.written.notes)]
    doubt = None if found.evaluation is None else found.evaluation.verdict.doubt
    said += [] if doubt is None else [doubt]
    unique = dict.fromkeys(found.say(note) for note in said)
    body = "".join(f"<li>{html_text(note)}</li>" for note in unique)
    return section(found.say(Sentence("Notes")), f"<ul>{body}</ul>" if body else "", "notes")


def _settings(found: Findings) -> Iterator[tuple[str, str]]:
    made, say = found.candidate, found.say
    if made is not None:
        model, dataset = made.work.model, made.work.dataset
        yield say(Sentence("model")), html_text(model.path.name)
        yield "SHA-256", f"<code>{model.digest}</code>"
        yield say(Sentence("target")), html_text(made.plan.target)
        nothing = say(Sentence("nothing"))
        beyond = html_text(", ".join(made.recipe.steps) or nothing)
        yield say(Sentence("beyond the plan")), beyond
        yield say(Sentence("judged by")), html_text(made.work.judge.follows)
        if made.work.table is not None:
            samples = say(counted(len(made.work.table.samples), "sample"))
            digest = f"<code>{made.work.table.data_hash[:16]}</code>"
            yield say(Sentence("statistics")), f"{samples}, {digest}"
        if dataset is not None:
            yield say(Sentence("data")), html_text(_words(dataset.describe()))
    yield say(Sentence("versions")), ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    system = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    yield say(Sentence("machine")), html_text(f"{system}, {target_of_this_cpu()}")


def _words(data: dict[str, Any]) -> str:
    return ", ".join(f"{name} {json.dumps(told)}" for name, told in data.items() if told)


def _plan(found: Findings) -> str:
    if found.candidate is None:
        return ""
    text = json.dumps(found.candidate.saved.to_json(), indent=1)
    summary = found.say(Sentence("The plan, as --plan reads it"))
    return f"<details><summary>{html_text(summary)}</summary><pre>{html_text(text)}</pre></details>"
