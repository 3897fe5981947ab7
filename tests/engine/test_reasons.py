"""Why something stays float is a value: its kind for code, its sentence for people."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import app
import quantengine
from quantengine.graph.reason import OF_SHAPES, Reason, Why

ROOMS = [Path(room.__file__).parent for room in (quantengine, app)]


def test_a_reason_names_what_it_is_about() -> None:
    reason = Reason(Why.STATE, "'{0}' is a state, fed back from '{1}'", ("h{0}", "h'"))
    assert str(reason) == "'h{0}' is a state, fed back from 'h''"
    assert str(reason.named(len)) == "'4' is a state, fed back from '2'"
    assert Reason(Why.OF_SHAPES, "works on shapes or indices") == OF_SHAPES


@pytest.mark.parametrize("path", [p for room in ROOMS for p in room.rglob("*.py")], ids=str)
def test_no_code_reads_a_sentence(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"startswith\(\(?\"[^\"]* ", text)
    assert not re.findall(r"\bin (?:reason|note|sentence)\b(?!s)", text)
