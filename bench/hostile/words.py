"""Values that no file should hold, and trees of JSON with one of them in some place."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

_DEEP = 3000
VALUES: tuple[Any, ...] = (
    *(None, True, False, "", "x", "none", "\0", "\ud800", "=1+1", "\x1b[2J", "../..", "x" * 5000),
    *(0, -1, 1, 4.7, 2**31, 2**63, -(2**63), 10**30, 1e308, 5e-324, float("nan"), float("inf")),
    *([], {}, [[]], [None], {"": None}, ["x", 1], "re:(a+)+$", "re:((a|a)*)*b", "re:[", "block:0"),
    *("block:99999999", f"block:{'9' * 500}", "re:" + "(" * 400 + ")" * 400, "int4", "float"),
)


def spoiled(tree: Any, random: Random) -> bytes:
    """JSON text of a tree that one to three things were done to."""
    if random.random() < 0.1:
        return _text(tree, random)
    for _ in range(random.randint(1, 3)):
        tree = _changed(tree, random)
    text = json.dumps(tree)
    if random.random() < 0.08:
        digits = random.choice(("9" * 5000, "1e99999", "-" + "9" * 5000, "[" * _DEEP + "]" * _DEEP))
        text = text.replace("null", digits, 1)
    return text.encode("utf-8", "surrogatepass")


def _text(tree: Any, random: Random) -> bytes:
    """Damage below what JSON knows."""
    text = json.dumps(tree).encode()
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: text[: random.randrange(len(text))],
        lambda: flipped(text, random),
        lambda: b"[" * 100_000,
        lambda: b"\xef\xbb\xbf" + text,
        lambda: text.decode().encode("utf-16"),
        lambda: b"\0" * 1000,
        lambda: text + text,
        lambda: b"",
    )
    return random.choice(ways)()


def flipped(data: bytes, random: Random) -> bytes:
    """Some bytes are others."""
    found = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 8, 100))):
        if found:
            found[random.randrange(len(found))] = random.randrange(256)
    return bytes(found)


def _changed(tree: Any, random: Random) -> Any:
    if isinstance(tree, dict) and tree and random.random() < 0.9:
        return _changed_object(dict(tree), random)
    if isinstance(tree, list) and tree and random.random() < 0.8:
        place = random.randrange(len(tree))
        return [*tree[:place], _changed(tree[place], random), *tree[place + 1 :]]
    return random.choice(VALUES)


def _changed_object(tree: dict[str, Any], random: Random) -> dict[str, Any]:
    key = random.choice(sorted(tree))
    match random.randrange(12):
        case 0:
            del tree[key]
        case 1:
            tree[random.choice(("surprise", "", "__class__", "x" * 3000))] = random.choice(VALUES)
        case 2:
            tree[key] = tree[random.choice(sorted(tree))]
        case _:
            tree[key] = _changed(tree[key], random)
    return tree
