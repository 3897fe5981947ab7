"""A slice of the hostile models that `bench.hostile` makes, in this process."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench.hostile.case import Case
from bench.hostile.fork import ended
from bench.hostile.models import MODEL, hostile_model
from quantengine.cli.main import main

SLICE, COUNT = 400_000, 30


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("part", range(6))
def test_each_opens_or_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], part: int
) -> None:
    ends = set[int]()
    for seed in range(SLICE + part * COUNT, SLICE + (part + 1) * COUNT):
        case = hostile_model(seed)
        if "bomb" in case.kind:
            continue
        folder = tmp_path / str(seed)
        case.write(folder)
        monkeypatch.chdir(folder)
        code = main(["inspect", MODEL, "-q"])
        said = capsys.readouterr().err
        assert code in (0, 2), (seed, said)
        assert code == 0 or said.count("\n") == 1, (seed, said)
        assert len(said) < 1500, seed
        ends.add(code)
    assert ends == {0, 2}


def test_a_case_asked_to_stop_once_its_work_is_done_ends_as_the_program_does(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def done_then_asked(_: Sequence[str]) -> int:
        signal.raise_signal(signal.SIGINT)
        return 0

    before = signal.getsignal(signal.SIGINT)
    try:
        assert ended(Case(1, "late", {}, (), done_then_asked)) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr().err == "quantengine: stopped; nothing was left half-done.\n"
