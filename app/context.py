"""What every panel is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .answers import Answers
from .beside import Beside
from .document import Document
from .expected import Expected
from .files import Files
from .findings import Findings
from .jobs import JobRunner
from .judges import Judges
from .network import Network
from .peek import Peek
from .settings import Settings
from .steps import Steps
from .theme import Theme
from .treatments import Treatments


@dataclass(frozen=True)
class Context:
    document: Document
    steps: Steps
    jobs: JobRunner
    network: Network
    treatments: Treatments
    theme: Theme
    settings: Settings
    peek: Peek
    judges: Judges
    findings: Findings
    answers: Answers
    expected: Expected
    files: Files
    beside: Beside
    show: Callable[[str], object]
    """Brings a part of the window to the front, by its name."""
