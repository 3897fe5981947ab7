"""What every panel is given."""

from __future__ import annotations

from dataclasses import dataclass

from app.document import Document
from app.jobs import JobRunner
from app.network import Network
from app.peek import Peek
from app.settings import Settings
from app.steps import Steps
from app.theme import Theme
from app.treatments import Treatments


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
