"""What a command found: for a program as JSON, for a person as text and tables."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from quantengine.cli.exit_codes import Exit
from quantengine.cli.program import settled
from quantengine.errors import QuantError
from quantengine.printable import printable

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True)
class Answer:
    """`data` is one JSON object; `parts` are printed in order; the command ends with `code`."""

    data: Mapping[str, Any]
    parts: tuple[RenderableType, ...] = field(default=())
    code: Exit = Exit.DONE


def print_answer(answer: Answer, *, as_json: bool) -> None:
    """Writes to stdout; a reader that has gone away is no error. Raises QuantError."""
    try:
        sys.stdout.write(json_text(answer.data) if as_json else _for_people(answer))
        failed = settled(sys.stdout)
    except OSError as error:
        failed = settled(sys.stdout) or error
    if failed is not None and not isinstance(failed, BrokenPipeError):
        raise QuantError(
            "The answer cannot be printed ({0}): the work is done, and every file that was asked "
            "for is written.",
            failed.strerror or failed,
        )


def _for_people(answer: Answer) -> str:
    from quantengine.cli.table import console

    out = console(sys.stdout)
    with out.capture() as text:
        for part in answer.parts:
            out.print(printable(part, keeps="\n") if isinstance(part, str) else part)
    return text.get()


def json_text(data: Mapping[str, Any]) -> str:
    """JSON with a line end; infinities and nan, which JSON has no word for, become null."""
    return json.dumps(_finite(data), indent=2, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
