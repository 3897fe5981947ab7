"""Commands about what judges, and whether the window looks by itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from .actions import Command
from .text import ELLIPSIS
from .translation import tr

if TYPE_CHECKING:
    from .context import Context


def judging_commands(context: Context, no_data: Callable[[], str | None]) -> list[Command]:
    """`no_data` says what is missing while no data is open."""
    files, findings = context.files, context.findings
    return [
        Command(
            "judge_folder",
            tr("Judge on a folder") + ELLIPSIS,
            files.ask_judge_folder,
            "folder-open",
            tip=tr("Samples that nothing was chosen by say how good the network is"),
            missing=no_data,
        ),
        Command(
            "judge_file",
            tr("Judge on a file") + ELLIPSIS,
            files.ask_judge_file,
            "file-box",
            missing=no_data,
        ),
        Command(
            "judge_same",
            tr("Judge on the data of calibration"),
            partial(context.judges.choose, None),
            missing=no_data,
        ),
        Command(
            "look_by_itself",
            tr("Look for culprits by itself, on or off"),
            lambda: findings.look_by_itself(not findings.looks_by_itself),
            tip=tr("Calibrates, judges and looks for the worst layers while nothing else runs"),
        ),
    ]
