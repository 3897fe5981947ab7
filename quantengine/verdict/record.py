"""What one sample showed of a quantized network: records of samples make a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from quantengine.verdict.own import OwnRecord
from quantengine.verdict.tasks.figure import TaskRecord

Fault = Literal["another shape", "NaN", "only NaN expected"]
"""Why an output of a sample gives no number: of the quantized network, or of the float one."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a slice with much noise looks like.

    `ours`, `theirs`: up to 16 different values of the float and the quantized network within 1 to
    99 % of the float ones. In `told` places the float network has a clear best channel, which is
    that of the quantized one in `kept`.
    """

    ours: frozenset[float]
    theirs: frozenset[float]
    told: int
    kept: int


@dataclass(frozen=True, slots=True, eq=False)
class OutputRecord:
    """One output of one sample.

    `sums` as `pair_sums` gives them, of a float output; of any other `values` and how many of them
    are `equal`. `listed`: rows of a list lie beside their counterparts. `unknown` values are NaN in
    the float network, `infinite` ones are so in one network at least, `unlike` in just one.
    `padded`: positions were left out. `looks` has an entry a slice, None where it has little noise.
    """

    sums: NDArray[np.float64] | None
    values: int = 0
    equal: int = 0
    unknown: int = 0
    infinite: int = 0
    unlike: int = 0
    fault: Fault | None = None
    padded: bool = False
    looks: tuple[Look | None, ...] = ()
    listed: bool = False


@dataclass(frozen=True, slots=True)
class ClassRecord:
    """Rows of class scores in one sample: those with a best class, and what is equal in both.

    `ranked` rows of the reference fall from the first score to the last. `labelled` is 1 where the
    sample has a label and one row; the rest then says whether it is the best, or among the five
    best.
    """

    classes: int
    rows: int
    equal: int
    ranked: int
    labelled: int = 0
    top1: int = 0
    top1_reference: int = 0
    top5: int = 0
    top5_reference: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """One sample, by its place among all: outputs in the order of the reading.

    `task` is what it shows of the figures of the task, where these are asked for, `own` what a
    person's metric says.
    """

    place: int
    outputs: tuple[OutputRecord, ...]
    classes: ClassRecord | None
    task: TaskRecord | None = None
    own: OwnRecord | None = None
