from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

from app.checkpoints import Checkpoints, Reached
from quantengine.errors import Cancelled


def run(
    found: Checkpoints, text: str, step: int | None, *, anew: bool = False, ends: bool = False
) -> None:
    with suppress(Cancelled), found.running("k", anew=anew) as path:
        assert not anew or not path.exists()
        if text:
            path.write_text(text)
        if step is not None:
            found.note("k", Reached(step, 10))
        if not ends:
            raise Cancelled


@pytest.fixture
def found(tmp_path: Path) -> Checkpoints:
    return Checkpoints(tmp_path / "training")


def kept(found: Checkpoints) -> str:
    with found.running("k", anew=False) as path:
        return path.read_text()


def test_a_new_run_that_stops_early_loses_nothing(found: Checkpoints) -> None:
    run(found, "old", 8)
    run(found, "new", 2, anew=True)
    assert kept(found) == "old"
    assert found.reached("k") == Reached(8, 10)


def test_while_a_new_run_goes_the_old_one_is_still_there(found: Checkpoints) -> None:
    run(found, "old", 8)
    with found.running("k", anew=True):
        assert found.exists("k")
        assert found.reached("k") == Reached(8, 10)


def test_a_new_run_that_gets_as_far_or_ends_takes_its_place(found: Checkpoints) -> None:
    for step, ends in ((8, False), (2, True)):
        run(found, "old", 8)
        run(found, "new", step, anew=True, ends=ends)
        assert kept(found) == "new"


def test_a_run_that_wrote_nothing_gives_the_old_one_back(found: Checkpoints) -> None:
    run(found, "old", None)
    run(found, "", None, anew=True)
    assert kept(found) == "old"
    assert found.reached("k") is None


def test_a_run_of_unknown_length_counts_as_the_furthest(found: Checkpoints) -> None:
    run(found, "old", None)
    run(found, "new", 9, anew=True)
    assert kept(found) == "old"


def test_only_the_last_few_are_kept_with_their_notes(tmp_path: Path) -> None:
    found = Checkpoints(tmp_path)
    for place in range(8):
        with found.running(f"k{place}", anew=False) as path:
            path.write_text("run")
            found.note(f"k{place}", Reached(1, 10))
        os.utime(path, (place, place))
    found.tidy()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"k{place}.{kind}" for place in range(3, 8) for kind in ("npz", "json")
    )
