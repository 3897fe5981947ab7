"""Hostile plans, statistics and projects: sound ones with wrong values in some places."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

import numpy as np

from bench.hostile import sound
from bench.hostile.case import Case
from bench.hostile.words import flipped, spoiled

_QUANTIZE = ("quantize", sound.MODEL, "-o", sound.WRITTEN, "--recover", "none")
_BY_STATS = (*_QUANTIZE, "--stats", sound.STATS)


def hostile_plan(number: int) -> Case:
    random = Random(f"plan {number}")
    tree = json.loads(sound.made()[sound.PLAN])
    if random.random() < 0.4:
        tree = tree["plan"]
    files = {**_files(sound.MODEL, sound.STATS), sound.PLAN: spoiled(tree, random)}
    return Case(number, "plan", files, (*_BY_STATS, "--plan", sound.PLAN))


def hostile_statistics(number: int) -> Case:
    random = Random(f"statistics {number}")
    way = random.choice((_header, _header, _column, _column, _column, _bytes))
    files = {**_files(sound.MODEL), sound.STATS: way(sound.made()[sound.STATS], random)}
    return Case(number, f"statistics: {way.__name__[1:]}", files, _BY_STATS)


def hostile_project(number: int) -> Case:
    random = Random(f"project {number}")
    parts = sound.members(sound.made()[sound.PROJECT])
    way = random.choice(("project.json",) * 5 + ("statistics.npz", "made.npz", "made.npz", "bytes"))
    if way == "project.json":
        parts[way] = spoiled(_here(json.loads(parts[way])), random)
    elif way == "bytes":
        files = {sound.PROJECT: flipped(sound.made()[sound.PROJECT], random)}
        return _project(number, way, files)
    else:
        parts["project.json"] = json.dumps(_here(json.loads(parts["project.json"]))).encode()
        change = random.choice((_header, _header, _column, _bytes))
        parts[way] = change(parts[way], random)
    return _project(number, way, {sound.PROJECT: sound.packed(parts)})


def sound_plans() -> Iterator[Case]:
    files = _files(sound.MODEL, sound.STATS, sound.PLAN)
    yield Case(0, "sound", files, (*_BY_STATS, "--plan", sound.PLAN))
    parts = sound.members(sound.made()[sound.PROJECT])
    parts["project.json"] = json.dumps(_here(json.loads(parts["project.json"]))).encode()
    yield _project(0, "sound", {sound.PROJECT: sound.packed(parts)})


def reopened(command: Sequence[str]) -> int:
    """What the window does with a project, without the window; ends as a command does."""
    from quantengine.cli.failure import failure
    from quantengine.cli.stderr import tell
    from quantengine.opening.open import open_model
    from quantengine.project_file import load_project
    from quantengine.work.kept import take_up
    from quantengine.work.make import make
    from quantengine.work.work import Work

    try:
        project = load_project(Path(command[0]))
        model = open_model(Path(sound.MODEL))
        work = Work(model, project.decided.plan, None, project.table, project.judging.judge(()))
        made = project.made
        if isinstance(made, bytes):
            take_up(made, work)
        make(work, project.decided.recipe)
    except Exception as error:  # noqa: BLE001 - told as the command line does
        sentence, code = failure(error)
        tell(sentence)
        return code
    return 0


def _files(*names: str) -> dict[str, bytes]:
    return {name: sound.made()[name] for name in names}


def _project(number: int, way: str, files: dict[str, bytes]) -> Case:
    files = {**_files(sound.MODEL), "x.npy": sound.made()["x.npy"], **files}
    return Case(number, f"project: {way}", files, (sound.PROJECT,), reopened)


def _here(header: dict[str, object]) -> dict[str, object]:
    """The model and the data lie beside the project."""
    for name, place in (("model", sound.MODEL), ("data", "x.npy")):
        header[name] |= {"path": place, "relative": place}  # type: ignore[operator]
    return header


def _header(archive: bytes, random: Random) -> bytes:
    arrays = sound.arrays_of(archive)
    tree = json.loads(arrays["header"].tobytes())
    return sound.archive_of({**arrays, "header": np.frombuffer(spoiled(tree, random), np.uint8)})


def _column(archive: bytes, random: Random) -> bytes:
    arrays = sound.arrays_of(archive)
    name = random.choice(sorted(set(arrays) - {"header"}))
    rng = np.random.default_rng(random.randrange(2**32))
    old = arrays[name]
    ways: tuple[Callable[[], np.ndarray], ...] = (
        lambda: np.zeros_like(old),
        lambda: -old if old.dtype.kind in "fi" else np.flip(old),
        lambda: np.flip(old).copy(),
        lambda: rng.permutation(old.reshape(-1)).reshape(old.shape),
        lambda: old.astype(random.choice((np.float64, np.int8, np.complex64, "U9", np.bool_))),
        lambda: old[: len(old) // 2] if old.ndim else old,
        lambda: old.reshape(-1),
        lambda: np.full_like(old, random.choice((0, 1, 127))),
        lambda: np.full(old.shape, np.nan).astype(old.dtype) if old.dtype.kind == "f" else old * 3,
        lambda: (old * random.choice((1e30, 1e-30, np.inf))).astype(old.dtype),
        lambda: np.frombuffer(flipped(old.tobytes(), random), old.dtype).reshape(old.shape),
    )
    with np.errstate(all="ignore"):
        arrays[name] = random.choice(ways)()
    if random.random() < 0.2 and {"low", "high"} <= set(arrays):
        arrays["low"], arrays["high"] = arrays["high"], arrays["low"]
    return sound.archive_of(arrays)


def _bytes(archive: bytes, random: Random) -> bytes:
    if random.random() < 0.3:
        return archive[: random.randrange(len(archive))]
    return flipped(archive, random)
