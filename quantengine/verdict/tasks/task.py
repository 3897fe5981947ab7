"""A kind of outputs: how it is told from others, and what reads it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from quantengine.verdict.tasks.drawing import Pixels, coloured
from quantengine.verdict.tasks.figure import NOTHING, TaskRecord
from quantengine.verdict.tasks.measure import Measure
from quantengine.verdict.tasks.subject import Arrays, Subject


class Misfit(Exception):
    """Outputs that are not what a task reads; the text says what it would need."""


@dataclass(frozen=True, eq=False)
class Shown:
    """One sample: outputs of the float and the quantized network, and what was fed.

    `truth` is what is right for it, None where nobody says it.
    """

    expected: Arrays
    found: Arrays
    feeds: Arrays
    truth: object | None = None


class Reader(ABC):
    """Reads outputs of a network as those of its task; `follows` is the measure that ranks.

    `labelled`: it has figures of what is right, too.
    """

    measures: tuple[Measure, ...]
    follows: str
    labelled: bool = True
    output: str = ""
    """The one output that is read; "" where there are several."""
    axes: int | None = None
    """How many axes that has."""

    def shown(self, sample: Shown) -> TaskRecord:
        """What one sample shows: nothing where it cannot be read."""
        readable = self.can_read(sample.expected) and self.can_read(sample.found)
        return self.record(sample) if readable else NOTHING

    def can_read(self, outputs: Arrays) -> bool:
        """Whether a sample has something where it is read, with as many axes as the first had."""
        if not self.output:
            return True
        values = outputs[self.output]
        return values.size > 0 and self.axes in (None, values.ndim)

    @abstractmethod
    def record(self, shown: Shown) -> TaskRecord:
        """What a sample that can be read shows."""

    @abstractmethod
    def says(self, outputs: Arrays) -> str:
        """What the network says of a sample that can be read, in a few words."""

    def drawn(self, _outputs: Arrays, picture: Pixels | None) -> Pixels | None:
        """What it says, drawn into the picture that was fed; None where nothing can be drawn."""
        return None if picture is None else coloured(picture)


@dataclass(frozen=True)
class Guess:
    """Why outputs are taken for those of a task; `certain`: nothing else looks like that."""

    why: str
    certain: bool


@dataclass(frozen=True, eq=False)
class Task:
    """`guess` gives None for outputs of another task, `reader` raises Misfit for them."""

    name: str
    text: str
    guess: Callable[[Subject], Guess | None]
    reader: Callable[[Subject], Reader]


@dataclass(frozen=True, eq=False)
class Taken:
    """What outputs are taken for; `why` in words, None where somebody said it.

    `figure`: the measure that somebody follows by its name, "": that of the reader.
    """

    task: str
    reader: Reader
    certain: bool
    why: str | None = None
    figure: str = ""

    @property
    def follows(self) -> str:
        """The measure that ranks."""
        return self.figure or self.reader.follows

    @property
    def text(self) -> str:
        """That it was guessed, and how to set it."""
        doubt = "" if self.certain else ", which is not certain"
        return f"Taken as {self.task}: {self.why}{doubt}; --task sets it."


Registry = Mapping[str, Task]
