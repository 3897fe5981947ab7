"""Two models of the same inputs, run on the same samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from quantengine.analyze.latency import median_latencies_ms
from quantengine.analyze.model_file import ModelFile
from quantengine.data.dataset import Array, shape_text
from quantengine.data.input import Input
from quantengine.errors import ModelError, QuantError
from quantengine.monitor import Monitor
from quantengine.opening.open import open_model
from quantengine.runtime import Tensors
from quantengine.verdict.reading import Reading, reading_of


@dataclass(frozen=True, eq=False)
class ModelPair:
    """Two models of the same inputs; `outputs` names the candidate's of each reference output.

    `known_ms`: the median time of one sample of each, where that was measured already.
    """

    reference: ModelFile
    candidate: ModelFile
    outputs: Mapping[str, str]
    known_ms: tuple[float, float] | None = None

    @classmethod
    def of(cls, reference: ModelFile, candidate: ModelFile) -> ModelPair:
        candidate = candidate.completed(reference)
        _check_inputs(reference, candidate)
        ours, theirs = ([port.name for port in file.ports] for file in (reference, candidate))
        outputs = shared_outputs(reference.path, ours, candidate.path, theirs)
        return cls(reference, candidate, outputs)

    @classmethod
    def open(
        cls, reference: ModelFile | Path | str, candidate: ModelFile | Path | str, monitor: Monitor
    ) -> ModelPair:
        """Raises ModelError where they do not take the same inputs or share no output."""
        return cls.of(_opened(reference, monitor), _opened(candidate, monitor))

    @property
    def first(self) -> str:
        return next(iter(self.outputs))

    @property
    def reading(self) -> Reading:
        """With what the graph of the reference tells of its outputs, where it can be read."""
        try:
            known = reading_of(open_model(self.reference.path, compare=False))
        except QuantError:
            known = Reading(())
        return replace(known, outputs=tuple(self.outputs))

    def expected(self, feeds: Tensors, *, monitor: Monitor) -> Tensors:
        """The reference's outputs."""
        ready = typed(feeds, self.reference)
        return self.reference.session.run(ready, list(self.outputs), monitor=monitor)

    def found(self, feeds: Tensors, *, monitor: Monitor) -> Tensors:
        """The candidate's outputs by the reference's names."""
        ready, names = typed(feeds, self.candidate), list(self.outputs.values())
        found = self.candidate.session.run(ready, names, monitor=monitor)
        return {name: found[own] for name, own in self.outputs.items()}

    def check(self, expected: Tensors, found: Tensors) -> None:
        """Raises ModelError for another shape where that is no size that may depend on values."""
        open_sizes = {port.name: port.shape for port in self.reference.ports}
        for name, value in expected.items():
            other = found[name]
            if not _may_vary(value.shape, other.shape, open_sizes[name]):
                raise ModelError(
                    "Output '{0}' has shape {1} in {2} and {3} in {4}: these are not the same "
                    "model.",
                    name,
                    shape_text(value.shape),
                    self.reference.path.name,
                    shape_text(other.shape),
                    self.candidate.path.name,
                )

    def latencies_ms(self, feeds: Mapping[str, Array], monitor: Monitor) -> tuple[float, ...]:
        if self.known_ms is not None:
            return self.known_ms

        def call(model: ModelFile) -> object:
            return model.bare.run(ready[model], monitor=monitor)

        models = (self.reference, self.candidate)
        ready = {model: model.bare_feeds(typed(feeds, model)) for model in models}
        calls = [lambda model=model: call(model) for model in models]
        return median_latencies_ms(calls, monitor=monitor)


def _opened(model: ModelFile | Path | str, monitor: Monitor) -> ModelFile:
    return model if isinstance(model, ModelFile) else ModelFile.open(model, monitor=monitor)


def _may_vary(
    ours: tuple[int, ...], theirs: tuple[int, ...], declared: tuple[int | str | None, ...]
) -> bool:
    """Whether two shapes differ in nothing but sizes that the model leaves open."""
    if len(ours) != len(theirs) or len(declared) not in (0, len(ours)):
        return False
    known = declared or (None,) * len(ours)
    sizes = zip(ours, theirs, known, strict=True)
    return all(a == b or not isinstance(size, int) for a, b, size in sizes)


def typed(feeds: Mapping[str, Array], model: ModelFile) -> dict[str, Array]:
    """Feeds in the float type the model takes: a float16 model may have become float32."""
    return {spec.name: feeds[spec.name].astype(spec.dtype, copy=False) for spec in model.inputs}


def _check_inputs(reference: ModelFile, candidate: ModelFile) -> None:
    """Raises ModelError where one sample cannot feed both models."""
    theirs = {spec.name: spec for spec in candidate.inputs}
    alike = len(theirs) == len(reference.inputs) and all(
        spec.name in theirs and _alike(spec, theirs[spec.name]) for spec in reference.inputs
    )
    if not alike:
        raise ModelError(
            "{0} takes {1} but {2} takes {3}: give two forms of the same model.",
            reference.path.name,
            _listed(reference.inputs),
            candidate.path.name,
            _listed(candidate.inputs),
        )


def _alike(a: Input, b: Input) -> bool:
    if a.dtype != b.dtype and not a.dtype.kind == b.dtype.kind == "f":
        return False
    if a.shape is None or b.shape is None:
        return True
    sides = zip(a.shape, b.shape, strict=False)
    fixed = [(m, n) for m, n in sides if isinstance(m, int) and isinstance(n, int)]
    return len(a.shape) == len(b.shape) and all(m == n for m, n in fixed)


def _listed(inputs: tuple[Input, ...]) -> str:
    return ", ".join(f"{spec} of {spec.dtype}" for spec in inputs) or "no input"


def shared_outputs(
    reference: Path, ours: Sequence[str], candidate: Path, theirs: Sequence[str]
) -> dict[str, str]:
    """Outputs of the same name, or in the same place where no name is the same.

    Raises ModelError, naming both files, where they share none.
    """
    shared = {name: name for name in ours if name in theirs}
    if not shared and len(ours) == len(theirs):
        shared = dict(zip(ours, theirs, strict=True))
    if not shared:
        raise ModelError(
            "{0} and {1} share no output ({2}; {3}): give two forms of the same model.",
            *(reference.name, candidate.name, ", ".join(ours), ", ".join(theirs)),
        )
    return shared
