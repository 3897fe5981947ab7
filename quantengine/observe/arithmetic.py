"""What the last bits of a run depend on, beside the network and the data."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from quantengine.counted import counted
from quantengine.sentence import Sentence

_KERNELS = ("avx", "avx2", "fma", "avx512f", "sve", "sme", "sme2")
"""Instructions for which onnxruntime has float products of their own, whose sums differ in order.

Others, as those for integers, change no bit of a float network.
"""


@dataclass(frozen=True, order=True)
class Arithmetic:
    """The `instructions` of a CPU that products choose from, the `threads` that share one run,
    and the version of the `runtime`.
    """

    instructions: str
    threads: int
    runtime: str

    def __str__(self) -> str:
        threads = counted(self.threads, "thread")
        return f"{self.instructions}, {threads} a run, onnxruntime {self.runtime}"


def arithmetic(threads: int) -> Arithmetic:
    """That of runs on this machine which so many threads share."""
    from quantengine.runtime import VERSION

    return Arithmetic(_instructions(), threads, VERSION)


def mixed(found: Sequence[Arithmetic]) -> Sentence | None:
    """That runs were computed in several ways, which one machine would not do; else None."""
    if len(found) < 2:
        return None
    return Sentence(
        "These statistics come from {0} kinds of machine ({1}): their last bits may differ from "
        "those of one.",
        *(len(found), "; ".join(map(str, found))),
    )


@cache
def _instructions() -> str:
    from llvmlite import binding  # compiled loops, which observing needs, have loaded it

    features = binding.get_host_cpu_features()
    return " ".join((platform.machine().lower(), *(k for k in _KERNELS if features.get(k))))
