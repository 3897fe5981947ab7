"""Hostile words on the command line: every flag, with values it cannot mean."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from random import Random

from bench.hostile import sound
from bench.hostile.case import Case

_WORDS = (
    *("", " ", "-1", "0", "1", "4.7", "nan", "inf", "-inf", "1e400", "99999999999", "9" * 5000),
    *(
        "x",
        "none",
        "*",
        "**",
        "[",
        "re:(a+)+$",
        "re:(",
        "re:" + "(a|a)*" * 9 + "$",
        "\x1b[2J",
        "=1",
    ),
    *(
        "*:bits=inf",
        "*:bits=4.7",
        "*:low=nan",
        "*:low=1,high=-1",
        "a:bits=4,bits=99",
        "x:dtype=",
        ":",
    ),
    *("block:99999999", f"block:{'9' * 500}", "block:0", "int99", "float:p=1", "percentile:p=9"),
    *("mse:p=nan", "percentile:p=1e-400", "0x0", "1x1x1", "x99999999", "99999x99999", "1/0/1"),
    *("letterbox:999", "x:raw", "x:fit=letterbox:", "x=1e999", "x=\ud800", "y=", "/dev/null"),
    *(
        "/dev/zero",
        ".",
        "..",
        "/",
        "m.onnx",
        "no/such/place.json",
        "a" * 300,
        "bias:*",
        "bias:re:[",
    ),
    *("onnxruntime-cpu", "tensorrt", "auto", "quick", "worst", "task", "imagenet", "é\u202e"),
)
_COMMANDS = ("quantize",) * 4 + (
    "calibrate",
    "analyze",
    "evaluate",
    "sensitivity",
    "sweep",
    "search",
)
_LEFT_OUT = frozenset({"--help", "--html", "--judge-on", "--metric", "--workers", "--threads"})


def hostile_options(number: int) -> Case:
    random = Random(f"options {number}")
    command = random.choice(_COMMANDS)
    words = [command, *_FIRST[command]]
    for _ in range(random.randint(1, 3)):
        action = random.choice(_actions(command))
        words.append(random.choice(action.option_strings))
        if action.nargs != 0:
            words.append(random.choice(_WORDS))
    return _case(number, command, words)


def sound_options() -> Iterator[Case]:
    for command, words in _FIRST.items():
        yield _case(0, command, [command, *words])


def _case(number: int, command: str, words: Sequence[str]) -> Case:
    names = (sound.MODEL, sound.INT8, "x.npy")
    files = {name: sound.made()[name] for name in names}
    return Case(number, f"options: {command}", files, tuple(words))


_DATA = ("--data", "x.npy", "--limit", "4")
_FIRST = {
    "quantize": (sound.MODEL, "-o", sound.WRITTEN, *_DATA, "--recover", "none"),
    "calibrate": (sound.MODEL, "-o", "s.npz", *_DATA),
    "analyze": (sound.MODEL, *_DATA, "--probes", "2"),
    "evaluate": (sound.MODEL, sound.INT8, *_DATA),
    "sensitivity": (sound.MODEL, *_DATA, "--probes", "2"),
    "sweep": (sound.MODEL, *_DATA, "--bits", "8"),
    "search": (sound.MODEL, *_DATA, "--target-sqnr", "10"),
}


@cache
def _actions(command: str) -> tuple[argparse.Action, ...]:
    from quantengine.cli.parser import Parser

    parser = Parser(prog=command)
    import_module(f"quantengine.cli.{command}").add_arguments(parser)
    return tuple(
        action
        for action in parser._actions
        if action.option_strings and not _LEFT_OUT & set(action.option_strings)
    )
