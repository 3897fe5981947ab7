"""Hostile models: sound ones spoiled, absurd ones that are legal, and bombs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random

import onnx

from bench.hostile.absurd import absurd_model
from bench.hostile.bombs import BOMBS
from bench.hostile.case import Case
from bench.hostile.mutate import MUTATIONS, spoiled_bytes
from bench.hostile.seeds import SEEDS, fed, seed

MODEL, DATA, WRITTEN = "m.onnx", "data.npz", "out.onnx"
_COMMANDS = ("inspect",) * 5 + ("quantize",) * 3 + ("analyze", "evaluate")
_KINDS = ("absurd",) * 3 + ("bomb", "bytes") + ("spoiled",) * 11
_CHANGES = (1, 1, 1, 2, 3)


def hostile_model(number: int) -> Case:
    random = Random(f"model {number}")
    match random.choice(_KINDS):
        case "absurd":
            return _case(number, "model: absurd", absurd_model(random), random)
        case "bomb":
            name = random.choice(sorted(BOMBS))
            return _case(number, f"model: bomb {name}", BOMBS[name](random), random)
        case "bytes":
            proto = seed(random.choice(sorted(SEEDS)))
            case = _case(number, "model: bytes", proto, random)
            spoiled = spoiled_bytes(proto.SerializeToString(), random)
            return Case(number, case.kind, {**case.files, MODEL: spoiled}, case.command)
    sound = random.choice(sorted(SEEDS))
    proto = seed(sound)
    data = fed(proto)
    names = [random.choice(sorted(MUTATIONS)) for _ in range(random.choice(_CHANGES))]
    files: dict[str, bytes] = {}
    for name in names:
        files |= MUTATIONS[name](proto, random) or {}
    files["sound.onnx"] = seed(sound).SerializeToString()
    return _case(number, f"model: {names[0]}", proto, random, data, files)


def sound_models() -> Iterator[Case]:
    """Each command on what nobody spoiled."""
    for name in ("small", "attention", "half"):
        for command in ("inspect", "quantize", "analyze", "evaluate"):
            yield _with(command, 0, "sound", seed(name), fed(seed(name)))


def _case(
    number: int,
    kind: str,
    proto: onnx.ModelProto,
    random: Random,
    data: tuple[bytes, list[str]] | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Case:
    command = random.choice(_COMMANDS)
    case = _with(command, number, kind, proto, data or _fed(proto))
    return Case(number, kind, {**case.files, **(files or {})}, case.command)


def _fed(proto: onnx.ModelProto) -> tuple[bytes, list[str]]:
    try:
        return fed(proto)
    except (KeyError, ValueError, TypeError, MemoryError):
        return fed(seed("small"))


def _with(
    command: str, number: int, kind: str, proto: onnx.ModelProto, data: tuple[bytes, list[str]]
) -> Case:
    arrays, options = data
    words: Mapping[str, Callable[[], tuple[str, ...]]] = {
        "inspect": lambda: (MODEL,),
        "quantize": lambda: (MODEL, "--data", DATA, "-o", WRITTEN, *options),
        "analyze": lambda: (MODEL, "--data", DATA, "--probes", "2", *options),
        "evaluate": lambda: ("sound.onnx", MODEL, "--data", DATA, *options),
    }
    files = {MODEL: proto.SerializeToString(), DATA: arrays}
    if command == "evaluate":
        files["sound.onnx"] = seed("small").SerializeToString()
    return Case(number, kind, files, (command, *words[command]()))
