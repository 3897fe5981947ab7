"""Regular expressions of a person: one that may try for ever does so in a process with a limit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from quantengine.errors import PlanError

if TYPE_CHECKING:
    from quantengine.process.frame import Frame

LIMIT_S = 3.0
_START_S = 60.0
_LONGEST, _SHOWN = 1000, 60
_LONGEST_NAME = 1000
_MOST_REPEATS = 3
_ONE_SIGN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_INNERMOST = re.compile(r"\((?:\?[:=!>]|\?<[=!])?([^()]*)\)([*+{]?)")
_REPEATED = re.compile(r"[*+{]")


@lru_cache(maxsize=64)
def found(expression: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names in which it is found. Raises PlanError for no regular expression and for one that
    does not come to an end.
    """
    shown = expression if len(expression) <= _SHOWN else f"{expression[:_SHOWN]}..."
    if len(expression) > _LONGEST:
        raise PlanError("'{0}' is too long for a regular expression: list the names.", shown)
    try:
        search = re.compile(expression).search
    except (re.error, RecursionError, OverflowError, MemoryError) as error:
        raise PlanError("'{0}' is not a regular expression: {1}.", shown, error) from error
    if may_take_long(expression) or any(len(name) > _LONGEST_NAME for name in names):
        return _found_in_time(expression, names, shown)
    return tuple(filter(search, names))


def may_take_long(expression: str) -> bool:
    """Whether it repeats what repeats or chooses itself, or repeats too often side by side."""
    left = _ONE_SIGN.sub("x", expression)
    repeats = len(_REPEATED.findall(left))
    while (inner := _INNERMOST.search(left)) is not None:
        varied = "|" in inner[1] or _REPEATED.search(inner[1]) is not None or "~" in inner[1]
        if varied and inner[2]:
            return True
        left = f"{left[: inner.start()]}{'~' if varied else 'x'}{left[inner.end(1) + 1 :]}"
    return repeats > _MOST_REPEATS


def _found_in_time(expression: str, names: Sequence[str], shown: str) -> tuple[str, ...]:
    from quantengine.process.child import Child, Ended, TooLate
    from quantengine.process.frame import Frame

    child = Child("quantengine.regular")
    try:
        child.ask(Frame({"expression": "", "names": ()}), limit_s=_START_S)
        told = child.ask(Frame({"expression": expression, "names": names}), limit_s=LIMIT_S).told
    except (TooLate, Ended) as error:
        raise PlanError(
            "'{0}' is tried for longer than {1} seconds: write it without repeats of repeats.",
            shown,
            f"{LIMIT_S:g}",
        ) from error
    finally:
        child.close()
    return tuple(names[place] for place in told["places"])


def _answer(asked: Frame) -> Frame:
    from quantengine.process.frame import Frame

    search = re.compile(asked.told["expression"]).search
    names = enumerate(asked.told["names"])
    return Frame({"places": [place for place, name in names if search(name)]})


if __name__ == "__main__":
    from quantengine.process.serve import serve

    serve(_answer)
