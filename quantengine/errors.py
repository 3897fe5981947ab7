"""What goes wrong, in words a person can act on."""

from __future__ import annotations

from quantengine.sentence import Sentence


class QuantError(Exception):
    """One clear sentence: what is wrong, where, and what to do now. Shown as it is, exit code 2.

    `text` has a place `{0}` for each of `names`, which may be other errors. It is written out where
    the error is raised: translators find it there.
    """

    def __init__(self, text: str, *names: object) -> None:
        told = (name.sentence if isinstance(name, QuantError) else name for name in names)
        self.sentence: Sentence = text if isinstance(text, Sentence) else Sentence(text, *told)
        super().__init__(self.sentence)


class ModelError(QuantError):
    """The model file cannot be used."""


class DataError(QuantError):
    """The data cannot be used."""


class WrongSize(DataError):
    """Images come in another size than the network takes: `wanted` (width, height)."""

    def __init__(self, text: str, *names: object, wanted: tuple[int, int]) -> None:
        super().__init__(text, *names)
        self.wanted = wanted


class PlanError(QuantError):
    """The plan asks for something impossible or unknown."""


class MetricError(QuantError):
    """A person's own metric cannot be used."""


class ExportError(QuantError):
    """The quantized model could not be written or did not pass its checks."""


class NothingToWrite(ExportError):
    """Nothing in the file would be an integer; nothing was written. Exit code 3."""


class Unverified(ExportError):
    """Running the quantized model cannot show whether it is right."""


class ProjectError(QuantError):
    """A project file cannot be read or does not belong to the model."""


class Cancelled(Exception):
    """The person stopped the work; nothing half-done is kept. Exit code 130."""
